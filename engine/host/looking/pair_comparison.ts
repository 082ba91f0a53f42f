import type { ContentHash } from "@scenekeep/engine/core";
import type {
  ComparisonOutcome,
  DescriptionOutcome,
  EmbeddingFault,
  MeasuringOutcome,
  PictureFit,
  PixelsOutcome,
} from "@scenekeep/models";
import type { DescriptionCache } from "../cache/description_cache.ts";
import type { FitCache } from "../cache/fit_cache.ts";
import { FeatureStore } from "./feature_store.ts";
import type { CandidatePair } from "./look_candidates.ts";
import { eachAtOnce } from "./each_at_once.ts";
import { endOfLook } from "./look_failed.ts";

/** What describes, measures and compares pictures: a pool of child processes. */
export interface PictureComparer {
  /** The spots of the picture at an absolute path. Never rejects. */
  describe(
    path: string,
    options: { readonly expectedHash: string },
  ): Promise<DescriptionOutcome>;
  /** What compression has left on the picture at an absolute path, and its image data's digest. */
  measure(path: string, options: { readonly expectedHash: string }): Promise<MeasuringOutcome>;
  /** The digest of the pixels of the picture at an absolute path. Never rejects. */
  pixels(path: string, options: { readonly expectedHash: string }): Promise<PixelsOutcome>;
  /** How a description fits others. Never rejects. */
  compare(one: string, others: readonly string[]): Promise<ComparisonOutcome>;
}

/** What pairs are compared with. */
export interface PairComparisonOptions {
  /** Called when pictures must be compared: what is remembered needs no process. */
  readonly comparer: () => PictureComparer;
  readonly fits: FitCache;
  /** Keeps what pictures look like as long as a look takes. */
  readonly descriptions: DescriptionCache;
  /** Where the bytes of a content are, absolute; null where they cannot be reached. */
  readonly pathOf: (hash: ContentHash) => string | null;
  /** Pictures that are compared with others at the same time. */
  readonly atOnce: number;
  /** Whether the look is to be given up. */
  readonly isStopped: () => boolean;
  /** Told how many pairs of those known so far have been compared. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Told of a pair that cannot be compared, and why: its vectors speak. */
  readonly onUncompared?: (pair: CandidatePair, reason: string) => void;
}

/** Told of a pair how its pictures fit. */
export type OnCompared = (pair: CandidatePair, fit: PictureFit) => void;

type Row = readonly CandidatePair[];

/**
 * Pictures that one is compared with at once: a description has up to 60,000 characters, and a
 * process takes lines of a million.
 */
const COMPARED_AT_ONCE = 8;

/**
 * Compares pairs of pictures for one look: what was compared before is remembered, descriptions are
 * kept as long as the look takes.
 */
export class PairComparison implements Disposable {
  readonly #options: PairComparisonOptions;
  readonly #features: FeatureStore;
  #done = 0;
  #total = 0;

  constructor(options: PairComparisonOptions) {
    this.#options = options;
    this.#features = new FeatureStore(options.descriptions, (hash) => this.#describe(hash));
  }

  /**
   * Tells how the pairs fit, in any order; those of which a picture cannot be read, or that bring a
   * process down, are left out.
   *
   * @throws {LookFailed} When no pictures can be compared now.
   * @throws {LookStopped} When the look is given up.
   */
  async compareAll(pairs: readonly CandidatePair[], onCompared: OnCompared): Promise<void> {
    let known = 0;
    const rows = new Map<ContentHash, CandidatePair[]>();
    for (const pair of pairs) {
      const fit = this.#options.fits.find(pair.first, pair.second);
      if (fit !== null) {
        known += 1;
        onCompared(pair, fit);
        continue;
      }
      const row = rows.get(pair.first);
      if (row === undefined) rows.set(pair.first, [pair]);
      else row.push(pair);
    }
    this.#tell(known, pairs.length);
    await eachAtOnce(partsOf(rowsByCrowd(rows)), this.#options, async (row) => {
      await this.#compareRow(row, onCompared);
      this.#tell(row.length, 0);
    });
  }

  /** Lets go of the descriptions. */
  [Symbol.dispose](): void {
    this.#features.clear();
  }

  /** Compares one picture with others. */
  async #compareRow(row: Row, onCompared: OnCompared): Promise<void> {
    const one = await this.#features.get(row[0]!.first);
    if (one === null) return;
    const found = await Promise.all(row.map(async (pair) => ({
      pair,
      features: await this.#features.get(pair.second),
    })));
    const readable = found.flatMap(({ features, pair }) =>
      features === null ? [] : [{ features, pair }]
    );
    if (readable.length === 0) return;
    const others = readable.map(({ features }) => features);
    const outcome = await this.#options.comparer().compare(one, others);
    if (outcome.kind === "failed") {
      const some = readable.map(({ pair }) => pair);
      return await this.#compareApart(some, outcome, onCompared);
    }
    for (const [place, { pair }] of readable.entries()) {
      const fit = outcome.fits[place]!;
      this.#options.fits.put(pair.first, pair.second, fit);
      // Another process may have been first.
      onCompared(pair, this.#options.fits.find(pair.first, pair.second) ?? fit);
    }
  }

  /** After a row failed: one pair may have done it, and its neighbours are not to suffer for it. */
  async #compareApart(
    row: Row,
    fault: EmbeddingFault,
    onCompared: OnCompared,
  ): Promise<void> {
    const end = endOfLook(fault, this.#options.isStopped());
    if (end !== null) throw end;
    if (row.length === 1) return this.#options.onUncompared?.(row[0]!, fault.reason);
    for (const pair of row) {
      // deno-lint-ignore no-await-in-loop -- alone, so that it is known which one fails
      await this.#compareRow([pair], onCompared);
    }
  }

  async #describe(hash: ContentHash): Promise<string | null> {
    const path = this.#options.pathOf(hash);
    if (path === null) return null;
    const outcome = await this.#options.comparer().describe(path, { expectedHash: hash });
    if (outcome.kind === "described") return outcome.features;
    const end = endOfLook(outcome, this.#options.isStopped());
    if (end !== null) throw end;
    return null;
  }

  #tell(done: number, more: number): void {
    this.#done += done;
    this.#total += more;
    this.#options.onProgress?.(this.#done, this.#total);
  }
}

/**
 * The rows of what is near one another together: each picture is described once, not once for each
 * that it is near. What is found does not depend on it.
 */
function* rowsByCrowd(rows: ReadonlyMap<ContentHash, Row>): Generator<Row> {
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

function* partsOf(rows: Iterable<Row>): Generator<Row> {
  for (const row of rows) {
    for (let at = 0; at < row.length; at += COMPARED_AT_ONCE) {
      yield row.slice(at, at + COMPARED_AT_ONCE);
    }
  }
}
