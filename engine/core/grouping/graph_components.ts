/**
 * The components of the threshold graph of one partition, and which of their edges are kept.
 *
 * [Note: Kept edges] The edges of a component are kept while they are few or spread thin. A crowded
 * component, more than an eighth of all its pairs, is cheaper to look at anew than to keep: 50,000
 * near-identical frames have 1.2 billion pairs. Its edges are dropped and a search reports one
 * member of it only. Whether edges are kept changes time and memory, never scenes.
 *
 * @module
 */

import type { ContentHash } from "../library/ids.ts";
import { invariant } from "../protocol/invariant.ts";
import { type Adjacency, linksOf, unlinkSlot } from "./adjacency.ts";
import { EDGES_MAX } from "./edge_list.ts";
import { evidenceOfMembers, type PairDistances } from "./evidence.ts";
import { addGroup, type GroupForest, rootOfGroup } from "./group_forest.ts";
import { pairsOf } from "./part_vectors.ts";
import { copyOfSlots, setGroupOfSlot } from "./range_index.ts";
import type { NeighbourList } from "./range_search.ts";
import type { RangeIndex } from "./range_tree.ts";
import type { Partition, Scene, SceneKey, TierThresholds } from "./scene.ts";
import { takeComponents } from "./threshold_parts.ts";

/** A component with more edges than budget ÷ this is kept only while it is spread thin. */
const FEW_EDGES = 64;
/** Spread thin: at most one pair in this many is an edge. */
const THIN_PAIRS = 8;

/** A connected component, or a union of several until it is regrouped. */
export interface GraphComponent {
  /** Its group in the forest. */
  root: number;
  /** Slots, in no particular order. */
  readonly members: number[];
  /** Kept edges. */
  edgeCount: number;
  /** Whether all its edges are kept. */
  isKept: boolean;
  /** Whether it may have fallen apart since it was regrouped. */
  maySplit: boolean;
  /** Its scenes, and those of components that it took in, as they were last published. */
  scenes: Scene[];
}

/** One partition: vectors, their threshold graph, its components and their scenes. Plain data. */
export interface SceneGraph {
  readonly partition: Partition;
  readonly thresholds: TierThresholds;
  /** Most edges that a complete-link tree is made of. */
  readonly edgeBudget: number;
  readonly forest: GroupForest;
  readonly index: RangeIndex;
  readonly slotOfHash: Map<ContentHash, number>;
  /** Slot → content; of a free slot, the last one. */
  readonly hashOfSlot: ContentHash[];
  readonly adjacency: Adjacency;
  /** Of all pairs of the model, whether or not they are in the graph. See [Note: Evidence]. */
  readonly evidence: PairDistances;
  /** By root. */
  readonly components: Map<number, GraphComponent>;
  /** Slot → its place among the members of its component. */
  readonly placeOfSlot: number[];
  /** Roots of components whose scenes may be out of date. */
  readonly dirty: Set<number>;
  /** The published scenes. */
  readonly scenes: Map<SceneKey, Scene>;
  /** The published scenes of every content that is in one. */
  readonly scenesOfHash: Map<ContentHash, Scene[]>;
  /** Scratch of a search. */
  readonly found: NeighbourList;
}

/** The component that a slot is in. */
export function componentOf(graph: SceneGraph, slot: number): GraphComponent {
  const root = rootOfGroup(graph.forest, graph.index.groupOfSlot[slot]!);
  const component = graph.components.get(root);
  invariant(component !== undefined, "COMPONENT_LOST", `Slot ${slot} must be in a component`);
  return component;
}

/** An empty component of its own. */
export function addComponent(graph: SceneGraph): GraphComponent {
  const component: GraphComponent = {
    root: addGroup(graph.forest),
    members: [],
    edgeCount: 0,
    isKept: true,
    maySplit: false,
    scenes: [],
  };
  graph.components.set(component.root, component);
  return component;
}

/** Adds a slot to the members of a component. */
export function addMember(graph: SceneGraph, component: GraphComponent, slot: number): void {
  graph.placeOfSlot[slot] = component.members.length;
  component.members.push(slot);
}

/** Takes a slot out of the members of a component. */
export function removeMember(graph: SceneGraph, component: GraphComponent, slot: number): void {
  const place = graph.placeOfSlot[slot]!;
  const last = component.members.pop()!;
  if (last === slot) return;
  component.members[place] = last;
  graph.placeOfSlot[last] = place;
}

/** Merges components into the largest of them, which it returns. */
export function uniteComponents(
  graph: SceneGraph,
  components: readonly GraphComponent[],
): GraphComponent {
  const target = components.reduce((largest, component) =>
    component.members.length > largest.members.length ? component : largest
  );
  if (components.some((component) => !component.isKept)) {
    for (const component of components) dropEdges(graph, component);
  }
  for (const component of components) {
    if (component === target) continue;
    graph.forest.parent[component.root] = target.root;
    graph.components.delete(component.root);
    graph.dirty.delete(component.root);
    for (const slot of component.members) addMember(graph, target, slot);
    target.edgeCount += component.edgeCount;
    target.maySplit ||= component.maySplit;
    for (const scene of component.scenes) target.scenes.push(scene);
  }
  return target;
}

/** Forgets the edges of a component; from now on a search reports only one member of it. */
export function dropEdges(graph: SceneGraph, component: GraphComponent): void {
  graph.forest.crowded[component.root] = 1;
  if (!component.isKept) return;
  for (const slot of component.members) unlinkSlot(graph.adjacency, slot);
  component.isKept = false;
  component.edgeCount = 0;
}

/** Drops edges where [Note: Kept edges] says so, and where all kept edges are too many. */
export function dropEdgesWhereCrowded(graph: SceneGraph, component: GraphComponent): void {
  if (component.isKept && isCrowded(graph, component)) dropEdges(graph, component);
  if (graph.adjacency.edgeCount <= EDGES_MAX) return;
  const largestFirst = [...graph.components.values()].filter(({ isKept }) => isKept)
    .sort((left, right) => right.edgeCount - left.edgeCount || left.root - right.root);
  for (const large of largestFirst) {
    if (graph.adjacency.edgeCount * 4 <= EDGES_MAX * 3) return;
    dropEdges(graph, large);
  }
}

function isCrowded(graph: SceneGraph, { edgeCount, members }: GraphComponent): boolean {
  if (edgeCount > graph.edgeBudget) return true;
  return edgeCount * FEW_EDGES > graph.edgeBudget &&
    edgeCount * THIN_PAIRS > pairsOf(members.length);
}

/** Whether the edges of a component of this size can never be too many to keep. */
export function isAlwaysKept(graph: SceneGraph, memberCount: number): boolean {
  return pairsOf(memberCount) * FEW_EDGES <= graph.edgeBudget;
}

/**
 * Splits a component into its connected parts. The largest keeps its name.
 *
 * @returns All parts, the old component among them.
 */
export function splitComponent(graph: SceneGraph, component: GraphComponent): GraphComponent[] {
  component.maySplit = false;
  const parts = component.isKept
    ? keptParts(graph, component.members)
    : searchedParts(graph, component.members);
  parts.sort((left, right) => right.length - left.length || left[0]! - right[0]!);
  component.members.length = 0;
  component.edgeCount = 0;
  return parts.map((slots, i) => {
    const part = i === 0 ? component : addComponent(graph);
    if (i > 0 && !component.isKept) dropEdges(graph, part);
    let ends = 0;
    for (const slot of slots) {
      addMember(graph, part, slot);
      if (i > 0) setGroupOfSlot(graph.index, slot, part.root);
      for (const _ of part.isKept ? linksOf(graph.adjacency, slot) : []) ends++;
    }
    part.edgeCount = ends / 2;
    return part;
  });
}

/** The connected parts of slots whose edges are kept. */
function keptParts(graph: SceneGraph, slots: readonly number[]): number[][] {
  const seen = new Set<number>();
  const parts: number[][] = [];
  for (const seed of slots) {
    if (seen.has(seed)) continue;
    seen.add(seed);
    const part = [seed];
    for (let next = 0; next < part.length; next++) {
      for (const [slot] of linksOf(graph.adjacency, part[next]!)) {
        if (seen.has(slot)) continue;
        seen.add(slot);
        part.push(slot);
      }
    }
    parts.push(part);
  }
  return parts;
}

/** The connected parts of slots whose edges are not kept. */
function searchedParts(graph: SceneGraph, slots: readonly number[]): number[][] {
  const local = copyOfSlots(graph.index, Int32Array.from(slots));
  const evidence = evidenceOfMembers(graph, slots);
  return takeComponents(local, graph.thresholds.related, evidence).map((places) =>
    Array.from(places, (place) => slots[place]!)
  );
}
