import type { RememberedFile, RememberedFiles } from "../cache/remembered_files.ts";
import { groupByValue } from "./group_by_value.ts";
import type { StagedFiles } from "./staged_files.ts";

/** What is asked of a reading, and what is known before it. */
export interface ReadingPlan {
  readonly files: StagedFiles;
  readonly remembered: RememberedFiles;
  /** True to compare all bytes again, whatever is remembered. */
  readonly verifies: boolean;
  /** False where a sign in place of a hash will do. */
  readonly hashes: boolean;
}

/** Some files of one size; known ones need no reading. */
export interface Part {
  readonly places: Uint32Array;
  readonly isKnown: boolean;
}

/** In place of edges that are not known: no edges are negative. */
const NO_EDGES = -1;

/**
 * What of some files of one size has to be read, by what is remembered: nothing where every file
 * has a hash, or where its edges are remembered and no other file has the same. O(n log n).
 */
export function* partsToRead(places: Uint32Array, plan: ReadingPlan): Generator<Part> {
  const { remembered } = plan;
  const isWhole = !remembered.isEmpty &&
    places.every((place) => !Number.isNaN(remembered.edgesAt(place)));
  if (!isWhole && places.length > 1) return yield { places, isKnown: false };
  const edges = new Float64Array(places.length);
  for (let index = 0; index < places.length; index += 1) {
    const known = remembered.edgesAt(places[index] ?? 0);
    edges[index] = Number.isNaN(known) ? NO_EDGES : known;
  }
  const { order, starts } = groupByValue(edges);
  for (let group = 0; group + 1 < starts.length; group += 1) {
    const part = order.subarray(starts[group], starts[group + 1]).map((index) => places[index]!);
    yield { places: part, isKnown: isKnownPart(part, plan) };
  }
}

/** True where nothing of files of equal edges has to be read. */
export function isKnownPart(places: Uint32Array, plan: ReadingPlan): boolean {
  const [first = 0] = places;
  const isNeeded = places.length > 1 || plan.files.needsHash(first);
  return !isNeeded || (isTold(places, plan) && !(plan.verifies && places.length > 1));
}

/** True when it is remembered which of these files of equal edges are equal. */
function isTold(places: Uint32Array, { hashes, remembered }: ReadingPlan): boolean {
  if (places.every((place) => (remembered.at(place)?.contentHash ?? null) !== null)) return true;
  const sign = nameOf(remembered.at(places[0] ?? 0), hashes);
  // Two signs do not say that files differ.
  return !hashes && sign !== null &&
    places.every((place) => nameOf(remembered.at(place), hashes) === sign);
}

/** What is remembered of the content of a file. */
export function nameOf(known: RememberedFile | null, hashes: boolean): string | null {
  return known?.contentHash ?? (hashes ? null : known?.sameAs ?? null);
}
