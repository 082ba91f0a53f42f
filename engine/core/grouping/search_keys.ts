/**
 * Which keys a range index searches by, and when they are chosen anew.
 *
 * @module
 */

import {
  chooseProjection,
  projectedLimit,
  projectVector,
  type VectorSample,
} from "./projection.ts";
import { buildTree, type RangeIndex, type TreeEntries } from "./range_tree.ts";

/** Directions for keys are chosen when an index first holds this many vectors, */
const PROJECTED_FIRST = 64;
/** again whenever it has grown this much, */
const PROJECTED_GROWTH = 8;
/** and for the last time here: later the pause to project all vectors anew buys too little. */
const PROJECTED_LAST = 4096;
/** Most vectors that the directions are chosen from. */
const PROJECTED_SAMPLE_MAX = 512;
/** More rounds bring nothing measurable. */
const PROJECTED_ROUNDS = 4;

/** Writes the key of the vector at `start` to `keys`, at `keyStart`. */
export function writeKey(
  index: RangeIndex,
  from: { readonly vectors: Int16Array; readonly start: number },
  to: { readonly keys: Int16Array; readonly start: number },
): void {
  if (index.projection !== null) return projectVector(index.projection, from, to);
  for (let axis = 0; axis < index.keyAxes; axis++) {
    to.keys[to.start + axis] = from.vectors[from.start + axis]!;
  }
}

/** The largest distance of the keys of two vectors within `limit`. */
export function keyLimitOf(index: RangeIndex, limit: number): number {
  return index.projection === null ? limit : projectedLimit(limit, index.keyAxes);
}

/** Slots with their keys, computed from their vectors. */
export function entriesOfSlots(index: RangeIndex, slots: Int32Array): TreeEntries {
  const { keyAxes, stride, vectors } = index;
  const keys = new Int16Array(slots.length * keyAxes);
  for (let i = 0; i < slots.length; i++) {
    writeKey(index, { vectors, start: slots[i]! * stride }, { keys, start: i * keyAxes });
  }
  return { slots, keys };
}

/** Chooses better keys, and builds the tree anew on them, when the index has grown enough. */
export function projectWhenGrown(index: RangeIndex): void {
  if (index.isOwnKey || index.projectedAt >= PROJECTED_LAST) return;
  const next = Math.max(PROJECTED_FIRST, index.projectedAt * PROJECTED_GROWTH);
  if (index.count < next) return;
  index.projectedAt = index.count;
  const slots = slotsInUse(index);
  const sample = sampleOf(index, slots, PROJECTED_SAMPLE_MAX);
  index.projection = chooseProjection(sample, index.keyAxes, PROJECTED_ROUNDS);
  buildTree(index, entriesOfSlots(index, slots));
}

/** Builds the tree of an index that has none. */
export function plantTree(index: RangeIndex): void {
  buildTree(index, entriesOfSlots(index, slotsInUse(index)));
  projectWhenGrown(index);
}

/** The slots that hold a vector, in order. */
export function slotsInUse(index: RangeIndex): Int32Array {
  const slots = new Int32Array(index.count);
  let found = 0;
  for (let slot = 0; slot < index.slotCount; slot++) {
    if (index.leafOfSlot[slot]! >= 0) slots[found++] = slot;
  }
  return slots;
}

/** At most `countMax` vectors of the index, evenly spread over these slots. */
export function sampleOf(index: RangeIndex, slots: Int32Array, countMax: number): VectorSample {
  const { dimensions, stride } = index;
  const count = Math.min(slots.length, countMax);
  const vectors = new Float64Array(count * dimensions);
  for (let i = 0; i < count; i++) {
    const start = slots[Math.floor((i * slots.length) / count)]! * stride;
    vectors.set(index.vectors.subarray(start, start + dimensions), i * dimensions);
  }
  return { vectors, count, dimensions };
}
