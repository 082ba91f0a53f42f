/**
 * The walk of a range search.
 *
 * [Note: Exact pruning] A part of the tree is left out only when a lower bound of its distance is
 * above the limit: the sum, over some axes, of the square of how far the asked key is outside.
 * Every term of the bound is at most the matching term of the true sum of keys, all are integers,
 * and two keys are never farther apart than [Note: Search keys] allows. So no vector within the
 * limit is ever missed.
 *
 * @module
 */

import { flatWithinDistance } from "./distance.ts";
import { type GroupForest, rootOfGroup } from "./group_forest.ts";
import {
  LEAF_CAPACITY,
  NODE_AXIS,
  NODE_BOUNDS,
  NODE_CHILD,
  NODE_GROUP,
  NODE_STRIDE,
  type RangeIndex,
} from "./range_tree.ts";

/** Slots and their distances, in no particular order; reused from search to search. */
export interface NeighbourList {
  slots: Int32Array;
  distances: Float64Array;
  count: number;
}

/** An empty list. */
export function createNeighbourList(): NeighbourList {
  return { slots: new Int32Array(64), distances: new Float64Array(64), count: 0 };
}

/** How far to search. */
export interface SearchLimits {
  /** The largest distance of two vectors. */
  readonly limit: number;
  /** The largest distance of the keys of two vectors within `limit`. */
  readonly keyLimit: number;
  /** Only slots with a larger number are found. */
  readonly above: number;
}

/** Numbers per entry of the stack: node, bound, axis, and how far outside the key is on it. */
const ENTRY_STRIDE = 4;
/** An entry that only restores how far outside the key is. */
const RESTORE = -1;

/**
 * Adds every vector within the limits of the one in the scratch. Returns how many nodes it saw.
 *
 * An entry of the stack is a node to visit, or {@linkcode RESTORE}. Both set `outside[axis]` when
 * they are taken off, so that it always describes the path to the current node.
 */
export function searchTree(index: RangeIndex, limits: SearchLimits, found: NeighbourList): number {
  const { nodes, groups } = index;
  const { key, outside } = index.scratch;
  const { keyLimit } = limits;
  let { stack } = index.scratch;
  let top = 0;
  let node = 0;
  let bound = 0;
  let seen = 0;
  for (;;) {
    seen += 1;
    const at = node * NODE_STRIDE;
    const child = nodes[at + NODE_CHILD]!;
    let next = -1;
    if (groups !== null && isDone(groups, nodes[at + NODE_GROUP]!)) {
      // Only members of a crowded group that has been met.
    } else if (child < 0) {
      if (!isBoxBeyond(index, -1 - child, keyLimit)) searchLeaf(index, node, limits, found);
    } else {
      const splitAxis = nodes[at + NODE_AXIS]!;
      const axis = Math.max(splitAxis, 0);
      const held = outside[axis]!;
      const rest = bound - held * held;
      const value = key[axis]!;
      const bounds0 = nodes[child * NODE_STRIDE + NODE_BOUNDS]!;
      const bounds1 = nodes[child * NODE_STRIDE + NODE_STRIDE + NODE_BOUNDS]!;
      const out0 = splitAxis < 0
        ? held
        : Math.max(((bounds0 << 16) >> 16) - value, value - (bounds0 >> 16), held);
      const out1 = splitAxis < 0
        ? held
        : Math.max(((bounds1 << 16) >> 16) - value, value - (bounds1 >> 16), held);
      const bound0 = rest + out0 * out0;
      const bound1 = rest + out1 * out1;
      const goes0 = bound0 <= keyLimit;
      const goes1 = bound1 <= keyLimit;
      if (goes0 || goes1) {
        if (top + 2 * ENTRY_STRIDE > stack.length) stack = growStack(index);
        top = pushEntry(stack, top, RESTORE, 0, axis, held);
        if (goes0 && goes1) top = pushEntry(stack, top, child + 1, bound1, axis, out1);
        next = goes0 ? child : child + 1;
        bound = goes0 ? bound0 : bound1;
        outside[axis] = goes0 ? out0 : out1;
      }
    }
    while (next < 0) {
      if (top === 0) return seen;
      top -= ENTRY_STRIDE;
      next = stack[top]!;
      bound = stack[top + 1]!;
      outside[stack[top + 2]!] = stack[top + 3]!;
    }
    node = next;
  }
}

function pushEntry(
  stack: Float64Array,
  top: number,
  node: number,
  bound: number,
  axis: number,
  outside: number,
): number {
  stack[top] = node;
  stack[top + 1] = bound;
  stack[top + 2] = axis;
  stack[top + 3] = outside;
  return top + ENTRY_STRIDE;
}

function growStack(index: RangeIndex): Float64Array {
  const stack = new Float64Array(index.scratch.stack.length * 2);
  stack.set(index.scratch.stack);
  index.scratch.stack = stack;
  return stack;
}

/** Whether every vector of the node is in a group that the search is done with. */
export function isDone(groups: GroupForest, group: number): boolean {
  return group >= 0 && groups.doneAt[rootOfGroup(groups, group)]! === groups.stamp;
}

function isBoxBeyond(index: RangeIndex, leaf: number, keyLimit: number): boolean {
  const { boxes, keyAxes } = index;
  const { key } = index.scratch;
  let at = leaf * 2 * keyAxes;
  let sum = 0;
  for (let axis = 0; axis < keyAxes; axis += 4, at += 8) {
    const value0 = key[axis]!;
    const value1 = key[axis + 1]!;
    const value2 = key[axis + 2]!;
    const value3 = key[axis + 3]!;
    const out0 = Math.max(boxes[at]! - value0, value0 - boxes[at + 4]!, 0);
    const out1 = Math.max(boxes[at + 1]! - value1, value1 - boxes[at + 5]!, 0);
    const out2 = Math.max(boxes[at + 2]! - value2, value2 - boxes[at + 6]!, 0);
    const out3 = Math.max(boxes[at + 3]! - value3, value3 - boxes[at + 7]!, 0);
    sum += (out0 * out0 + out1 * out1) + (out2 * out2 + out3 * out3);
    if (sum > keyLimit) return true;
  }
  return false;
}

function searchLeaf(
  index: RangeIndex,
  node: number,
  limits: SearchLimits,
  found: NeighbourList,
): void {
  const { bucketKeys, groups, isOwnKey, keyAxes, stride, vectors } = index;
  const { key, vector } = index.scratch;
  const { above } = limits;
  const start = (-1 - index.nodes[node * NODE_STRIDE + NODE_CHILD]!) * LEAF_CAPACITY;
  const end = start + index.nodeCounts[node]!;
  for (let at = start; at < end; at++) {
    const slot = index.buckets[at]!;
    if (slot <= above) continue;
    let distance = flatWithinDistance(key, 0, bucketKeys, at * keyAxes, keyAxes, limits.keyLimit);
    if (distance < 0) continue;
    index.scratch.compared += 1;
    if (!isOwnKey) {
      distance = flatWithinDistance(vector, 0, vectors, slot * stride, stride, limits.limit);
      if (distance < 0) continue;
    }
    if (groups === null || isNews(groups, index.groupOfSlot[slot]!)) {
      pushNeighbour(found, slot, distance);
    }
  }
}

/**
 * Whether a neighbour in this group is to be reported; of a crowded group only the first one is.
 */
export function isNews(groups: GroupForest, group: number): boolean {
  const root = rootOfGroup(groups, group);
  if (groups.crowded[root]! === 0) return true;
  if (groups.doneAt[root]! === groups.stamp) return false;
  groups.doneAt[root] = groups.stamp;
  return true;
}

/** Adds an entry to a list. */
export function pushNeighbour(list: NeighbourList, slot: number, distance: number): void {
  if (list.count === list.slots.length) {
    const slots = new Int32Array(list.count * 2);
    slots.set(list.slots);
    list.slots = slots;
    const distances = new Float64Array(list.count * 2);
    distances.set(list.distances);
    list.distances = distances;
  }
  list.slots[list.count] = slot;
  list.distances[list.count] = distance;
  list.count++;
}
