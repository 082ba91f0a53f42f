/**
 * The edges of a threshold graph that are kept: doubly linked lists in typed arrays, so that a node
 * goes in time proportional to its degree and 4 million edges take 112 MB, not a gigabyte of
 * objects.
 *
 * Edge `e` is the half-edges `2e` and `2e + 1`, each in the list of the slot that it leaves.
 *
 * @module
 */

/** Edges by slot. Plain data. */
export interface Adjacency {
  /** Slot → its first half-edge, -1 for none. */
  firstOf: Int32Array;
  /** Half-edge → the slot that it leads to. */
  to: Int32Array;
  /** Half-edge → the next one of its slot, -1 at the end. Of a free edge: the next free edge. */
  next: Int32Array;
  /** Half-edge → the one before it, -1 at the start. */
  previous: Int32Array;
  /** Edge → its distance; thresholds are below 2^31. */
  distances: Int32Array;
  /** The first free edge, -1 for none. */
  freeEdge: number;
  /** Edges that were ever used. */
  edgeLimit: number;
  /** Edges in use. */
  edgeCount: number;
}

/** No edges. */
export function createAdjacency(): Adjacency {
  return {
    firstOf: new Int32Array(16).fill(-1),
    to: new Int32Array(32),
    next: new Int32Array(32),
    previous: new Int32Array(32),
    distances: new Int32Array(16),
    freeEdge: -1,
    edgeLimit: 0,
    edgeCount: 0,
  };
}

/** Makes room for slots below `slotCount`. */
export function reserveSlots(adjacency: Adjacency, slotCount: number): void {
  const { length } = adjacency.firstOf;
  if (slotCount <= length) return;
  const grown = new Int32Array(Math.max(slotCount, length * 2)).fill(-1, length);
  grown.set(adjacency.firstOf);
  adjacency.firstOf = grown;
}

/** Adds an edge between two slots that have none. */
export function linkSlots(
  adjacency: Adjacency,
  ends: readonly [number, number],
  distance: number,
): void {
  const edge = takeEdge(adjacency);
  adjacency.distances[edge] = distance;
  for (const [side, slot] of ends.entries()) {
    const half = 2 * edge + side;
    const first = adjacency.firstOf[slot]!;
    adjacency.to[half] = ends[1 - side]!;
    adjacency.next[half] = first;
    adjacency.previous[half] = -1;
    if (first >= 0) adjacency.previous[first] = half;
    adjacency.firstOf[slot] = half;
  }
  adjacency.edgeCount++;
}

function takeEdge(adjacency: Adjacency): number {
  const free = adjacency.freeEdge;
  if (free >= 0) {
    adjacency.freeEdge = adjacency.next[2 * free]!;
    return free;
  }
  const edge = adjacency.edgeLimit++;
  if (edge === adjacency.distances.length) {
    adjacency.to = doubled(adjacency.to);
    adjacency.next = doubled(adjacency.next);
    adjacency.previous = doubled(adjacency.previous);
    adjacency.distances = doubled(adjacency.distances);
  }
  return edge;
}

function doubled(from: Int32Array): Int32Array {
  const grown = new Int32Array(from.length * 2);
  grown.set(from);
  return grown;
}

/** Removes every edge of a slot and returns how many there were. */
export function unlinkSlot(adjacency: Adjacency, slot: number): number {
  const { to, next, previous } = adjacency;
  let removed = 0;
  let half = adjacency.firstOf[slot]!;
  while (half >= 0) {
    const following = next[half]!;
    const twin = half ^ 1;
    if (next[twin]! >= 0) previous[next[twin]!] = previous[twin]!;
    if (previous[twin]! >= 0) next[previous[twin]!] = next[twin]!;
    else adjacency.firstOf[to[half]!] = next[twin]!;
    const edge = half >> 1;
    next[2 * edge] = adjacency.freeEdge;
    adjacency.freeEdge = edge;
    removed++;
    half = following;
  }
  adjacency.firstOf[slot] = -1;
  adjacency.edgeCount -= removed;
  return removed;
}

/** Removes the edge of two slots, if there is one. Time: the degree of `slot`. */
export function unlinkPair(adjacency: Adjacency, slot: number, other: number): boolean {
  const { firstOf, next, previous, to } = adjacency;
  let half = firstOf[slot]!;
  while (half >= 0 && to[half]! !== other) half = next[half]!;
  if (half < 0) return false;
  for (const end of [half, half ^ 1]) {
    if (next[end]! >= 0) previous[next[end]!] = previous[end]!;
    if (previous[end]! >= 0) next[previous[end]!] = next[end]!;
    else firstOf[to[end ^ 1]!] = next[end]!;
  }
  const edge = half >> 1;
  next[2 * edge] = adjacency.freeEdge;
  adjacency.freeEdge = edge;
  adjacency.edgeCount--;
  return true;
}

/** The slots that a slot has edges to, and their distances. */
export function* linksOf(
  adjacency: Adjacency,
  slot: number,
): Generator<readonly [slot: number, distance: number]> {
  for (let half = adjacency.firstOf[slot]!; half >= 0; half = adjacency.next[half]!) {
    yield [adjacency.to[half]!, adjacency.distances[half >> 1]!];
  }
}
