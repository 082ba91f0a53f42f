import {
  compareText,
  type ContentHash,
  createNeighbourList,
  createRangeIndex,
  insertVector,
  lookAhead,
  type LookedPair,
  nearestFirst,
  type Neighbour,
  type RangeIndex,
  readVector,
  type SearchAhead,
  searchLookedFor,
  squaredDistance,
} from "@scenekeep/engine/core";
import { PRINT_DISTANCE_MAX, PRINT_LENGTH, turnedPrints } from "@scenekeep/models";
import type { CachedPrints } from "../cache/embedding_cache.ts";
import type { TierDistances } from "./look_rules.ts";
import { PairNumbers } from "./pair_numbers.ts";

/** Two contents that may show the same thing. */
export interface CandidatePair {
  /** The smaller hash. */
  readonly first: ContentHash;
  readonly second: ContentHash;
  /** Distance of their vectors. */
  readonly distance: number;
  readonly view: LookedPair["view"];
}

/** What a search for candidates found. */
export interface Candidates {
  /** To be compared; in order of hashes. */
  readonly pairs: readonly CandidatePair[];
  /** Near enough to be believed as they are; in order of hashes. */
  readonly trusted: readonly (readonly [ContentHash, ContentHash])[];
}

/** What candidates are searched for in. */
export interface CandidateSearch {
  readonly hashes: readonly ContentHash[];
  /** The vector of a content; null where there is none. */
  readonly vectorOf: (hash: ContentHash) => Int16Array | null;
  /** The prints of a content that has a vector. */
  readonly printsOf: (hash: ContentHash) => CachedPrints | null;
  readonly dimensions: number;
  readonly distances: TierDistances;
  /** Called now and then, to let others have their turn. */
  readonly pause: () => Promise<void>;
}

/**
 * Pairs that are compared for one content: its nearest ones. Together with the other limits it
 * bounds the work to so many comparisons a content, whatever the library.
 */
export const PAIRS_OF_CONTENT_MAX = 16;

/**
 * Contents with so many near ones before them, in order of hash, are a crowd, and are not searched
 * for: thousands of frames of one camera. Their vectors speak for them.
 */
const CROWD_SIZE = 64;

/**
 * [Note: Reach of the second look] Unrelated pictures come within a distance in proportion to all
 * pairs, so the number of candidates would grow with the square of the library. How far the search
 * reaches goes down as the library grows: to `related` up to the first of these counts, half way to
 * `similar` up to the second, and to `similar` beyond. Prints reach half as far from the first of
 * these on, and are left out beyond the second. It depends on the count alone, so the same contents
 * always give the same pairs.
 */
const WIDE_COUNT_MAX = 16_000;
const MIDDLE_COUNT_MAX = 128_000;

/** How far candidates of so many contents are searched for. [Note: Reach of the second look] */
export function reachOf(count: number, { similar, related }: TierDistances): number {
  if (count <= WIDE_COUNT_MAX) return related;
  return count <= MIDDLE_COUNT_MAX ? Math.floor((similar + related) / 2) : similar;
}

/** Contents that are searched for in one pass, and between two pauses. */
const BATCH = 64;

/**
 * The pairs that may show the same thing: near as they are, with one of them mirrored or turned, or
 * with what is inside the border of one; of each content the nearest
 * {@linkcode PAIRS_OF_CONTENT_MAX}, ties by hash. Depends on the contents alone.
 *
 * Time: a range search for each content by its vector, five by its print, and one by that of what
 * is inside its border. Memory: the vectors and the prints, and at most
 * {@linkcode PAIRS_OF_CONTENT_MAX} pairs for each content.
 */
export async function findCandidates(search: CandidateSearch): Promise<Candidates> {
  const { dimensions, distances, pause, printsOf, vectorOf } = search;
  const reach = reachOf(search.hashes.length, distances);
  const index = createRangeIndex(dimensions);
  const hashOfSlot: ContentHash[] = [];
  const found = new Found(distances.close, new PairNumbers(search.hashes));
  for (const batch of batchesOf([...search.hashes].sort(compareText))) {
    // deno-lint-ignore no-await-in-loop -- a pause between searches
    await pause();
    const contents = batch.flatMap((hash) => {
      const vector = vectorOf(hash);
      return vector === null ? [] : [{ hash, vector }];
    });
    const vectors = contents.map(({ vector }) => vector);
    const searches = new SearchBatch(index, { vectors, reach });
    for (const [at, { hash, vector }] of contents.entries()) {
      const near = searches.near(at);
      if (near.length >= CROWD_SIZE) continue;
      for (const { slot, distance } of near) {
        found.add({ pair: [hashOfSlot[slot]!, hash], vectors: distance, seen: distance }, "whole");
      }
      hashOfSlot[insertVector(index, vector)] = hash;
    }
  }
  if (search.hashes.length > MIDDLE_COUNT_MAX) return found.candidates();
  const printReach = search.hashes.length <= WIDE_COUNT_MAX
    ? PRINT_DISTANCE_MAX
    : PRINT_DISTANCE_MAX >> 1;
  const prints = new PrintSearch({ reach: printReach, seenAs: reach });
  for (const batch of batchesOf(hashOfSlot)) {
    // deno-lint-ignore no-await-in-loop -- a pause between searches
    await pause();
    for (const hash of batch) {
      const known = printsOf(hash);
      if (known !== null) prints.add(hash, known);
    }
  }
  const slotOf = new Map(hashOfSlot.map((hash, slot) => [hash, slot]));
  for (const pairs of prints.pairs()) {
    // deno-lint-ignore no-await-in-loop -- a pause between searches
    await pause();
    for (const { pair, seen, view } of pairs) {
      const [one, other] = pair.map((hash) => readVector(index, slotOf.get(hash)!));
      found.add({ pair, vectors: squaredDistance(one!, other!), seen }, view);
    }
  }
  return found.candidates();
}

/** A print by which a content is searched for. */
interface PrintedView extends Pick<CandidatePair, "view"> {
  readonly hash: ContentHash;
  readonly vector: Int16Array;
}

type PrintedPair = Pick<Sighting, "pair" | "seen"> & Pick<CandidatePair, "view">;

/**
 * Pictures that are near one another with one of them mirrored, turned, or without its border, by
 * their prints. How near they are is told in the measure of vectors, so that the nearest pairs of a
 * content can be chosen.
 */
class PrintSearch {
  readonly #index: RangeIndex = createRangeIndex(PRINT_LENGTH);
  readonly #hashes: ContentHash[] = [];
  readonly #insides: PrintedView[] = [];
  readonly #reach: number;
  readonly #seenAs: number;

  /**
   * @param options `reach`: how far prints are searched for. `seenAs`: how far vectors are; prints
   * at the end of their reach count as much.
   */
  constructor({ reach, seenAs }: { readonly reach: number; readonly seenAs: number }) {
    this.#reach = reach;
    this.#seenAs = seenAs;
  }

  add(hash: ContentHash, { inside, whole }: CachedPrints): void {
    if (whole !== null) this.#hashes[insertVector(this.#index, whole)] = hash;
    if (inside !== null) this.#insides.push({ hash, vector: inside, view: "inside" });
  }

  /** A batch at a time. What is turned one way finds what is turned the other way. */
  *pairs(): Generator<PrintedPair[]> {
    for (let start = 0; start < this.#hashes.length; start += BATCH) {
      const hashes = this.#hashes.slice(start, start + BATCH);
      yield this.#near(
        hashes.flatMap((hash, at) =>
          turnedPrints(readVector(this.#index, start + at)).map((vector, way) => ({
            hash,
            vector,
            // The first is as a mirror shows it: that is the whole picture, the way up that it was.
            view: way === 0 ? "whole" as const : "turned" as const,
          }))
        ),
      );
    }
    for (let start = 0; start < this.#insides.length; start += BATCH) {
      yield this.#near(this.#insides.slice(start, start + BATCH));
    }
  }

  #near(views: readonly PrintedView[]): PrintedPair[] {
    const vectors = views.map(({ vector }) => vector);
    const searches = new SearchBatch(this.#index, { vectors, reach: this.#reach });
    return views.flatMap(({ hash, view }, at) =>
      nearest(searches.near(at)).flatMap(({ distance, slot }) => {
        const seen = Math.floor(distance * this.#seenAs / this.#reach);
        const other = this.#hashes[slot]!;
        return other === hash ? [] : [{ pair: [hash, other] as const, seen, view }];
      })
    );
  }
}

function* batchesOf(hashes: readonly ContentHash[]): Generator<readonly ContentHash[]> {
  for (let at = 0; at < hashes.length; at += BATCH) yield hashes.slice(at, at + BATCH);
}

/** Searches for a batch of vectors, one after another: the index is looked through once. */
class SearchBatch {
  readonly #index: RangeIndex;
  readonly #vectors: readonly Int16Array[];
  readonly #limit: number;
  readonly #ahead: SearchAhead | null;
  readonly #found = createNeighbourList();

  constructor(
    index: RangeIndex,
    { vectors, reach }: { readonly vectors: readonly Int16Array[]; readonly reach: number },
  ) {
    this.#index = index;
    this.#vectors = vectors;
    this.#limit = reach;
    this.#ahead = lookAhead(index, vectors, reach);
  }

  /** What is in the index now and near one of the vectors, nearest first. */
  near(at: number): Neighbour[] {
    const asked = { vector: this.#vectors[at]!, limit: this.#limit, at };
    searchLookedFor(this.#index, asked, this.#ahead, this.#found);
    return nearestFirst(this.#found);
  }
}

/** The nearest of a view: it is hardly ever near anything. One of them may be itself. */
function nearest(neighbours: readonly Neighbour[]): readonly Neighbour[] {
  return neighbours.slice(0, PAIRS_OF_CONTENT_MAX + 1);
}

interface Sighting {
  readonly pair: readonly [ContentHash, ContentHash];
  /** Distance of the vectors, and of the view in which they were seen. */
  readonly vectors: number;
  readonly seen: number;
}

/** A pair that was found, and how near its pictures were there. */
type FoundPair = CandidatePair & { readonly seen: number };

/**
 * Pairs that were found, each with the view in which it is nearest; of each content only those that
 * can still be among its nearest.
 */
class Found {
  readonly #trustedMax: number;
  readonly #numbers: PairNumbers;
  readonly #trusted = new Set<number>();
  readonly #nearest = new Map<ContentHash, FoundPair[]>();

  constructor(trustedMax: number, numbers: PairNumbers) {
    this.#trustedMax = trustedMax;
    this.#numbers = numbers;
  }

  add({ pair, seen, vectors }: Sighting, view: CandidatePair["view"]): void {
    const [first, second] = pair[0] < pair[1] ? pair : [pair[1], pair[0]] as const;
    if (vectors <= this.#trustedMax) {
      this.#trusted.add(this.#numbers.numberOf(first, second));
      return;
    }
    const found = { first, second, distance: vectors, view, seen };
    for (const hash of [first, second]) {
      const nearest = this.#nearest.get(hash);
      if (nearest === undefined) this.#nearest.set(hash, [found]);
      else putAmongNearest(nearest, found);
    }
  }

  candidates(): Candidates {
    const kept = new Map<number, FoundPair>();
    for (const nearest of this.#nearest.values()) {
      for (const pair of nearest) kept.set(this.#numbers.numberOf(pair.first, pair.second), pair);
    }
    const inOrder = (numbers: Iterable<number>): Float64Array => Float64Array.from(numbers).sort();
    return {
      pairs: Array.from(inOrder(kept.keys()), (number) => {
        const { first, second, distance, view } = kept.get(number)!;
        return { first, second, distance, view };
      }),
      trusted: Array.from(inOrder(this.#trusted), (number) => this.#numbers.pairOf(number)),
    };
  }
}

/**
 * Keeps the nearest pairs of one content, nearest first. A pair that has been dropped cannot come
 * back unless it is seen nearer: so it does not matter that it was forgotten.
 */
function putAmongNearest(nearest: FoundPair[], found: FoundPair): void {
  const known = nearest.findIndex((pair) => comparePairs(pair, found) === 0);
  if (known >= 0) {
    if (nearest[known]!.seen <= found.seen) return;
    nearest.splice(known, 1);
  }
  const place = nearest.findIndex((pair) =>
    found.seen < pair.seen || (found.seen === pair.seen && comparePairs(found, pair) < 0)
  );
  nearest.splice(place < 0 ? nearest.length : place, 0, found);
  if (nearest.length > PAIRS_OF_CONTENT_MAX) nearest.pop();
}

/** The order of pairs: by the smaller hash, then by the other. */
export function comparePairs(
  left: Pick<CandidatePair, "first" | "second">,
  right: Pick<CandidatePair, "first" | "second">,
): number {
  return compareText(left.first, right.first) || compareText(left.second, right.second);
}
