import type {
  ContentDigests,
  ContentHash,
  LookedPair,
  PictureTraces,
} from "@scenekeep/engine/core";
import type { EmbeddingCache } from "../cache/embedding_cache.ts";
import { type DigestOptions, findSamePictures, type NearPair } from "./find_same_pictures.ts";
import { Links } from "./links.ts";
import {
  type CandidatePair,
  comparePairs,
  findCandidates,
  PAIRS_OF_CONTENT_MAX,
} from "./look_candidates.ts";
import { LookStopped } from "./look_failed.ts";
import { measureTraces, type TraceOptions } from "./measure_traces.ts";
import { comparedDistance, fits, SPOTS_MIN, type TierDistances } from "./look_rules.ts";
import { PairComparison, type PairComparisonOptions } from "./pair_comparison.ts";
import { PairNumbers } from "./pair_numbers.ts";
import { VectorsAtHand } from "./vectors_at_hand.ts";

/** What a second look is made of. */
export interface SecondLookOptions extends PairComparisonOptions, TraceOptions, DigestOptions {
  readonly vectors: EmbeddingCache;
  readonly dimensions: number;
  readonly distances: TierDistances;
  /** Spots that must agree. @default {SPOTS_MIN} */
  readonly spotsMin?: number;
}

/** What a second look has found. */
export interface Looked {
  /**
   * The pairs that were compared and say more than their vectors, in order: those that fit, and
   * those that do not though their vectors are near. Of the others, which are most, the vectors say
   * as much.
   */
  readonly pairs: readonly LookedPair[];
  /** Pictures that show the same as another and bear traces of compression, in order. */
  readonly traces: readonly PictureTraces[];
  /** Contents that hold the picture of another one, in order. */
  readonly digests: readonly ContentDigests[];
}

/**
 * Vectors of equal pixels may differ, as JPEG is shrunk while it is decoded and other formats are
 * not: in JPEG of 24 photos, enlarged to at most 13 million pixels, and lossless copies of them, by
 * up to a ninth of the distance of the default model's closest tier. Pairs of up to a quarter of it
 * are looked at.
 */
const EQUAL_PIXELS_DIVISOR = 4;

/** How often pairs that share a picture of one scene are added, see [Note: Through a third]. */
const THROUGH_ROUNDS = 2;

/**
 * Compares the pictures that may show the same thing, and says how far apart they are.
 *
 * [Note: Through a third] A scene holds together only if all its pairs do. Where one picture fits
 * two others, those two are compared as well, even if they were not near enough to be found: a crop
 * of a photo and a framed copy of it. Twice, so that what was found so leads on once.
 *
 * What comes of it depends on the contents alone: every pair is compared by one rule, whatever was
 * compared before. Only a pair that brings down every process that compares it, or takes it too
 * long, is left to its vectors, and is tried again at the next look.
 *
 * Each content brings its nearest {@linkcode PAIRS_OF_CONTENT_MAX} along, and is in as many pairs
 * through a third at most: at most 24 comparisons for each content of a library, though one that is
 * nearest to many is in more of them.
 */
export class SecondLook {
  readonly #options: SecondLookOptions;

  constructor(options: SecondLookOptions) {
    this.#options = options;
  }

  /**
   * Looks at a crowd.
   *
   * @param isGivenUp Whether nobody waits for this look any more.
   * @throws {LookFailed} When no pictures can be compared now.
   * @throws {LookStopped} When the look is given up.
   */
  async look(
    hashes: readonly ContentHash[],
    isGivenUp: () => boolean = (): boolean => false,
  ): Promise<Looked> {
    const { dimensions, distances, spotsMin = SPOTS_MIN } = this.#options;
    const isStopped = (): boolean => isGivenUp() || this.#options.isStopped();
    using comparison = new PairComparison({ ...this.#options, isStopped });
    const { pairs, trusted } = await findCandidates({
      hashes,
      vectorOf: (hash) => this.#options.vectors.findVector(hash),
      printsOf: (hash) => this.#options.vectors.findPrints(hash),
      dimensions,
      distances,
      pause: () => pause(isStopped),
    });
    const numbers = new PairNumbers(hashes);
    const tried = new Set<number>();
    const looked: LookedPair[] = [];
    const links = new Links();
    for (const [first, second] of trusted) links.add(first, second);
    const compareAll = async (some: readonly CandidatePair[]): Promise<void> => {
      for (const { first, second } of some) tried.add(numbers.numberOf(first, second));
      await comparison.compareAll(some, ({ first, second, distance, view }, fit) => {
        const isFit = fits(fit, spotsMin);
        if (isFit) links.add(first, second);
        const { agreeing: spots, isMirrored } = fit;
        const apart = comparedDistance(fit, distance, distances, spotsMin);
        if (!isFit && apart === distance) return;
        looked.push({ first, second, distance: apart, spots, isMirrored, view });
      });
    };
    await compareAll(pairs);
    const counts = new Map<ContentHash, number>();
    for (let round = 0; round < THROUGH_ROUNDS; round += 1) {
      // deno-lint-ignore no-await-in-loop -- a round goes on from the one before
      await compareAll(this.#pairsThrough(links, { numbers, tried, counts }));
    }
    const options = { ...this.#options, isStopped };
    const { contents } = links;
    const traces = await measureTraces(contents, options);
    const digests = await findSamePictures(contents, this.#pairsOfPixels(trusted), options);
    return { pairs: looked.sort(comparePairs), traces, digests };
  }

  /** Pairs of one size that are as near as pictures of equal pixels. */
  #pairsOfPixels(trusted: readonly NearPair[]): NearPair[] {
    const { dimensions, distances, vectors } = this.#options;
    const sizes = new Map<ContentHash, string>();
    const sizeOf = (hash: ContentHash): string => {
      const known = sizes.get(hash) ?? this.#sizeOf(hash);
      sizes.set(hash, known);
      return known;
    };
    const ofOneSize = trusted.filter(([first, second]) => sizeOf(first) === sizeOf(second));
    using atHand = new VectorsAtHand({
      find: (hash) => vectors.findVector(hash),
      dimensions,
      contentCount: sizes.size,
    });
    const nearest = Math.floor(distances.close / EQUAL_PIXELS_DIVISOR);
    return ofOneSize.filter(([first, second]) =>
      (atHand.distance(first, second) ?? Number.POSITIVE_INFINITY) <= nearest
    );
  }

  /** The size of a picture as text; its own name where it is not known, which equals nothing. */
  #sizeOf(hash: ContentHash): string {
    const facts = this.#options.vectors.findFacts(hash);
    return facts === null ? hash : `${facts.widthPixels} ${facts.heightPixels}`;
  }

  /**
   * Pairs that fit one picture and have not been looked at, in order, a few for each content.
   *
   * @param known What was tried, and how many pairs through a third each content has had; the
   * latter grows by what is found.
   */
  #pairsThrough(
    links: Links,
    known: {
      readonly numbers: PairNumbers;
      readonly tried: ReadonlySet<number>;
      readonly counts: Map<ContentHash, number>;
    },
  ): CandidatePair[] {
    const { counts, numbers, tried } = known;
    const { dimensions, distances, vectors } = this.#options;
    using atHand = new VectorsAtHand({
      find: (hash) => vectors.findVector(hash),
      dimensions,
      contentCount: links.contentCount,
    });
    const pairs: CandidatePair[] = [];
    for (const [first, second] of links.pairsThrough()) {
      if (tried.has(numbers.numberOf(first, second))) continue;
      const [one, other] = [counts.get(first) ?? 0, counts.get(second) ?? 0];
      if (Math.max(one, other) >= PAIRS_OF_CONTENT_MAX) continue;
      const distance = atHand.distance(first, second);
      if (distance === null || distance <= distances.close) continue;
      counts.set(first, one + 1);
      counts.set(second, other + 1);
      pairs.push({ first, second, distance, view: "through" });
    }
    return pairs;
  }
}

/** Lets others have their turn. */
async function pause(isStopped: () => boolean): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (isStopped()) throw new LookStopped();
}
