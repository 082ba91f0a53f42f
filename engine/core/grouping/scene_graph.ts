/**
 * The threshold graph of one partition, kept up to date node by node, and its scenes.
 *
 * [Note: Incremental equals full] A change marks the component that it touches; regrouping computes
 * the scenes of marked components anew, each from its members, their vectors and the pairs marked
 * as not duplicates, and from nothing else. The components of a graph do not depend on the order in
 * which it came about. So after regrouping the scenes are those of a fresh run over the same nodes.
 *
 * @module
 */

import type { ContentHash } from "../library/ids.ts";
import { invariant } from "../protocol/invariant.ts";
import { createAdjacency, linkSlots, reserveSlots, unlinkSlot } from "./adjacency.ts";
import { THRESHOLD_MAX } from "./distance.ts";
import { EDGES_MAX } from "./edge_list.ts";
import { type PairDistances, weighFound } from "./evidence.ts";
import {
  addComponent,
  addMember,
  componentOf,
  dropEdgesWhereCrowded,
  type GraphComponent,
  removeMember,
  type SceneGraph,
  uniteComponents,
} from "./graph_components.ts";
import { createGroupForest } from "./group_forest.ts";
import { createRangeIndex, insertVector, removeVector, searchVector } from "./range_index.ts";
import { createNeighbourList } from "./range_search.ts";
import { type Partition, SIMILAR_TIERS, type TierThresholds } from "./scene.ts";

/** What a graph is made for. */
export interface SceneGraphOptions {
  readonly partition: Partition;
  /** Length of the vectors. */
  readonly dimensions: number;
  readonly thresholds: TierThresholds;
  /** Most edges that a complete-link tree is made of; at most `EDGES_MAX`. */
  readonly edgeBudget: number;
  /** Evidence of the model, kept up to date by whoever gives it. */
  readonly evidence: PairDistances;
}

/** A graph without nodes. */
export function createSceneGraph(options: SceneGraphOptions): SceneGraph {
  const { partition, dimensions, thresholds, edgeBudget, evidence } = options;
  const ordered = SIMILAR_TIERS.map((tier) => thresholds[tier]);
  const isAscending = ordered.every((threshold, i) =>
    Number.isInteger(threshold) && threshold >= (ordered[i - 1] ?? 0)
  );
  invariant(
    isAscending && thresholds.related <= THRESHOLD_MAX,
    "THRESHOLD_RANGE",
    `Cannot group at thresholds ${ordered.join(", ")}: they must be ascending integers`,
  );
  invariant(
    Number.isInteger(edgeBudget) && edgeBudget >= 1 && edgeBudget <= EDGES_MAX,
    "EDGE_RANGE",
    `Cannot group with a budget of ${edgeBudget} edges: it must be 1 to ${EDGES_MAX}`,
  );
  const forest = createGroupForest();
  return {
    partition,
    thresholds,
    edgeBudget,
    evidence,
    forest,
    index: createRangeIndex(dimensions, forest),
    slotOfHash: new Map(),
    hashOfSlot: [],
    adjacency: createAdjacency(),
    components: new Map(),
    placeOfSlot: [],
    dirty: new Set(),
    scenes: new Map(),
    scenesOfHash: new Map(),
    found: createNeighbourList(),
  };
}

/**
 * Adds a node. Its content must not be in the graph.
 *
 * @throws {InvariantError} When the content is in the graph, or the vector has another length.
 */
export function addToGraph(graph: SceneGraph, hash: ContentHash, vector: Int16Array): void {
  const { adjacency, found, index, slotOfHash, thresholds } = graph;
  invariant(!slotOfHash.has(hash), "NODE_PRESENT", `Cannot add ${hash}: it is in the graph`);
  searchVector(index, { vector, limit: thresholds.related }, found);
  weighFound(graph, hash);
  const component = componentOfNeighbours(graph);
  const slot = insertVector(index, vector, component.root);
  slotOfHash.set(hash, slot);
  graph.hashOfSlot[slot] = hash;
  reserveSlots(adjacency, index.slotCount);
  addMember(graph, component, slot);
  if (component.isKept) {
    for (let i = 0; i < found.count; i++) {
      if (found.distances[i]! > thresholds.related) continue;
      linkSlots(adjacency, [slot, found.slots[i]!], found.distances[i]!);
      component.edgeCount++;
    }
    dropEdgesWhereCrowded(graph, component);
  }
  graph.dirty.add(component.root);
}

/**
 * The one component that all found neighbours are in from now on; a new one where there are none.
 */
function componentOfNeighbours(graph: SceneGraph): GraphComponent {
  const { found } = graph;
  const touched = new Set<GraphComponent>();
  let isCut = false;
  for (let i = 0; i < found.count; i++) {
    touched.add(componentOf(graph, found.slots[i]!));
    isCut ||= found.distances[i]! > graph.thresholds.related;
  }
  const component = touched.size === 0 ? addComponent(graph) : uniteComponents(graph, [...touched]);
  // Of a crowd one neighbour speaks for others: what evidence takes back must be looked at anew.
  component.maySplit ||= isCut;
  return component;
}

/**
 * Removes a node. Its scenes stay as published until the graph is regrouped.
 *
 * @throws {InvariantError} When the content is not in the graph.
 */
export function removeFromGraph(graph: SceneGraph, hash: ContentHash): void {
  const slot = graph.slotOfHash.get(hash);
  invariant(slot !== undefined, "NODE_ABSENT", `Cannot remove ${hash}: it is not in the graph`);
  const component = componentOf(graph, slot);
  const degree = unlinkSlot(graph.adjacency, slot);
  component.edgeCount -= degree;
  // A node with one edge is a leaf: nothing falls apart without it.
  component.maySplit ||= !component.isKept || degree > 1;
  removeMember(graph, component, slot);
  removeVector(graph.index, slot);
  graph.slotOfHash.delete(hash);
  graph.dirty.add(component.root);
}

/** Marks the component of a content for regrouping, if the content is in the graph. */
export function touchNode(graph: SceneGraph, hash: ContentHash): void {
  const slot = graph.slotOfHash.get(hash);
  if (slot !== undefined) graph.dirty.add(componentOf(graph, slot).root);
}
