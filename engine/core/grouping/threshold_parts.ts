/**
 * Connected components and edges of a part of the threshold graph, computed from vectors alone, for
 * parts whose edges are too many to keep.
 *
 * @module
 */

import { createEdgeList, type EdgeList, pushEdge } from "./edge_list.ts";
import type { RankEvidence } from "./evidence.ts";
import { createNeighbourList, type NeighbourList } from "./range_search.ts";
import { removeVector, searchSlot } from "./range_index.ts";
import type { RangeIndex } from "./range_tree.ts";

/**
 * The connected components of all vectors of an index at a threshold, each ascending, in order of
 * their smallest slot. Takes every vector out of the index.
 *
 * A vector that is found is taken out at once, so a crowd is gone after one search: the time is
 * that of n searches which together find n vectors, however many edges there are.
 *
 * @param evidence Distances of pairs of slots that are known otherwise.
 */
export function takeComponents(
  index: RangeIndex,
  threshold: number,
  evidence: RankEvidence,
): Int32Array[] {
  const found = createNeighbourList();
  const components: Int32Array[] = [];
  for (let seed = 0; seed < index.slotCount; seed++) {
    if (index.leafOfSlot[seed]! < 0) continue;
    const component = [seed];
    removeVector(index, seed);
    for (let next = 0; next < component.length && index.count > 0; next++) {
      searchSlot(index, { slot: component[next]!, limit: threshold, above: -1 }, found);
      const row = evidence.get(component[next]!);
      for (let i = 0; i < found.count; i++) {
        const slot = found.slots[i]!;
        // Another member may still lead there.
        if ((row?.get(slot) ?? 0) > threshold) continue;
        component.push(slot);
        removeVector(index, slot);
      }
      for (const [slot, distance] of row ?? []) {
        if (distance > threshold || index.leafOfSlot[slot]! < 0) continue;
        component.push(slot);
        removeVector(index, slot);
      }
    }
    components.push(Int32Array.from(component).sort());
  }
  return components;
}

/** What {@linkcode edgesWithin} needs besides the index. */
export interface EdgeSearch {
  readonly threshold: number;
  /** Most edges; with one more the answer is null. */
  readonly edgesMax: number;
  /** Whether a pair of slots, the smaller first, must not be in one scene. */
  readonly isForbidden: (low: number, high: number) => boolean;
  /** Distances of pairs of slots that are known otherwise. */
  readonly evidence: RankEvidence;
}

/** The edges up to the threshold between the vectors of an index, slots as ranks. */
export function edgesWithin(index: RangeIndex, search: EdgeSearch): EdgeList | null {
  const { threshold, edgesMax, evidence, isForbidden } = search;
  const found = createNeighbourList();
  const edges = createEdgeList();
  for (let slot = 0; slot < index.slotCount; slot++) {
    searchSlot(index, { slot, limit: threshold, above: slot }, found);
    const row = evidence.get(slot);
    const packed = row === undefined ? pack(found) : packWeighed(found, row, { slot, threshold });
    for (const code of packed) {
      const other = Math.floor(code / DISTANCE_SPAN);
      if (isForbidden(slot, other)) continue;
      if (edges.count === edgesMax) return null;
      pushEdge(edges, slot, other, code % DISTANCE_SPAN);
    }
  }
  return edges;
}

/** A slot below 2^22 and a distance below this fit in one double. */
const DISTANCE_SPAN = 2 ** 31;

/** Neighbours ascending by slot, each with its distance in one number. */
function pack({ slots, distances, count }: NeighbourList): Float64Array {
  const packed = new Float64Array(count);
  for (let i = 0; i < count; i++) packed[i] = slots[i]! * DISTANCE_SPAN + distances[i]!;
  return packed.sort();
}

/** The same with the distances that evidence knows, and with the pairs that it alone makes near. */
function packWeighed(
  { slots, distances, count }: NeighbourList,
  row: ReadonlyMap<number, number>,
  { slot, threshold }: { readonly slot: number; readonly threshold: number },
): Float64Array {
  const packed: number[] = [];
  for (let i = 0; i < count; i++) {
    if (!row.has(slots[i]!)) packed.push(slots[i]! * DISTANCE_SPAN + distances[i]!);
  }
  for (const [other, distance] of row) {
    if (other > slot && distance <= threshold) packed.push(other * DISTANCE_SPAN + distance);
  }
  return Float64Array.from(packed).sort();
}
