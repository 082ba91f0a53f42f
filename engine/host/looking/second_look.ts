import { type ContentHash, type LookedPair, squaredDistance } from "@scenekeep/engine/core";
import type {
  ComparisonOutcome,
  DescriptionOutcome,
  EmbeddingFaultCode,
  PictureFit,
} from "@scenekeep/models";
import type { EmbeddingCache } from "../cache/embedding_cache.ts";
import type { FitCache } from "../cache/fit_cache.ts";
import { FeatureStore } from "./feature_store.ts";
import {
  type CandidatePair,
  comparePairs,
  findCandidates,
  PAIRS_OF_CONTENT_MAX,
} from "./look_candidates.ts";
import { comparedDistance, fits, SPOTS_MIN, type TierDistances } from "./look_rules.ts";
import { PairMap } from "./pair_map.ts";

/** What describes and compares pictures: a pool of child processes. */
export interface PictureComparer {
  /** The spots of the picture at an absolute path. Never rejects. */
  describe(
    path: string,
    options: { readonly expectedHash: string },
  ): Promise<DescriptionOutcome>;
  /** How a description fits others. Never rejects. */
  compare(one: string, others: readonly string[]): Promise<ComparisonOutcome>;
}

/** What a second look is made of. */
export interface SecondLookOptions {
  /** Called when pictures must be compared: what is remembered needs no process. */
  readonly comparer: () => PictureComparer;
  readonly vectors: EmbeddingCache;
  readonly fits: FitCache;
  /** Where the bytes of a content are, absolute; null where they cannot be reached. */
  readonly pathOf: (hash: ContentHash) => string | null;
  readonly dimensions: number;
  readonly distances: TierDistances;
  /** Spots that must agree. @default {SPOTS_MIN} */
  readonly spotsMin?: number;
  /** Pictures that are compared with others at the same time. */
  readonly atOnce: number;
  /** Whether the look is to be given up. */
  readonly isStopped: () => boolean;
  /** Told how many pairs of those known so far have been compared. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Pictures that one is compared with at once: a description has up to 60,000 characters, and a
 * process takes lines of a million.
 */
const COMPARED_AT_ONCE = 8;

/** How often pairs that share a picture of one scene are added, see [Note: Through a third]. */
const THROUGH_ROUNDS = 2;

/** No process can be had that compares. Another time there may be. */
export class LookFailed extends Error {
  override readonly name = "LookFailed";
}

/**
 * Compares the pictures that may show the same thing, and says how far apart they are.
 *
 * [Note: Through a third] A scene holds together only if all its pairs do. Where one picture fits
 * two others, those two are compared as well, even if they were not near enough to be found: a crop
 * of a photo and a framed copy of it. Twice, so that what was found so leads on once.
 *
 * What comes of it depends on the contents alone: every pair is compared in one order, by one rule,
 * whatever was compared before. At most {@linkcode PAIRS_OF_CONTENT_MAX} nearest and as many
 * through a third are compared for each content.
 */
export class SecondLook {
  readonly #options: SecondLookOptions;
  readonly #features: FeatureStore;
  #done = 0;
  #total = 0;

  constructor(options: SecondLookOptions) {
    this.#options = options;
    this.#features = new FeatureStore((hash) => this.#describe(hash));
  }

  /**
   * All pairs of a crowd that were compared, in order.
   *
   * @throws {LookFailed} When no pictures can be compared now.
   */
  async look(hashes: readonly ContentHash[]): Promise<LookedPair[]> {
    const { dimensions, distances, spotsMin = SPOTS_MIN } = this.#options;
    const { pairs, trusted } = await findCandidates({
      hashes,
      contentOf: (hash) => this.#contentOf(hash),
      dimensions,
      distances,
      pause: () => this.#pause(),
    });
    const tried = new PairMap<CandidatePair>();
    for (const pair of pairs) tried.set(pair.first, pair.second, pair);
    const looked = await this.#compareAll(pairs);
    const links = new Links();
    for (const [first, second] of trusted) links.add(first, second);
    for (let round = 0; round <= THROUGH_ROUNDS; round += 1) {
      for (const { first, fit, second } of looked) {
        if (fits(fit, spotsMin)) links.add(first, second);
      }
      if (round === THROUGH_ROUNDS) break;
      const through = this.#pairsThrough(links, tried);
      for (const pair of through) tried.set(pair.first, pair.second, pair);
      for (const pair of await this.#compareAll(through)) looked.push(pair);
    }
    return looked.sort(comparePairs).map(({ fit, ...pair }) => ({
      first: pair.first,
      second: pair.second,
      distance: comparedDistance(fit, pair.distance, distances, spotsMin),
      spots: fit.agreeing,
      isMirrored: fit.isMirrored,
      view: pair.view,
    }));
  }

  async #pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (this.#options.isStopped()) throw new LookFailed("The look was stopped");
  }

  #contentOf(hash: ContentHash): {
    readonly vector: Int16Array;
    readonly turned: Int16Array | null;
    readonly inside: Int16Array | null;
  } | null {
    const known = this.#options.vectors.find(hash);
    return known?.kind === "embedded" ? { vector: known.vector, ...known.views } : null;
  }

  /** Pairs that fit one picture and have not been looked at, in order, a few for each content. */
  #pairsThrough(links: Links, tried: PairMap<CandidatePair>): CandidatePair[] {
    const { close } = this.#options.distances;
    const found = new PairMap<CandidatePair>();
    for (const [first, second] of links.pairsThrough()) {
      const isKnown = tried.get(first, second) ?? found.get(first, second);
      if (isKnown !== undefined) continue;
      const vectors = [this.#contentOf(first)?.vector, this.#contentOf(second)?.vector];
      if (vectors[0] === undefined || vectors[1] === undefined) continue;
      const distance = squaredDistance(vectors[0], vectors[1]);
      if (distance > close) found.set(first, second, { first, second, distance, view: "through" });
    }
    const counts = new Map<ContentHash, number>();
    return [...found.values()].sort(comparePairs).filter(({ first, second }) => {
      const [one, other] = [counts.get(first) ?? 0, counts.get(second) ?? 0];
      if (Math.max(one, other) >= PAIRS_OF_CONTENT_MAX) return false;
      counts.set(first, one + 1);
      counts.set(second, other + 1);
      return true;
    });
  }

  /** How the pairs fit; those of which a picture cannot be read are left out. */
  async #compareAll(pairs: readonly CandidatePair[]): Promise<ComparedPair[]> {
    const compared: ComparedPair[] = [];
    const rows = new Map<ContentHash, CandidatePair[]>();
    for (const pair of pairs) {
      const fit = this.#options.fits.find(pair.first, pair.second);
      if (fit !== null) {
        compared.push({ ...pair, fit });
        continue;
      }
      const row = rows.get(pair.first);
      if (row === undefined) rows.set(pair.first, [pair]);
      else row.push(pair);
    }
    this.#tell(compared.length, pairs.length);
    const waiting = partsOf(rowsByCrowd(rows));
    const work = async (): Promise<void> => {
      for (const row of waiting) {
        for (const pair of await this.#compareRow(row)) compared.push(pair);
        this.#tell(row.length, 0);
      }
    };
    await Promise.all(Array.from({ length: this.#options.atOnce }, work));
    return compared;
  }

  /** Compares one picture with others. */
  async #compareRow(row: readonly CandidatePair[]): Promise<ComparedPair[]> {
    const one = await this.#features.get(row[0]!.first);
    if (one === null) return [];
    const found = await Promise.all(row.map(async (pair) => ({
      pair,
      features: await this.#features.get(pair.second),
    })));
    const readable = found.flatMap(({ features, pair }) =>
      features === null ? [] : [{ features, pair }]
    );
    if (readable.length === 0) return [];
    const others = readable.map(({ features }) => features);
    const outcome = await this.#options.comparer().compare(one, others);
    if (outcome.kind === "failed") {
      if (isForLater(outcome.code)) throw new LookFailed(outcome.reason);
      return [];
    }
    return readable.map(({ pair }, place) => {
      const fit = outcome.fits[place]!;
      this.#options.fits.put(pair.first, pair.second, fit);
      // Another process may have been first.
      return { ...pair, fit: this.#options.fits.find(pair.first, pair.second) ?? fit };
    });
  }

  async #describe(hash: ContentHash): Promise<string | null> {
    const path = this.#options.pathOf(hash);
    if (path === null) return null;
    const outcome = await this.#options.comparer().describe(path, { expectedHash: hash });
    if (outcome.kind === "described") return outcome.features;
    if (isForLater(outcome.code)) throw new LookFailed(outcome.reason);
    return null;
  }

  #tell(done: number, more: number): void {
    this.#done += done;
    this.#total += more;
    this.#options.onProgress?.(this.#done, this.#total);
  }
}

/**
 * True for faults that say nothing of the pictures. After all others, as of one that is gone or
 * that brought its process down, the vectors speak.
 */
function isForLater(code: EmbeddingFaultCode): boolean {
  return code === "BUSY" || code === "CANCELLED" || code === "MODEL_UNAVAILABLE";
}

/**
 * The rows of what is near one another together: each picture is described once, not once for each
 * that it is near. What is found does not depend on it.
 */
function* rowsByCrowd(
  rows: ReadonlyMap<ContentHash, readonly CandidatePair[]>,
): Generator<readonly CandidatePair[]> {
  const taken = new Set<ContentHash>();
  for (const start of rows.keys()) {
    const next = [start];
    for (let hash = next.pop(); hash !== undefined; hash = next.pop()) {
      const row = rows.get(hash);
      if (row === undefined || taken.has(hash)) continue;
      taken.add(hash);
      yield row;
      for (const { second } of row) next.push(second);
    }
  }
}

function* partsOf(rows: Iterable<readonly CandidatePair[]>): Generator<readonly CandidatePair[]> {
  for (const row of rows) {
    for (let at = 0; at < row.length; at += COMPARED_AT_ONCE) {
      yield row.slice(at, at + COMPARED_AT_ONCE);
    }
  }
}

type ComparedPair = CandidatePair & { readonly fit: PictureFit };

/** Which contents show the same thing. */
class Links {
  readonly #of = new Map<ContentHash, Set<ContentHash>>();

  add(first: ContentHash, second: ContentHash): void {
    for (const [one, other] of [[first, second], [second, first]] as const) {
      const others = this.#of.get(one);
      if (others === undefined) this.#of.set(one, new Set([other]));
      else others.add(other);
    }
  }

  /** The pairs that share a third, the smaller hash first, of the first few of each. */
  *pairsThrough(): Generator<readonly [ContentHash, ContentHash]> {
    for (const others of this.#of.values()) {
      const some = [...others].sort().slice(0, 2 * PAIRS_OF_CONTENT_MAX);
      for (const [place, first] of some.entries()) {
        for (const second of some.slice(place + 1)) yield [first, second];
      }
    }
  }
}
