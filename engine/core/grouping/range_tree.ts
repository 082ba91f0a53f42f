/**
 * The tree of the range index: leaves of a few vectors with tight boxes, above them splits on one
 * axis each.
 *
 * @module
 */

import { type GroupForest, rootOfGroup } from "./group_forest.ts";
import type { Projection } from "./projection.ts";

/** Most vectors in a leaf. Measured: 8 and 32 are both slower at 100,000 vectors of 32 axes. */
export const LEAF_CAPACITY = 16;
/** A built leaf keeps some room, so that the next insertion does not split it at once. */
const LEAF_BUILT_MAX = 12;
/** Most numbers in a search key. */
export const KEY_AXES_MAX = 32;

/**
 * Numbers per node in `nodes`: what a search reads, four to a node so that siblings share a line.
 */
export const NODE_STRIDE = 4;
/** The first of two adjacent children; for a leaf `-1 - leaf`. */
export const NODE_CHILD = 0;
/** The axis of the split, or -1 where all keys are equal on every axis. */
export const NODE_AXIS = 1;
/** The largest value under this node on the axis of its parent, times 2^16, plus the smallest. */
export const NODE_BOUNDS = 2;
/** The group of all vectors under this node, or one of the two values below. */
export const NODE_GROUP = 3;
export const GROUP_MIXED = -1;
export const GROUP_NONE = -2;
/**
 * The root is node 0; the first pair of children starts at 2, so that pairs start at even nodes.
 */
const CHILDREN_FIRST = 2;

/** The tree itself. */
interface TreeArrays {
  nodes: Int32Array;
  /** Node → the largest value of the first child on the axis of the split. */
  nodeValues: Int32Array;
  /** Node → vectors under it. */
  nodeCounts: Int32Array;
  /** Node → its parent, -1 for the root. */
  nodeParents: Int32Array;
  nodeCount: number;
  /**
   * Leaf × 2 · `keyAxes`: for every four axes the smallest values of the keys, then the largest.
   */
  boxes: Int16Array;
  /** Leaf × `LEAF_CAPACITY`: slots. */
  buckets: Int32Array;
  /**
   * Leaf × `LEAF_CAPACITY` × `keyAxes`: their keys, side by side because they are read together.
   */
  bucketKeys: Int16Array;
  leafCount: number;
  freeLeaves: number[];
  insertedSinceBuild: number;
  removedSinceBuild: number;
}

/** An exact range index over int16 vectors. Plain data; see `range_index.ts`. */
export interface RangeIndex extends TreeArrays {
  readonly dimensions: number;
  /** Numbers per stored vector: `dimensions` rounded up to a multiple of 4, padded with zeros. */
  readonly stride: number;
  /** Capacity × `stride`. */
  vectors: Int16Array;
  /** Numbers per search key, a multiple of 4; splits and boxes are on these. */
  readonly keyAxes: number;
  /** Whether a vector is its own key, so that the distance of keys is the distance. */
  readonly isOwnKey: boolean;
  /** How a vector becomes its key; null where the key is the start of the vector. */
  projection: Projection | null;
  /** Vectors in the index when the projection was last chosen. */
  projectedAt: number;
  /** Slot → leaf node, -1 for a free slot; where there is no tree, any other for one in use. */
  leafOfSlot: Int32Array;
  /** Slot → group, as it was when last set; 0 where there are no groups. */
  groupOfSlot: Int32Array;
  /** Slots that were used and are free now. */
  freeSlots: number[];
  /** Slots that were ever used, */
  slotCount: number;
  /** and how often a free one was used again. */
  slotsReused: number;
  /** Vectors in the index. */
  count: number;
  /** Components of the vectors, where the owner of the index keeps them. */
  readonly groups: GroupForest | null;
  readonly scratch: SearchScratch;
  /** Whether searches are by scan and there is no tree. */
  isScanned: boolean;
  /** Scans until a tree may be planted again, */
  scansLeft: number;
  /** and how many in a row one would have been good for. */
  narrowScans: number;
}

/** What one search writes to; means nothing between searches. */
export interface SearchScratch {
  /** The vector that is asked for. */
  readonly vector: Int16Array;
  readonly key: Int16Array;
  /** How far the key is outside of the current node on each axis; all zero between searches. */
  readonly outside: Float64Array;
  /** Vectors that were compared in all their numbers, in all searches; for benchmarks. */
  compared: number;
  stack: Float64Array;
}

/** Slots and their keys, on their way into the tree. */
export interface TreeEntries {
  readonly slots: Int32Array;
  /** Slots × `keyAxes`. */
  readonly keys: Int16Array;
}

/** Builds the whole tree anew from these entries. */
export function buildTree(index: RangeIndex, entries: TreeEntries): void {
  index.nodeCount = CHILDREN_FIRST;
  index.leafCount = 0;
  index.freeLeaves.length = 0;
  index.nodeParents[0] = -1;
  index.insertedSinceBuild = 0;
  index.removedSinceBuild = 0;
  buildNode(index, 0, entries, Int32Array.from(entries.slots.keys()));
}

/** Builds the whole tree anew from what it holds. */
export function rebuildTree(index: RangeIndex): void {
  buildTree(index, entriesOfTree(index));
}

/** Forgets the tree; the vectors stay. */
export function clearTree(index: RangeIndex): void {
  Object.assign(index, emptyTree(index.keyAxes));
  buildTree(index, { slots: new Int32Array(0), keys: new Int16Array(0) });
}

/** The arrays of a tree that has not been built. */
export function emptyTree(keyAxes: number): TreeArrays {
  return {
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
  };
}

function entriesOfTree(index: RangeIndex): TreeEntries {
  const { keyAxes } = index;
  const slots = new Int32Array(index.count);
  const keys = new Int16Array(index.count * keyAxes);
  let found = 0;
  for (let node = 0; node < index.nodeCount; node++) {
    const child = index.nodes[node * NODE_STRIDE + NODE_CHILD]!;
    if (child >= 0 || node === CHILDREN_FIRST - 1) continue;
    const start = (-1 - child) * LEAF_CAPACITY;
    const end = start + index.nodeCounts[node]!;
    slots.set(index.buckets.subarray(start, end), found);
    keys.set(index.bucketKeys.subarray(start * keyAxes, end * keyAxes), found * keyAxes);
    found += end - start;
  }
  return { slots, keys };
}

/** Splits a full leaf in two, with one more slot, whose key is in the scratch. */
export function splitLeaf(index: RangeIndex, node: number, slot: number): void {
  const { keyAxes } = index;
  const leaf = -1 - index.nodes[node * NODE_STRIDE + NODE_CHILD]!;
  const start = leaf * LEAF_CAPACITY;
  const end = start + LEAF_CAPACITY;
  const slots = new Int32Array(LEAF_CAPACITY + 1);
  slots.set(index.buckets.subarray(start, end));
  slots[LEAF_CAPACITY] = slot;
  const keys = new Int16Array((LEAF_CAPACITY + 1) * keyAxes);
  keys.set(index.bucketKeys.subarray(start * keyAxes, end * keyAxes));
  keys.set(index.scratch.key, LEAF_CAPACITY * keyAxes);
  index.freeLeaves.push(leaf);
  buildNode(index, node, { slots, keys }, Int32Array.from(slots.keys()));
}

/** Makes a leaf or a subtree of a node out of the entries in `order`, which it rearranges. */
function buildNode(
  index: RangeIndex,
  node: number,
  entries: TreeEntries,
  order: Int32Array,
): void {
  const { keyAxes } = index;
  const at = node * NODE_STRIDE;
  index.nodeCounts[node] = order.length;
  index.nodes[at + NODE_GROUP] = commonGroup(index, entries, order);
  const box = boxOf(keyAxes, entries, order);
  if (order.length <= LEAF_BUILT_MAX) {
    fillLeaf(index, node, { entries, order, box });
    return;
  }
  const axis = widestAxis(box);
  const child = addChildren(index, node);
  index.nodes[at + NODE_AXIS] = axis;
  const split = axis < 0 ? order.length >> 1 : splitOrder(index, node, entries, order);
  buildNode(index, child, entries, order.subarray(0, split));
  buildNode(index, child + 1, entries, order.subarray(split));
}

function commonGroup(index: RangeIndex, entries: TreeEntries, order: Int32Array): number {
  if (index.groups === null) return GROUP_MIXED;
  let common = GROUP_NONE;
  for (const entry of order) {
    const group = rootOfGroup(index.groups, index.groupOfSlot[entries.slots[entry]!]!);
    if (common === GROUP_NONE) common = group;
    else if (common !== group) return GROUP_MIXED;
  }
  return common;
}

/** Where in a box the smallest value of an axis is; the largest is 4 further on. */
export function boxPosition(axis: number): number {
  return (axis & ~3) * 2 + (axis & 3);
}

/** The box of these keys, laid out as in `boxes`. */
function boxOf(keyAxes: number, { keys }: TreeEntries, order: Int32Array): Int16Array {
  const box = new Int16Array(2 * keyAxes);
  for (let axis = 0; axis < keyAxes; axis++) {
    box[boxPosition(axis)] = 32767;
    box[boxPosition(axis) + 4] = -32768;
  }
  for (let i = 0; i < order.length; i++) {
    const start = order[i]! * keyAxes;
    for (let axis = 0; axis < keyAxes; axis++) {
      const value = keys[start + axis]!;
      const at = boxPosition(axis);
      if (value < box[at]!) box[at] = value;
      if (value > box[at + 4]!) box[at + 4] = value;
    }
  }
  return box;
}

/** The axis of greatest extent, or -1 where every extent is 0. */
function widestAxis(box: Int16Array): number {
  let widest = -1;
  let extentMax = 0;
  for (let axis = 0; axis < box.length / 2; axis++) {
    const at = boxPosition(axis);
    const extent = box[at + 4]! - box[at]!;
    if (extent <= extentMax) continue;
    extentMax = extent;
    widest = axis;
  }
  return widest;
}

/**
 * Moves the entries up to the median on the node's axis to the front and sets the split and the
 * bounds of both children. Both parts get at least one entry, since the values differ.
 */
function splitOrder(
  index: RangeIndex,
  node: number,
  entries: TreeEntries,
  order: Int32Array,
): number {
  const { keyAxes, nodes } = index;
  const axis = nodes[node * NODE_STRIDE + NODE_AXIS]!;
  const values = new Int16Array(order.length);
  for (let i = 0; i < order.length; i++) values[i] = entries.keys[order[i]! * keyAxes + axis]!;
  const sorted = values.slice().sort();
  const last = sorted.at(-1)!;
  const median = sorted[(sorted.length - 1) >> 1]!;
  const value = median === last ? last - 1 : median;
  const rest: number[] = [];
  let front = 0;
  for (let i = 0; i < values.length; i++) {
    const entry = order[i]!;
    if (values[i]! <= value) order[front++] = entry;
    else rest.push(entry);
  }
  order.set(rest, front);
  index.nodeValues[node] = value;
  const first = nodes[node * NODE_STRIDE + NODE_CHILD]! * NODE_STRIDE;
  nodes[first + NODE_BOUNDS] = packBounds(sorted[0]!, sorted[front - 1]!);
  nodes[first + NODE_STRIDE + NODE_BOUNDS] = packBounds(sorted[front]!, last);
  return front;
}

/** Two int16 bounds in one int32. */
export function packBounds(low: number, high: number): number {
  return (high << 16) | (low & 0xffff);
}

function addChildren(index: RangeIndex, parent: number): number {
  const child = index.nodeCount;
  index.nodeCount += 2;
  if (index.nodeCount > index.nodeCounts.length) {
    const length = index.nodeCounts.length * 2;
    index.nodes = grownIntegers(index.nodes, length * NODE_STRIDE);
    index.nodeValues = grownIntegers(index.nodeValues, length);
    index.nodeCounts = grownIntegers(index.nodeCounts, length);
    index.nodeParents = grownIntegers(index.nodeParents, length);
  }
  index.nodes[parent * NODE_STRIDE + NODE_CHILD] = child;
  index.nodeParents[child] = parent;
  index.nodeParents[child + 1] = parent;
  return child;
}

/** A longer copy. */
export function grownIntegers(from: Int32Array, length: number): Int32Array {
  const grown = new Int32Array(length);
  grown.set(from);
  return grown;
}

interface LeafContent {
  readonly entries: TreeEntries;
  readonly order: Int32Array;
  readonly box: Int16Array;
}

function fillLeaf(index: RangeIndex, node: number, { entries, order, box }: LeafContent): void {
  const { keyAxes } = index;
  const leaf = index.freeLeaves.pop() ?? addLeaf(index);
  index.nodes[node * NODE_STRIDE + NODE_CHILD] = -1 - leaf;
  index.boxes.set(box, leaf * box.length);
  for (let i = 0; i < order.length; i++) {
    const entry = order[i]!;
    const at = leaf * LEAF_CAPACITY + i;
    index.buckets[at] = entries.slots[entry]!;
    const start = entry * keyAxes;
    index.bucketKeys.set(entries.keys.subarray(start, start + keyAxes), at * keyAxes);
    index.leafOfSlot[entries.slots[entry]!] = node;
  }
}

function addLeaf(index: RangeIndex): number {
  const leaf = index.leafCount++;
  if (index.leafCount * LEAF_CAPACITY <= index.buckets.length) return leaf;
  const buckets = new Int32Array(index.buckets.length * 2);
  buckets.set(index.buckets);
  index.buckets = buckets;
  const bucketKeys = new Int16Array(index.bucketKeys.length * 2);
  bucketKeys.set(index.bucketKeys);
  index.bucketKeys = bucketKeys;
  const boxes = new Int16Array(index.boxes.length * 2);
  boxes.set(index.boxes);
  index.boxes = boxes;
  return leaf;
}
