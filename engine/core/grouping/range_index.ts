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
import { beginSearch, type GroupForest, rootOfGroup } from "./group_forest.ts";
import { scanAlso, searchEither } from "./flat_search.ts";
import { createNeighbourList, type NeighbourList } from "./range_search.ts";
import {
  boxPosition,
  buildTree,
  GROUP_MIXED,
  GROUP_NONE,
  grownIntegers,
  KEY_AXES_MAX,
  LEAF_CAPACITY,
  NODE_AXIS,
  NODE_BOUNDS,
  NODE_CHILD,
  NODE_GROUP,
  NODE_STRIDE,
  packBounds,
  type RangeIndex,
  rebuildTree,
  splitLeaf,
} from "./range_tree.ts";
import { entriesOfSlots, keyLimitOf, projectWhenGrown, writeKey } from "./search_keys.ts";

/** Slots of an empty index. */
const SLOTS_FIRST = 16;
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
    count: 0,
    nodes: new Int32Array(4 * NODE_STRIDE),
    nodeValues: new Int32Array(4),
    nodeCounts: new Int32Array(4),
    nodeParents: new Int32Array(4),
    nodeCount: 0,
    boxes: new Int16Array(2 * 2 * keyAxes),
    buckets: new Int32Array(2 * LEAF_CAPACITY),
    bucketKeys: new Int16Array(2 * LEAF_CAPACITY * keyAxes),
    leafCount: 0,
    freeLeaves: [],
    insertedSinceBuild: 0,
    removedSinceBuild: 0,
    groups,
    scansLeft: 0,
    scansPlanned: 0,
    scratch: {
      vector: new Int16Array(stride),
      key: new Int16Array(keyAxes),
      outside: new Float64Array(keyAxes),
      compared: 0,
      stack: new Float64Array(256),
    },
  };
  rebuildTree(index);
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
  index.insertedSinceBuild++;
  const { key } = index.scratch;
  writeKey(index, { vectors: index.vectors, start }, { keys: key, start: 0 });
  scanAlso(index, slot);
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
  const leafNode = index.leafOfSlot[slot]!;
  const start = (-1 - index.nodes[leafNode * NODE_STRIDE + NODE_CHILD]!) * LEAF_CAPACITY;
  const last = start + index.nodeCounts[leafNode]! - 1;
  const at = index.buckets.indexOf(slot, start);
  index.buckets[at] = index.buckets[last]!;
  const { bucketKeys, keyAxes } = index;
  bucketKeys.copyWithin(at * keyAxes, last * keyAxes, (last + 1) * keyAxes);
  for (let node = leafNode; node >= 0; node = index.nodeParents[node]!) index.nodeCounts[node]!--;
  index.leafOfSlot[slot] = -1;
  index.freeSlots.push(slot);
  index.count--;
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

function search(index: RangeIndex, limit: number, above: number, found: NeighbourList): void {
  found.count = 0;
  if (index.count === 0) return;
  if (index.groups !== null) beginSearch(index.groups);
  const { key, vector } = index.scratch;
  writeKey(index, { vectors: vector, start: 0 }, { keys: key, start: 0 });
  searchEither(index, { limit, keyLimit: keyLimitOf(index, limit), above }, found);
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
  if (free !== undefined) return free;
  const slot = index.slotCount++;
  if (slot < index.leafOfSlot.length) return slot;
  const length = Math.max(SLOTS_FIRST, slot * 2);
  const vectors = new Int16Array(length * index.stride);
  vectors.set(index.vectors);
  index.vectors = vectors;
  index.leafOfSlot = grownIntegers(index.leafOfSlot, length).fill(-1, slot);
  index.groupOfSlot = grownIntegers(index.groupOfSlot, length);
  return slot;
}

/** Puts the key in the scratch into its leaf, splits a leaf that is full, and returns the depth. */
function insertKey(index: RangeIndex, slot: number, group: number): number {
  const { nodes } = index;
  const { key } = index.scratch;
  let node = 0;
  let depth = 0;
  for (;;) {
    const at = node * NODE_STRIDE;
    index.nodeCounts[node]!++;
    nodes[at + NODE_GROUP] = joinedGroup(index, nodes[at + NODE_GROUP]!, group);
    if (nodes[at + NODE_CHILD]! < 0) break;
    node = chosenChild(index, node);
    depth++;
  }
  const leaf = -1 - nodes[node * NODE_STRIDE + NODE_CHILD]!;
  const count = index.nodeCounts[node]!;
  if (count > LEAF_CAPACITY) {
    splitLeaf(index, node, slot);
    return depth + 1;
  }
  const at = leaf * LEAF_CAPACITY + count - 1;
  index.buckets[at] = slot;
  index.bucketKeys.set(key, at * index.keyAxes);
  index.leafOfSlot[slot] = node;
  widenBox(index, leaf);
  return depth;
}

function joinedGroup(index: RangeIndex, common: number, group: number): number {
  if (index.groups === null || common === GROUP_MIXED) return GROUP_MIXED;
  if (common === GROUP_NONE) return group;
  return rootOfGroup(index.groups, common) === group ? group : GROUP_MIXED;
}

/** The child that the key in the scratch goes to; widens the child's bounds to hold it. */
function chosenChild(index: RangeIndex, node: number): number {
  const { nodes } = index;
  const at = node * NODE_STRIDE;
  const child = nodes[at + NODE_CHILD]!;
  const axis = nodes[at + NODE_AXIS]!;
  if (axis < 0) {
    return index.nodeCounts[child]! <= index.nodeCounts[child + 1]! ? child : child + 1;
  }
  const value = index.scratch.key[axis]!;
  const chosen = value <= index.nodeValues[node]! ? child : child + 1;
  const boundsAt = chosen * NODE_STRIDE + NODE_BOUNDS;
  const low = (nodes[boundsAt]! << 16) >> 16;
  const high = nodes[boundsAt]! >> 16;
  if (value < low) nodes[boundsAt] = packBounds(value, high);
  else if (value > high) nodes[boundsAt] = packBounds(low, value);
  return chosen;
}

function widenBox(index: RangeIndex, leaf: number): void {
  const { boxes, keyAxes } = index;
  const { key } = index.scratch;
  const start = leaf * 2 * keyAxes;
  for (let axis = 0; axis < keyAxes; axis++) {
    const value = key[axis]!;
    const at = start + boxPosition(axis);
    if (value < boxes[at]!) boxes[at] = value;
    if (value > boxes[at + 4]!) boxes[at + 4] = value;
  }
}
