/**
 * Gives groups new numbers from 0. Every node without neighbours takes a number and every merge
 * leaves one behind, so over months of changes the numbers would otherwise grow without end.
 *
 * @module
 */

import type { GraphComponent, SceneGraph } from "./graph_components.ts";
import { addGroup, rootOfGroup } from "./group_forest.ts";
import { GROUP_MIXED, NODE_GROUP, NODE_STRIDE } from "./range_tree.ts";

/** Numbers are given anew when there are more than this many, */
export const GROUPS_MIN = 4096;
/** and more than this many for every component. */
const GROUPS_PER_COMPONENT = 4;

/** Gives groups new numbers when most numbers are no longer used. */
export function compactGroupsWhenMany(graph: SceneGraph): void {
  const { components, dirty, forest, index } = graph;
  if (forest.count <= GROUPS_MIN) return;
  if (forest.count <= components.size * GROUPS_PER_COMPONENT) return;
  const rootOfOld = Int32Array.from(
    { length: forest.count },
    (_, group) => rootOfGroup(forest, group),
  );
  const newOfRoot = new Int32Array(forest.count).fill(GROUP_MIXED);
  const dirtyComponents = [...dirty].map((root) => components.get(root)!);
  const inOrder: GraphComponent[] = [...components.values()];
  components.clear();
  dirty.clear();
  forest.count = 0;
  for (const component of inOrder) {
    const crowded = component.isKept ? 0 : 1;
    const group = addGroup(forest);
    forest.crowded[group] = crowded;
    newOfRoot[component.root] = group;
    component.root = group;
    components.set(group, component);
  }
  for (const component of dirtyComponents) dirty.add(component.root);
  for (let slot = 0; slot < index.slotCount; slot++) {
    if (index.leafOfSlot[slot]! < 0) continue;
    index.groupOfSlot[slot] = newOfRoot[rootOfOld[index.groupOfSlot[slot]!]!]!;
  }
  for (let node = 0; node < index.nodeCount; node++) {
    const at = node * NODE_STRIDE + NODE_GROUP;
    const group = index.nodes[at]!;
    if (group >= 0) index.nodes[at] = newOfRoot[rootOfOld[group]!]!;
  }
}
