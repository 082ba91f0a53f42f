import { rootOfGroup } from "./group_forest.ts";
import {
  boxPosition,
  GROUP_MIXED,
  GROUP_NONE,
  LEAF_CAPACITY,
  NODE_AXIS,
  NODE_BOUNDS,
  NODE_CHILD,
  NODE_GROUP,
  NODE_STRIDE,
  packBounds,
  type RangeIndex,
  splitLeaf,
} from "./range_tree.ts";

/** Puts the key in the scratch into its leaf, splits a leaf that is full, and returns the depth. */
export function insertKey(index: RangeIndex, slot: number, group: number): number {
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

/** Takes a slot out of its leaf. */
export function removeFromTree(index: RangeIndex, slot: number): void {
  const leafNode = index.leafOfSlot[slot]!;
  const start = (-1 - index.nodes[leafNode * NODE_STRIDE + NODE_CHILD]!) * LEAF_CAPACITY;
  const last = start + index.nodeCounts[leafNode]! - 1;
  const at = index.buckets.indexOf(slot, start);
  index.buckets[at] = index.buckets[last]!;
  const { bucketKeys, keyAxes } = index;
  bucketKeys.copyWithin(at * keyAxes, last * keyAxes, (last + 1) * keyAxes);
  for (let node = leafNode; node >= 0; node = index.nodeParents[node]!) index.nodeCounts[node]!--;
}
