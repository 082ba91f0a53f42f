/**
 * [Note: Evidence] What is known of a pair of contents otherwise than from their vectors: somebody
 * compared the pictures themselves and gives the pair a distance of its own, in the same integers.
 * It stands in the place of the distance of the vectors, smaller or larger, wherever grouping
 * needs one. So a scene is still what [Note: Complete link] says, of one distance.
 *
 * Pairs without evidence, nearly all of them, have the distance of their vectors. Shortcuts that
 * reason on vectors ask for the few pairs with evidence apart; where there are none, nothing of
 * this costs anything.
 *
 * @module
 */

import type { ContentHash } from "../library/ids.ts";
import { invariant } from "../protocol/invariant.ts";
import { linkSlots, unlinkPair } from "./adjacency.ts";
import { squaredDistance } from "./distance.ts";
import {
  componentOf,
  dropEdgesWhereCrowded,
  type SceneGraph,
  uniteComponents,
} from "./graph_components.ts";
import { readVector } from "./range_index.ts";
import { pushNeighbour } from "./range_search.ts";

/** Distances of pairs of contents, in both directions. */
export type PairDistances = ReadonlyMap<ContentHash, ReadonlyMap<ContentHash, number>>;

/** The distance that evidence gives a pair of contents: a safe integer from 0. */
export type PairEvidence = readonly [
  first: ContentHash,
  second: ContentHash,
  distance: number,
];

/**
 * Writes pairs down in both directions. Of a pair that is told twice the last counts.
 *
 * @throws {InvariantError} When a content is paired with itself, or a distance is none.
 */
export function pairDistances(
  pairs: Iterable<PairEvidence>,
): Map<ContentHash, Map<ContentHash, number>> {
  const rows = new Map<ContentHash, Map<ContentHash, number>>();
  for (const [first, second, distance] of pairs) {
    invariant(
      first !== second && Number.isSafeInteger(distance) && distance >= 0,
      "EVIDENCE_PAIR",
      `Cannot take ${distance} as the distance of ${first} and ${second}`,
    );
    for (const [one, other] of [[first, second], [second, first]] as const) {
      const row = rows.get(one);
      if (row === undefined) rows.set(one, new Map([[other, distance]]));
      else row.set(other, distance);
    }
  }
  return rows;
}

/** The pairs, the smaller content first, whose distance is not the same in both, or only in one. */
export function changedPairs(
  before: PairDistances,
  after: PairDistances,
): (readonly [ContentHash, ContentHash])[] {
  const changed: (readonly [ContentHash, ContentHash])[] = [];
  for (const [one, row] of after) {
    for (const [other, distance] of row) {
      if (one < other && before.get(one)?.get(other) !== distance) changed.push([one, other]);
    }
  }
  for (const [one, row] of before) {
    for (const other of row.keys()) {
      if (one < other && after.get(one)?.has(other) !== true) changed.push([one, other]);
    }
  }
  return changed;
}

/**
 * Puts the threshold graph right after the evidence of a pair has changed. Pairs that are not both
 * in the graph are none of its.
 */
export function weighPair(
  graph: SceneGraph,
  [first, second]: readonly [ContentHash, ContentHash],
): void {
  const { adjacency, evidence, index, slotOfHash, thresholds } = graph;
  const slots = [slotOfHash.get(first), slotOfHash.get(second)] as const;
  const [left, right] = slots;
  if (left === undefined || right === undefined) return;
  const distance = evidence.get(first)?.get(second) ??
    squaredDistance(readVector(index, left), readVector(index, right));
  const ends = [componentOf(graph, left), componentOf(graph, right)];
  const isOne = ends[0] === ends[1];
  if (distance > thresholds.related && !isOne) return;
  const component = isOne ? ends[0]! : uniteComponents(graph, ends);
  graph.dirty.add(component.root);
  if (component.isKept && unlinkPair(adjacency, left, right)) component.edgeCount--;
  if (distance > thresholds.related) {
    component.maySplit = true;
  } else if (component.isKept) {
    linkSlots(adjacency, [left, right], distance);
    component.edgeCount++;
    dropEdgesWhereCrowded(graph, component);
  }
}

/**
 * Gives the neighbours that a search found for a content the distances that evidence knows, and
 * adds those that evidence alone makes near. A neighbour may be beyond the threshold after that.
 */
export function weighFound(graph: SceneGraph, hash: ContentHash): void {
  const { evidence, found, hashOfSlot, slotOfHash, thresholds } = graph;
  const row = evidence.get(hash);
  if (row === undefined) return;
  const seen = new Set<number>();
  for (let i = 0; i < found.count; i++) {
    const slot = found.slots[i]!;
    seen.add(slot);
    found.distances[i] = row.get(hashOfSlot[slot]!) ?? found.distances[i]!;
  }
  for (const [other, distance] of row) {
    const slot = slotOfHash.get(other);
    if (slot === undefined || seen.has(slot) || distance > thresholds.related) continue;
    pushNeighbour(found, slot, distance);
  }
}

/** Rank → rank → distance, for the pairs of a part with evidence; in both directions. */
export type RankEvidence = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** A part without evidence. */
export const NO_EVIDENCE: RankEvidence = new Map();

/** The evidence among the members of a component, by their places. */
export function evidenceOfMembers(graph: SceneGraph, members: readonly number[]): RankEvidence {
  const { evidence, hashOfSlot, placeOfSlot, slotOfHash } = graph;
  if (evidence.size === 0) return NO_EVIDENCE;
  const found = new Map<number, Map<number, number>>();
  for (const [place, slot] of members.entries()) {
    for (const [hash, distance] of evidence.get(hashOfSlot[slot]!) ?? []) {
      const other = slotOfHash.get(hash);
      if (other === undefined) continue;
      const otherPlace = placeOfSlot[other]!;
      if (members[otherPlace] === other) setDistance(found, [place, otherPlace], distance);
    }
  }
  return found;
}

/**
 * The evidence among some ranks, ascending, by their places among them. Time: that of the evidence
 * of these ranks, so that all parts of a component cost no more than the component.
 */
export function evidenceAmong(evidence: RankEvidence, ranks: Int32Array): RankEvidence {
  if (evidence.size === 0) return evidence;
  const placeOf = new Map<number, number>();
  for (const [place, rank] of ranks.entries()) placeOf.set(rank, place);
  const found = new Map<number, Map<number, number>>();
  for (const [place, rank] of ranks.entries()) {
    for (const [other, distance] of evidence.get(rank) ?? []) {
      const otherPlace = placeOf.get(other);
      if (otherPlace !== undefined) setDistance(found, [place, otherPlace], distance);
    }
  }
  return found;
}

/** The largest distance that evidence gives two of some ranks; -1 where there is none. */
export function largestEvidence(evidence: RankEvidence, ranks: Int32Array): number {
  if (evidence.size === 0) return -1;
  const inside = new Set(ranks);
  let largest = -1;
  for (const rank of ranks) {
    for (const [other, distance] of evidence.get(rank) ?? []) {
      if (distance > largest && inside.has(other)) largest = distance;
    }
  }
  return largest;
}

function setDistance(
  rows: Map<number, Map<number, number>>,
  [from, to]: readonly [number, number],
  distance: number,
): void {
  const row = rows.get(from);
  if (row === undefined) rows.set(from, new Map([[to, distance]]));
  else row.set(to, distance);
}
