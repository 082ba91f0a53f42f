/**
 * All that grouping knows: files by content, vectors by content and model, pairs that are not
 * duplicates, and the scenes that follow from them.
 *
 * A **node** is a content on one side of the barrier of one owner: byte-equal files there are one
 * node. It exists while it has a file. A vector belongs to a content of an owner, and with it the
 * nodes of that content take part in the scenes of the model. Call {@linkcode regroup} when changes
 * have settled; until then the published scenes are those of the last call.
 *
 * The state is plain data: maps, sets, arrays and typed arrays, no closures; `structuredClone`
 * copies it. Nothing in it needs to survive a crash: it follows from what the caller gave.
 *
 * @module
 */

import type { ContentHash, FileId, OwnerId } from "../library/ids.ts";
import { invariant } from "../protocol/invariant.ts";
import { EDGES_MAX } from "./edge_list.ts";
import { changedPairs, pairDistances, type PairEvidence, weighPair } from "./evidence.ts";
import type { SceneGraph } from "./graph_components.ts";
import { readVector } from "./range_index.ts";
import type { BarrierSide, ModelId, Partition, TierThresholds } from "./scene.ts";
import { addToGraph, createSceneGraph, removeFromGraph, touchNode } from "./scene_graph.ts";

/** A model, as far as grouping needs to know it. */
export interface GroupingModel {
  readonly id: ModelId;
  /** Length of its vectors. */
  readonly dimensions: number;
  readonly thresholds: TierThresholds;
}

/** A content on one side of the barrier of one owner. */
export interface NodeName {
  readonly owner: OwnerId;
  readonly side: BarrierSide;
  readonly hash: ContentHash;
}

/** A content and its files. */
export interface GroupingNode {
  readonly name: NodeName;
  readonly files: Set<FileId>;
  /** The files by code unit; null until they are asked for after a change. */
  sorted: readonly FileId[] | null;
}

/** A pair of contents of one owner. */
export interface ContentPair {
  readonly owner: OwnerId;
  readonly first: ContentHash;
  readonly second: ContentHash;
}

/** The state of grouping. Plain data. */
export interface GroupingState {
  /** Most edges that a complete-link tree is made of; part of what decides the result. */
  readonly edgeBudget: number;
  readonly models: Map<ModelId, GroupingModel>;
  readonly nodes: Map<OwnerId, Readonly<Record<BarrierSide, Map<ContentHash, GroupingNode>>>>;
  /** Nodes with two or more files. */
  readonly exact: Set<GroupingNode>;
  /** One graph for each owner, side and model that has vectors. */
  readonly graphs: Map<string, SceneGraph>;
  readonly notDuplicates: Map<OwnerId, Map<ContentHash, Set<ContentHash>>>;
  /** What is known of pairs otherwise than from their vectors. See [Note: Evidence]. */
  readonly evidence: Map<ModelId, Map<ContentHash, Map<ContentHash, number>>>;
}

const SIDES: readonly BarrierSide[] = ["hidden", "visible"];

/**
 * An empty state.
 *
 * @param options `edgeBudget`: see [Note: Large components]; leave it alone but in tests, since
 * results of different budgets differ for very large components.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { ContentHash, FileId, OwnerId } from "../library/ids.ts";
 * import { addFile, addModel, createGrouping, setVector } from "./grouping_state.ts";
 * import { regroup } from "./grouping_view.ts";
 * import type { ModelId } from "./scene.ts";
 *
 * const grouping = createGrouping();
 * const model = "sketch" as ModelId;
 * const thresholds = { close: 4, similar: 9, related: 25 };
 * addModel(grouping, { id: model, dimensions: 2, thresholds });
 * const owner = "me" as OwnerId;
 * for (const [name, x] of [["a", 0], ["b", 3], ["c", 60]] as const) {
 *   const hash = name as ContentHash;
 *   addFile(grouping, { owner, side: "visible", hash }, `file-${name}` as FileId);
 *   setVector(grouping, { owner, hash, model, vector: Int16Array.of(x, 0) });
 * }
 * const tiers = regroup(grouping).changed.map(({ tier, members }) => [tier, ...members]);
 * assertEquals(tiers, [["similar", "a", "b"], ["related", "a", "b"]]);
 * ```
 */
export function createGrouping(
  { edgeBudget = EDGES_MAX }: { readonly edgeBudget?: number } = {},
): GroupingState {
  return {
    edgeBudget,
    models: new Map(),
    nodes: new Map(),
    exact: new Set(),
    graphs: new Map(),
    notDuplicates: new Map(),
    evidence: new Map(),
  };
}

/**
 * Makes a model known. Its vectors are compared with one another only.
 *
 * @throws {InvariantError} When the model is known already.
 */
export function addModel(state: GroupingState, model: GroupingModel): void {
  invariant(!state.models.has(model.id), "MODEL_PRESENT", `Model "${model.id}" must be new`);
  state.models.set(model.id, model);
  state.evidence.set(model.id, new Map());
}

/** Forgets a model with its vectors and scenes. Says nothing of them: they are all gone. */
export function removeModel(state: GroupingState, model: ModelId): void {
  state.models.delete(model);
  state.evidence.delete(model);
  for (const [key, graph] of state.graphs) {
    if (graph.partition.model === model) state.graphs.delete(key);
  }
}

/** The node of a content; undefined where it has no file. */
export function nodeOf(
  state: GroupingState,
  { owner, side, hash }: NodeName,
): GroupingNode | undefined {
  return state.nodes.get(owner)?.[side].get(hash);
}

/** Every node, in no particular order. */
export function allNodes(state: GroupingState): GroupingNode[] {
  return [...state.nodes.values()].flatMap(({ hidden, visible }) => [
    ...hidden.values(),
    ...visible.values(),
  ]);
}

/** The graph of a partition; undefined while it has never had a vector. */
export function graphOf(
  state: GroupingState,
  { owner, side, model }: Partition,
): SceneGraph | undefined {
  return state.graphs.get(`${side} ${owner.length} ${owner} ${model}`);
}

/**
 * Attaches a file to its content. Where the content has files on the other side of the barrier, the
 * node takes over its vectors: to hide a file, add it on the hidden side, then remove it here.
 *
 * @returns False when the file is there already.
 */
export function addFile(state: GroupingState, name: NodeName, file: FileId): boolean {
  const node = nodeOf(state, name);
  if (node !== undefined) {
    if (node.files.has(file)) return false;
    node.files.add(file);
    node.sorted = null;
    if (node.files.size === 2) state.exact.add(node);
    return true;
  }
  const { owner, side, hash } = name;
  const sides = state.nodes.get(owner) ?? { hidden: new Map(), visible: new Map() };
  state.nodes.set(owner, sides);
  sides[side].set(hash, { name: { owner, side, hash }, files: new Set([file]), sorted: null });
  for (const model of state.models.values()) {
    const vector = vectorOf(state, { owner, hash, model: model.id });
    if (vector !== null) {
      addToGraph(graphFor(state, { owner, side, model: model.id }), hash, vector);
    }
  }
  return true;
}

/**
 * Detaches a file from its content. With its last file a node goes, and its vectors with it.
 *
 * @returns False when the file is not there.
 */
export function removeFile(state: GroupingState, name: NodeName, file: FileId): boolean {
  const node = nodeOf(state, name);
  if (node === undefined || !node.files.delete(file)) return false;
  node.sorted = null;
  if (node.files.size === 1) state.exact.delete(node);
  if (node.files.size > 0) return true;
  const { owner, side, hash } = name;
  state.nodes.get(owner)?.[side].delete(hash);
  for (const model of state.models.keys()) {
    const graph = graphOf(state, { owner, side, model });
    if (graph?.slotOfHash.has(hash)) removeFromGraph(graph, hash);
  }
  return true;
}

/** Names a vector: by a content of an owner, and a model. */
export interface VectorName {
  readonly owner: OwnerId;
  readonly hash: ContentHash;
  readonly model: ModelId;
}

/**
 * Gives a content its vector, on both sides of the barrier.
 *
 * @returns `noFile` when no file has the content (any more), and nothing was done; `unchanged` when
 * it has this vector; `keptFirst` when it has another one, which stays: what was recorded first is
 * the truth.
 * @throws {InvariantError} When the model is not known, or the vector has another length.
 */
export function setVector(
  state: GroupingState,
  { vector, ...name }: VectorName & { readonly vector: Int16Array },
): "added" | "unchanged" | "keptFirst" | "noFile" {
  const { owner, hash, model } = name;
  const known = vectorOf(state, name);
  if (known !== null) {
    const isSame = known.length === vector.length && known.every((value, i) => value === vector[i]);
    return isSame ? "unchanged" : "keptFirst";
  }
  const sides = SIDES.filter((side) => nodeOf(state, { owner, side, hash }) !== undefined);
  for (const side of sides) addToGraph(graphFor(state, { owner, side, model }), hash, vector);
  return sides.length === 0 ? "noFile" : "added";
}

/** True when a content has a vector. */
export function hasVector(state: GroupingState, { owner, hash, model }: VectorName): boolean {
  return SIDES.some((side) =>
    graphOf(state, { owner, side, model })?.slotOfHash.has(hash) === true
  );
}

/** The vector of a content; null where it has none. */
export function vectorOf(
  state: GroupingState,
  { owner, hash, model }: VectorName,
): Int16Array | null {
  for (const side of SIDES) {
    const graph = graphOf(state, { owner, side, model });
    const slot = graph?.slotOfHash.get(hash);
    if (graph !== undefined && slot !== undefined) return readVector(graph.index, slot);
  }
  return null;
}

function graphFor(state: GroupingState, partition: Partition): SceneGraph {
  const found = graphOf(state, partition);
  if (found !== undefined) return found;
  const { owner, side, model } = partition;
  const rules = state.models.get(model);
  invariant(rules !== undefined, "MODEL_ABSENT", `Model "${model}" must be added first`);
  const { dimensions, thresholds } = rules;
  const { edgeBudget } = state;
  const evidence = state.evidence.get(model)!;
  const graph = createSceneGraph({ partition, dimensions, thresholds, edgeBudget, evidence });
  state.graphs.set(`${side} ${owner.length} ${owner} ${model}`, graph);
  return graph;
}

/**
 * Remembers that two contents are not duplicates: they will never be in one scene, on either side,
 * under any model, whether or not they have files now.
 *
 * @returns False when that is known.
 * @throws {InvariantError} When the contents are the same.
 */
export function markNotDuplicates(state: GroupingState, pair: ContentPair): boolean {
  const { owner, first, second } = pair;
  invariant(first !== second, "SAME_CONTENT", `Content ${first} is a duplicate of itself`);
  const known = state.notDuplicates.get(owner) ?? new Map<ContentHash, Set<ContentHash>>();
  if (known.get(first)?.has(second) === true) return false;
  state.notDuplicates.set(owner, known);
  for (const [hash, other] of [[first, second], [second, first]] as const) {
    const others = known.get(hash);
    if (others === undefined) known.set(hash, new Set([other]));
    else others.add(other);
  }
  touchPair(state, pair);
  return true;
}

/**
 * Takes {@linkcode markNotDuplicates} back.
 *
 * @returns False when the pair was not marked.
 */
export function unmarkNotDuplicates(state: GroupingState, pair: ContentPair): boolean {
  const { owner, first, second } = pair;
  const known = state.notDuplicates.get(owner);
  if (known?.get(first)?.has(second) !== true) return false;
  for (const [hash, other] of [[first, second], [second, first]] as const) {
    const others = known.get(hash)!;
    others.delete(other);
    if (others.size === 0) known.delete(hash);
  }
  touchPair(state, pair);
  return true;
}

/**
 * Gives pairs of contents distances of their own under a model, in the place of those of their
 * vectors, on both sides and for every owner, whether or not they have files now. All evidence that
 * was given before and is not among it is taken back.
 *
 * Time: linear in the evidence, and a search of the edges of each content whose evidence changed.
 *
 * @throws {InvariantError} When the model is not known, or a pair has no distance.
 */
export function setEvidence(
  state: GroupingState,
  { model, pairs }: { readonly model: ModelId; readonly pairs: Iterable<PairEvidence> },
): void {
  const known = state.evidence.get(model);
  invariant(known !== undefined, "MODEL_ABSENT", `Model "${model}" must be added first`);
  const rows = pairDistances(pairs);
  const changed = changedPairs(known, rows);
  known.clear();
  for (const [hash, row] of rows) known.set(hash, row);
  for (const graph of state.graphs.values()) {
    if (graph.partition.model !== model) continue;
    for (const pair of changed) weighPair(graph, pair);
  }
}

/** Marks for regrouping where a pair is near; elsewhere the mark changes nothing. */
function touchPair(state: GroupingState, { owner, first, second }: ContentPair): void {
  for (const graph of state.graphs.values()) {
    if (graph.partition.owner !== owner || !graph.slotOfHash.has(second)) continue;
    touchNode(graph, first);
  }
}
