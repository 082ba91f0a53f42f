/**
 * The edges of a threshold graph over nodes that are named by their rank: 0 for the smallest
 * content hash, 1 for the next, and so on. Ranks turn the tie rule "by content hash" into "by
 * number".
 *
 * @module
 */

import { invariant } from "../protocol/invariant.ts";
import { THRESHOLD_MAX } from "./distance.ts";

/** Most edges in a list, so that a distance and a place in the list fit in one double. */
export const EDGES_MAX: number = 2 ** 22;

/** Edges, the smaller rank first. Grows at the end. */
export interface EdgeList {
  first: Int32Array;
  second: Int32Array;
  distances: Float64Array;
  count: number;
}

/** An empty list. */
export function createEdgeList(): EdgeList {
  return {
    first: new Int32Array(16),
    second: new Int32Array(16),
    distances: new Float64Array(16),
    count: 0,
  };
}

/**
 * Adds an edge. Edges must come in ascending order of `first`, then `second`.
 *
 * @throws {InvariantError} When the edge is out of order or too long.
 */
export function pushEdge(list: EdgeList, first: number, second: number, distance: number): void {
  const last = list.count - 1;
  const inOrder = last < 0 || list.first[last]! < first ||
    (list.first[last]! === first && list.second[last]! < second);
  invariant(inOrder && first < second, "EDGE_ORDER", `Cannot add edge ${first}-${second} here`);
  invariant(
    distance <= THRESHOLD_MAX && list.count < EDGES_MAX,
    "EDGE_RANGE",
    `Cannot add an edge of length ${distance} to ${list.count} edges`,
  );
  if (list.count === list.first.length) growEdges(list);
  list.first[list.count] = first;
  list.second[list.count] = second;
  list.distances[list.count] = distance;
  list.count++;
}

function growEdges(list: EdgeList): void {
  const length = list.count * 2;
  const first = new Int32Array(length);
  first.set(list.first);
  const second = new Int32Array(length);
  second.set(list.second);
  const distances = new Float64Array(length);
  distances.set(list.distances);
  list.first = first;
  list.second = second;
  list.distances = distances;
}

/**
 * The same edges ascending by distance, then first rank, then second rank: a total order in which
 * no two edges are equal.
 *
 * The place in the list stands for both ranks, and with the distance it fits in one double: the
 * sort is one native sort of numbers.
 */
export function sortEdges(list: EdgeList): EdgeList {
  const order = new Float64Array(list.count);
  for (let i = 0; i < list.count; i++) order[i] = list.distances[i]! * EDGES_MAX + i;
  order.sort();
  const sorted: EdgeList = {
    first: new Int32Array(list.count),
    second: new Int32Array(list.count),
    distances: new Float64Array(list.count),
    count: list.count,
  };
  for (let i = 0; i < list.count; i++) {
    const place = order[i]! % EDGES_MAX;
    sorted.first[i] = list.first[place]!;
    sorted.second[i] = list.second[place]!;
    sorted.distances[i] = list.distances[place]!;
  }
  return sorted;
}
