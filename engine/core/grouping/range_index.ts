/**
 * Exact range search over int16 vectors: which stored vectors lie within a distance of this one?
 *
 * [Note: Range index] A binary tree over search keys (see [Note: Search keys]; up to 32 axes a
 * vector is its own key). Nodes split on one axis at the median and keep the bounds of both sides;
 * leaves of up to 16 vectors keep a tight box. A search carries, for every axis, how far it is
 * outside (see [Note: Exact pruning]), so a node costs a few instructions. All decisions are on
 * integers and nothing is approximate: the shape of the tree, the order of insertion and the choice
 * of keys change the time, never the result. There is no limit on the number of neighbours. Where
 * searches are so wide that the tree leaves little out, keys are looked at in a row instead (see
 * [Note: Flat scan]): the same is found, in another order.
 *
 * **Memory** about 300 bytes a vector of 32 axes and 1,400 to 2,200 a vector of 576, all arrays
 * with the slack of doubling included (`deno bench -A bench/grouping_bench.ts`).
 *
 * @module
 */

import { invariant } from "../protocol/invariant.ts";
import { beginSearch, type GroupForest } from "./group_forest.ts";
import {
  scanAhead,
  scanAlso,
  scanNoMore,
  searchAfterPass,
  type SearchAhead,
  searchEither,
} from "./flat_search.ts";
import { insertKey, removeFromTree } from "./leaf_changes.ts";
import { createNeighbourList, type NeighbourList } from "./range_search.ts";
import {
  buildTree,
  clearTree,
  emptyTree,
  GROUP_MIXED,
  grownIntegers,
  KEY_AXES_MAX,
  NODE_GROUP,
  NODE_STRIDE,
  type RangeIndex,
  rebuildTree,
} from "./range_tree.ts";
import { entriesOfSlots, keyLimitOf, projectWhenGrown, writeKey } from "./search_keys.ts";

/** Slots of an empty index. */
const SLOTS_FIRST = 16;
/** Room grows by a quarter at a time: vectors are most of an index, and doubling them wastes. */
const GROWTH_SHIFT = 2;
/**
 * A tree is built anew when half of it is newer than the last build: the first vectors may be a
 * burst and say nothing of where the others will be. Measured on 200,000 vectors with bursts first:
 * a quarter of the time, builds included.
 */
const NEWER_MIN = 1024;
const NEWER_PART = 2;
/** A tree deeper than this is built anew when an eighth of it is newer. */
const DEPTH_MAX = 64;
const DEPTH_NEWER_PART = 8;
/** An index that has lost this many vectors, and more than it has left, is built anew. */
const REMOVED_MIN = 64;

/** One stored vector within the distance that was asked for. */
export interface Neighbour {
  readonly slot: number;
  readonly distance: number;
}

/**
 * An empty index.
 *
 * @param dimensions Length of every vector, at least 1.
 * @param groups Where the owner keeps the components of the vectors, to skip crowded ones.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createRangeIndex, insertVector, within } from "./range_index.ts";
 *
 * const index = createRangeIndex(2);
 * const near = insertVector(index, Int16Array.of(3, 4));
 * insertVector(index, Int16Array.of(30, 40));
 * assertEquals(within(index, Int16Array.of(0, 0), 25), [{ slot: near, distance: 25 }]);
 * ```
 */
export function createRangeIndex(
  dimensions: number,
  groups: GroupForest | null = null,
): RangeIndex {
  invariant(
    Number.isInteger(dimensions) && dimensions >= 1,
    "VECTOR_LENGTH",
    `Cannot make a range index: dimensions must be a positive integer: got ${dimensions}`,
  );
  const stride = Math.ceil(dimensions / 4) * 4;
  const keyAxes = Math.min(stride, KEY_AXES_MAX);
  const index: RangeIndex = {
    dimensions,
    stride,
    vectors: new Int16Array(SLOTS_FIRST * stride),
    keyAxes,
    isOwnKey: keyAxes === stride,
    projection: null,
    projectedAt: 0,
    leafOfSlot: new Int32Array(SLOTS_FIRST).fill(-1),
    groupOfSlot: new Int32Array(SLOTS_FIRST),
    freeSlots: [],
    slotCount: 0,
    slotsReused: 0,
    count: 0,
    ...emptyTree(keyAxes),
    groups,
    isScanned: false,
    scansLeft: 0,
    narrowScans: 0,
    scratch: {
      vector: new Int16Array(stride),
      key: new Int16Array(keyAxes),
      outside: new Float64Array(keyAxes),
      compared: 0,
      stack: new Float64Array(256),
    },
  };
  clearTree(index);
  return index;
}

/**
 * Stores a vector and returns its slot, which stays its name until it is removed.
 *
 * Time O(depth) plus now and then a split; amortised O(log n).
 *
 * @param group Its group, where the index has groups.
 * @throws {InvariantError} When the vector has another length than the index.
 */
export function insertVector(index: RangeIndex, vector: Int16Array, group: number = 0): number {
  assertLength(index, vector);
  const slot = takeSlot(index);
  const start = slot * index.stride;
  index.vectors.set(vector, start);
  index.groupOfSlot[slot] = group;
  index.count++;
  if (index.isScanned) {
    index.leafOfSlot[slot] = 0;
    scanAlso(index, slot);
    return slot;
  }
  index.insertedSinceBuild++;
  const { key } = index.scratch;
  writeKey(index, { vectors: index.vectors, start }, { keys: key, start: 0 });
  const depth = insertKey(index, slot, group);
  if (isWorthBuilding(index, depth)) rebuildTree(index);
  projectWhenGrown(index);
  return slot;
}

function isWorthBuilding({ count, insertedSinceBuild }: RangeIndex, depth: number): boolean {
  if (depth > DEPTH_MAX && insertedSinceBuild * DEPTH_NEWER_PART > count) return true;
  return insertedSinceBuild >= NEWER_MIN && insertedSinceBuild * NEWER_PART >= count;
}

/**
 * Forgets a vector. The slot may be used again by a later one.
 *
 * @throws {InvariantError} When the slot is not in use.
 */
export function removeVector(index: RangeIndex, slot: number): void {
  assertSlot(index, slot);
  if (index.isScanned) scanNoMore(index, slot);
  else removeFromTree(index, slot);
  index.leafOfSlot[slot] = -1;
  index.freeSlots.push(slot);
  index.count--;
  if (index.isScanned) return;
  index.removedSinceBuild++;
  if (index.removedSinceBuild >= REMOVED_MIN && index.removedSinceBuild > index.count) {
    rebuildTree(index);
  }
}

/**
 * Every stored vector within `limit` of this one, nearest first, then by slot.
 *
 * @param limit The largest integer distance, see [Note: Integer distance].
 * @throws {InvariantError} When the vector has another length than the index.
 */
export function within(index: RangeIndex, vector: Int16Array, limit: number): Neighbour[] {
  const found = createNeighbourList();
  searchVector(index, { vector, limit }, found);
  return nearestFirst(found);
}

/** What a search has found, nearest first, then by slot. */
export function nearestFirst(found: NeighbourList): Neighbour[] {
  const neighbours: Neighbour[] = [];
  for (let i = 0; i < found.count; i++) {
    neighbours.push({ slot: found.slots[i]!, distance: found.distances[i]! });
  }
  return neighbours.sort((left, right) => left.distance - right.distance || left.slot - right.slot);
}

/**
 * {@linkcode within} into a list that is used again, in no particular order. Of a crowded group
 * only the first vector that is met is reported.
 */
export function searchVector(
  index: RangeIndex,
  asked: { readonly vector: Int16Array; readonly limit: number },
  found: NeighbourList,
): void {
  assertLength(index, asked.vector);
  index.scratch.vector.set(asked.vector);
  search(index, asked.limit, -1, found);
}

/**
 * Looks through the index once for many vectors that are about to be searched for, one after
 * another, by {@linkcode searchLookedFor}: a search then costs a half to a fifth in a large index.
 * Vectors may be inserted and removed in between. Null where it would bring nothing.
 *
 * **Memory** four bytes for each vector that is near or almost near to each asked one.
 *
 * @throws {InvariantError} When a vector has another length than the index.
 */
export function lookAhead(
  index: RangeIndex,
  vectors: readonly Int16Array[],
  limit: number,
): SearchAhead | null {
  for (const vector of vectors) assertLength(index, vector);
  return scanAhead(index, vectors, limit);
}

/**
 * {@linkcode searchVector} for vector number `at` of those that were looked for ahead. It finds
 * what {@linkcode searchVector} finds now, whatever has changed.
 */
export function searchLookedFor(
  index: RangeIndex,
  asked: { readonly vector: Int16Array; readonly limit: number; readonly at: number },
  ahead: SearchAhead | null,
  found: NeighbourList,
): void {
  if (ahead === null) return searchVector(index, asked, found);
  assertLength(index, asked.vector);
  index.scratch.vector.set(asked.vector);
  search(index, asked.limit, -1, found, { ahead, at: asked.at });
}

/**
 * {@linkcode searchVector} for a vector that is or was in this index.
 *
 * @param asked `above`: only slots with a larger number are found, each pair of slots thus once.
 */
export function searchSlot(
  index: RangeIndex,
  asked: { readonly slot: number; readonly limit: number; readonly above: number },
  found: NeighbourList,
): void {
  const start = asked.slot * index.stride;
  index.scratch.vector.set(index.vectors.subarray(start, start + index.stride));
  search(index, asked.limit, asked.above, found);
}

function search(
  index: RangeIndex,
  limit: number,
  above: number,
  found: NeighbourList,
  pass: { readonly ahead: SearchAhead; readonly at: number } | null = null,
): void {
  found.count = 0;
  if (index.count === 0) return;
  if (index.groups !== null) beginSearch(index.groups);
  const limits = { limit, keyLimit: keyLimitOf(index, limit), above };
  if (pass === null) searchEither(index, limits, found);
  else searchAfterPass(index, limits, pass, found);
}

/**
 * The vector of a slot.
 *
 * @throws {InvariantError} When the slot is not in use.
 */
export function readVector(index: RangeIndex, slot: number): Int16Array {
  assertSlot(index, slot);
  const start = slot * index.stride;
  return index.vectors.slice(start, start + index.dimensions);
}

/** A second index of some of the vectors: slot `i` of it holds slot `slots[i]` of the first. */
export function copyOfSlots(index: RangeIndex, slots: Int32Array): RangeIndex {
  const copy = createRangeIndex(index.dimensions);
  copy.projection = index.projection;
  copy.projectedAt = Math.max(index.projectedAt, slots.length);
  copy.vectors = new Int16Array(slots.length * index.stride);
  copy.leafOfSlot = new Int32Array(slots.length);
  copy.groupOfSlot = new Int32Array(slots.length);
  copy.slotCount = slots.length;
  copy.count = slots.length;
  for (let i = 0; i < slots.length; i++) {
    const start = slots[i]! * index.stride;
    copy.vectors.set(index.vectors.subarray(start, start + index.stride), i * index.stride);
  }
  buildTree(copy, entriesOfSlots(copy, Int32Array.from(slots.keys())));
  return copy;
}

/** Gives a slot another group; the nodes above it no longer know a common one. */
export function setGroupOfSlot(index: RangeIndex, slot: number, group: number): void {
  assertSlot(index, slot);
  index.groupOfSlot[slot] = group;
  if (index.isScanned) return;
  let node = index.leafOfSlot[slot]!;
  while (node >= 0) {
    index.nodes[node * NODE_STRIDE + NODE_GROUP] = GROUP_MIXED;
    node = index.nodeParents[node]!;
  }
}

function assertSlot(index: RangeIndex, slot: number): void {
  invariant(
    slot >= 0 && slot < index.slotCount && index.leafOfSlot[slot]! >= 0,
    "SLOT_FREE",
    `Cannot use slot ${slot}: it must hold a vector`,
  );
}

function assertLength(index: RangeIndex, vector: Int16Array): void {
  invariant(
    vector.length === index.dimensions,
    "VECTOR_LENGTH",
    `Cannot use the vector: length must be ${index.dimensions}: got ${vector.length}`,
  );
}

function takeSlot(index: RangeIndex): number {
  const free = index.freeSlots.pop();
  if (free !== undefined) {
    index.slotsReused++;
    return free;
  }
  const slot = index.slotCount++;
  if (slot < index.leafOfSlot.length) return slot;
  const length = Math.max(SLOTS_FIRST, slot + (slot >> GROWTH_SHIFT));
  const vectors = new Int16Array(length * index.stride);
  vectors.set(index.vectors);
  index.vectors = vectors;
  index.leafOfSlot = grownIntegers(index.leafOfSlot, length).fill(-1, slot);
  index.groupOfSlot = grownIntegers(index.groupOfSlot, length);
  return slot;
}
