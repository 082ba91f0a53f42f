/**
 * What grouping finds: regrouping, and reading the result.
 *
 * @module
 */

import { compareText, type ContentHash, type FileId, type OwnerId } from "../library/ids.ts";
import { squaredDistance } from "./distance.ts";
import type { SceneGraph } from "./graph_components.ts";
import {
  graphOf,
  type GroupingNode,
  type GroupingState,
  type NodeName,
  nodeOf,
  vectorOf,
} from "./grouping_state.ts";
import { type NotDuplicates, regroupGraph } from "./regroup.ts";
import {
  type ExactGroup,
  type ModelId,
  type Partition,
  type Scene,
  type SceneKey,
  SIMILAR_TIERS,
  type SimilarTier,
} from "./scene.ts";

/** What {@linkcode regroup} changed. */
export interface GroupingChanges {
  /** Scenes that are new or say something else than before, in order of {@linkcode scenes}. */
  readonly changed: readonly Scene[];
  /** Scenes that are no more. */
  readonly removed: readonly { readonly partition: Partition; readonly key: SceneKey }[];
  /** Components that are still to be regrouped. */
  readonly componentsLeft: number;
}

const NO_PAIRS: NotDuplicates = new Map();

/**
 * Computes the scenes of all components that have changed and publishes them.
 *
 * Time: for a component of n nodes and E edges O(E log E); see [Note: Large components] for the
 * rest.
 *
 * @param options `componentsMax`: most components to regroup now, for callers with a limit of time;
 * call again while some are left.
 */
export function regroup(
  state: GroupingState,
  { componentsMax = Number.MAX_SAFE_INTEGER }: { readonly componentsMax?: number } = {},
): GroupingChanges {
  const changed: Scene[] = [];
  const removed: { partition: Partition; key: SceneKey }[] = [];
  let left = componentsMax;
  for (const graph of graphsInOrder(state)) {
    const { partition } = graph;
    const dirtyBefore = graph.dirty.size;
    const pairs = state.notDuplicates.get(partition.owner) ?? NO_PAIRS;
    const changes = regroupGraph(graph, pairs, left);
    left -= dirtyBefore - graph.dirty.size;
    changed.push(...changes.changed);
    for (const key of changes.removed) removed.push({ partition, key });
  }
  return { changed: changed.sort(compareScenes), removed, componentsLeft: dirtyComponents(state) };
}

/** How many components have changed since they were last regrouped. */
export function dirtyComponents(state: GroupingState): number {
  let count = 0;
  for (const graph of state.graphs.values()) count += graph.dirty.size;
  return count;
}

/** All published scenes, by owner, side, model, tier (closest first) and smallest content hash. */
export function scenes(state: GroupingState): Scene[] {
  return graphsInOrder(state).flatMap((graph) => [...graph.scenes.values()].sort(compareScenes));
}

/** The published scenes of one tier, in the order of {@linkcode scenes}. */
export function scenesOfTier(state: GroupingState, tier: SimilarTier): Scene[] {
  return graphsInOrder(state).flatMap((graph) => {
    const found: Scene[] = [];
    for (const scene of graph.scenes.values()) if (scene.tier === tier) found.push(scene);
    return found.sort((left, right) => compareText(left.members[0]!, right.members[0]!));
  });
}

/** The published scenes that a content is in, by model and tier. */
export function scenesOf(state: GroupingState, { owner, side, hash }: NodeName): Scene[] {
  const models = [...state.models.keys()].sort(compareText);
  return models.flatMap((model) => {
    const found = graphOf(state, { owner, side, model })?.scenesOfHash.get(hash) ?? [];
    return found.toSorted(compareScenes);
  });
}

/** All groups of byte-equal files, by owner, side and content hash. Never out of date. */
export function exactGroups(state: GroupingState): ExactGroup[] {
  const groups: ExactGroup[] = [];
  for (const node of state.exact) {
    groups.push({ ...node.name, files: sortedFiles(node) });
  }
  return groups.sort((left, right) =>
    compareText(left.owner, right.owner) || compareText(left.side, right.side) ||
    compareText(left.hash, right.hash)
  );
}

/** The files of a node, ascending by code unit; empty where it has none. */
export function filesOf(state: GroupingState, name: NodeName): readonly FileId[] {
  const node = nodeOf(state, name);
  return node === undefined ? [] : sortedFiles(node);
}

/** Sorted once after each change of the node: a review asks for the files of every scene. */
function sortedFiles(node: GroupingNode): readonly FileId[] {
  node.sorted ??= [...node.files].sort(compareText);
  return node.sorted;
}

/** The integer distance of two contents under a model; null where one of them has no vector. */
export function distanceOf(
  state: GroupingState,
  pair: {
    readonly owner: OwnerId;
    readonly model: ModelId;
    readonly first: ContentHash;
    readonly second: ContentHash;
  },
): number | null {
  const { owner, model, first, second } = pair;
  const known = state.evidence.get(model)?.get(first)?.get(second);
  if (known !== undefined) return known;
  const left = vectorOf(state, { owner, model, hash: first });
  const right = vectorOf(state, { owner, model, hash: second });
  return left === null || right === null ? null : squaredDistance(left, right);
}

function graphsInOrder(state: GroupingState): SceneGraph[] {
  return [...state.graphs.values()].sort((left, right) =>
    comparePartitions(left.partition, right.partition)
  );
}

function comparePartitions(left: Partition, right: Partition): number {
  return compareText(left.owner, right.owner) || compareText(left.side, right.side) ||
    compareText(left.model, right.model);
}

function compareScenes(left: Scene, right: Scene): number {
  return comparePartitions(left.partition, right.partition) ||
    SIMILAR_TIERS.indexOf(left.tier) - SIMILAR_TIERS.indexOf(right.tier) ||
    compareText(left.members[0]!, right.members[0]!);
}
