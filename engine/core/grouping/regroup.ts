/**
 * Computes the scenes of components that have changed.
 *
 * @module
 */

import { compareText, type ContentHash } from "../library/ids.ts";
import { invariant } from "../protocol/invariant.ts";
import { linkSlots, linksOf } from "./adjacency.ts";
import { type ComponentScene, scenesOfComponent } from "./component_scenes.ts";
import { compactGroupsWhenMany } from "./compact_groups.ts";
import { createEdgeList, type EdgeList, EDGES_MAX, pushEdge } from "./edge_list.ts";
import { evidenceOfMembers } from "./evidence.ts";
import {
  type GraphComponent,
  isAlwaysKept,
  type SceneGraph,
  splitComponent,
} from "./graph_components.ts";
import { diameterOf, pairsOf, type PartVectors, rankDistance } from "./part_vectors.ts";
import {
  isSameScene,
  type Scene,
  type SceneKey,
  sceneKey,
  SIMILAR_TIERS,
  type SimilarTier,
} from "./scene.ts";

/** Pairs of contents that are not duplicates, in both directions. */
export type NotDuplicates = ReadonlyMap<ContentHash, ReadonlySet<ContentHash>>;

/** What regrouping changed. */
export interface SceneChanges {
  /** Scenes that are new or say something else than before. */
  readonly changed: readonly Scene[];
  /** Keys of scenes that are no more. */
  readonly removed: readonly SceneKey[];
}

/** Multiplications that checking the diameter of one scene may cost: about 5 ms. */
const CHECK_WORK_MAX = 2 ** 22;

/**
 * Computes the scenes of some components that have changed and publishes them.
 *
 * @param componentsMax Most components to regroup now; the rest stays marked.
 */
export function regroupGraph(
  graph: SceneGraph,
  notDuplicates: NotDuplicates,
  componentsMax: number,
): SceneChanges {
  const before = new Map<SceneKey, Scene>();
  const after = new Map<SceneKey, Scene>();
  let left = componentsMax;
  for (const root of graph.dirty) {
    if (left-- <= 0) break;
    graph.dirty.delete(root);
    const component = graph.components.get(root);
    invariant(component !== undefined, "COMPONENT_LOST", `Component ${root} must be known`);
    const published = component.scenes;
    component.scenes = [];
    for (const scene of published) if (withdraw(graph, scene)) before.set(scene.key, scene);
    for (const scene of regroupComponent(graph, component, notDuplicates)) {
      after.set(scene.key, scene);
    }
  }
  for (const scene of after.values()) publish(graph, scene);
  compactGroupsWhenMany(graph);
  return differenceOf(before, after);
}

function publish(graph: SceneGraph, scene: Scene): void {
  const old = graph.scenes.get(scene.key);
  if (old !== undefined) withdraw(graph, old);
  graph.scenes.set(scene.key, scene);
  for (const hash of scene.members) {
    const scenes = graph.scenesOfHash.get(hash);
    if (scenes === undefined) graph.scenesOfHash.set(hash, [scene]);
    else scenes.push(scene);
  }
}

/** Takes a scene back, unless another one has been published under its key since. */
function withdraw(graph: SceneGraph, scene: Scene): boolean {
  if (graph.scenes.get(scene.key) !== scene) return false;
  graph.scenes.delete(scene.key);
  for (const hash of scene.members) {
    const others = graph.scenesOfHash.get(hash)!.filter((other) => other !== scene);
    if (others.length === 0) graph.scenesOfHash.delete(hash);
    else graph.scenesOfHash.set(hash, others);
  }
  return true;
}

function differenceOf(
  before: ReadonlyMap<SceneKey, Scene>,
  after: ReadonlyMap<SceneKey, Scene>,
): SceneChanges {
  const changed: Scene[] = [];
  for (const scene of after.values()) {
    const old = before.get(scene.key);
    if (old === undefined || !isSameScene(old, scene)) changed.push(scene);
  }
  const removed = [...before.keys()].filter((key) => !after.has(key));
  return {
    changed: changed.sort((left, right) => compareText(left.key, right.key)),
    removed: removed.sort(compareText),
  };
}

/** Splits a component where it has fallen apart and computes the scenes of every part. */
function regroupComponent(
  graph: SceneGraph,
  component: GraphComponent,
  notDuplicates: NotDuplicates,
): Scene[] {
  if (component.members.length === 0) {
    graph.components.delete(component.root);
    return [];
  }
  const parts = component.maySplit ? splitComponent(graph, component) : [component];
  for (const part of parts) {
    if (!part.isKept && isAlwaysKept(graph, part.members.length)) keepEdges(graph, part);
    part.scenes = part.members.length < 2 ? [] : scenesOfPart(graph, part, notDuplicates);
  }
  return parts.flatMap((part) => part.scenes);
}

function scenesOfPart(
  graph: SceneGraph,
  part: GraphComponent,
  notDuplicates: NotDuplicates,
): Scene[] {
  orderMembers(graph, part);
  const forbidden = forbiddenRanks(graph, part, notDuplicates);
  const vectors = vectorsOf(graph, part.members);
  const found = scenesOfComponent({
    vectors,
    edges: part.isKept ? edgesOfPart(graph, part, forbidden) : null,
    forbidden,
    tiers: SIMILAR_TIERS.map((tier) => ({ tier, threshold: graph.thresholds[tier] })),
    edgeBudget: graph.edgeBudget,
  });
  return found.map((scene) => {
    checkScene(graph, { scene, vectors, forbidden });
    return sceneOf(graph, part, scene);
  });
}

function vectorsOf(graph: SceneGraph, members: readonly number[]): PartVectors {
  const evidence = evidenceOfMembers(graph, members);
  return { index: graph.index, slots: Int32Array.from(members), evidence };
}

/** Puts the members in order of content hash: the place of a slot is now its rank. */
function orderMembers(graph: SceneGraph, { members }: GraphComponent): void {
  const { hashOfSlot, placeOfSlot } = graph;
  members.sort((left, right) => compareText(hashOfSlot[left]!, hashOfSlot[right]!));
  for (const [rank, slot] of members.entries()) placeOfSlot[slot] = rank;
}

/** Rank → ranks in the same part that it must not be in one scene with. */
function forbiddenRanks(
  graph: SceneGraph,
  part: GraphComponent,
  notDuplicates: NotDuplicates,
): Map<number, number[]> {
  const forbidden = new Map<number, number[]>();
  if (notDuplicates.size === 0) return forbidden;
  for (const [rank, slot] of part.members.entries()) {
    const ranks: number[] = [];
    for (const hash of notDuplicates.get(graph.hashOfSlot[slot]!) ?? []) {
      const other = graph.slotOfHash.get(hash);
      if (other === undefined) continue;
      const otherRank = graph.placeOfSlot[other]!;
      if (part.members[otherRank] === other) ranks.push(otherRank);
    }
    if (ranks.length > 0) forbidden.set(rank, ranks);
  }
  return forbidden;
}

/** The kept edges of a part, by rank. */
function edgesOfPart(
  graph: SceneGraph,
  part: GraphComponent,
  forbidden: ReadonlyMap<number, readonly number[]>,
): EdgeList {
  const edges = createEdgeList();
  for (const [rank, slot] of part.members.entries()) {
    const ranks: number[] = [];
    const distances: number[] = [];
    for (const [other, distance] of linksOf(graph.adjacency, slot)) {
      const otherRank = graph.placeOfSlot[other]!;
      if (otherRank < rank || forbidden.get(rank)?.includes(otherRank) === true) continue;
      ranks.push(otherRank);
      distances.push(distance);
    }
    const order = [...ranks.keys()].sort((left, right) => ranks[left]! - ranks[right]!);
    for (const i of order) pushEdge(edges, rank, ranks[i]!, distances[i]!);
  }
  return edges;
}

/** Keeps all edges of a part that has become small. */
function keepEdges(graph: SceneGraph, part: GraphComponent): void {
  const { members } = part;
  const vectors = vectorsOf(graph, members);
  if (graph.adjacency.edgeCount + pairsOf(members.length) > EDGES_MAX) return;
  for (let i = 1; i < members.length; i++) {
    for (let j = 0; j < i; j++) {
      const distance = rankDistance(vectors, [i, j], graph.thresholds.related);
      if (distance < 0) continue;
      linkSlots(graph.adjacency, [members[i]!, members[j]!], distance);
      part.edgeCount++;
    }
  }
  part.isKept = true;
  graph.forest.crowded[part.root] = 0;
}

function sceneOf(
  graph: SceneGraph,
  part: GraphComponent,
  found: ComponentScene<SimilarTier>,
): Scene {
  const members = Array.from(found.members, (rank) => graph.hashOfSlot[part.members[rank]!]!);
  return {
    key: sceneKey(found.tier, members[0]!),
    partition: graph.partition,
    tier: found.tier,
    members,
    diameter: found.diameter,
    isDiameterExact: found.isDiameterExact,
    reducedThreshold: found.reducedThreshold,
    isPartedByMarks: found.isPartedByMarks,
  };
}

interface SceneCheck {
  readonly scene: ComponentScene<SimilarTier>;
  readonly vectors: PartVectors;
  readonly forbidden: ReadonlyMap<number, readonly number[]>;
}

/**
 * Stops the actor rather than publish a scene that breaks its promise: wider than its threshold, or
 * with a pair that is marked as not duplicates. The diameter is measured anew on the vectors where
 * that is cheap (up to about 500 members of 32 axes); above, the proof that made it stands.
 */
function checkScene(graph: SceneGraph, { scene, vectors, forbidden }: SceneCheck): void {
  const { members, diameter } = scene;
  const threshold = scene.reducedThreshold ?? graph.thresholds[scene.tier];
  const isMeasured = pairsOf(members.length) * graph.index.stride <= CHECK_WORK_MAX;
  const measured = isMeasured ? diameterOf(vectors, members) : diameter;
  const isKnown = scene.isDiameterExact ? measured === diameter : measured <= diameter;
  invariant(
    members.length >= 2 && isKnown && diameter <= threshold,
    "SCENE_DIAMETER",
    `Scene of ${members.length} measures ${measured}: stated ${diameter}, at most ${threshold}`,
  );
  if (forbidden.size === 0) return;
  const inside = new Set(members);
  const isBroken = members.some((rank) =>
    forbidden.get(rank)?.some((other) => inside.has(other)) === true
  );
  invariant(!isBroken, "SCENE_FORBIDDEN", "A scene must not hold a pair marked as not duplicates");
}
