/**
 * [Note: Complete link] Two clusters are as far apart as their two farthest members, and the two
 * closest clusters merge first. The members of a cluster are then all within the height of its last
 * merge of one another: the height is the diameter.
 *
 * Ties: edges are totally ordered by (distance, smaller content hash, larger content hash). A pair
 * of clusters is compared by its last edge in that order, so no two pairs ever tie, and the result
 * depends on vectors and hashes alone: not on arrival, not on the order of the input.
 *
 * Method: go through the edges in order and count them per pair of clusters. When the count
 * reaches |A|·|B|, the edge at hand is the last one of the pair, and every pair with an earlier
 * last edge has merged before; this is the greedy choice. A pair with a missing edge (too far, or
 * marked as not duplicates) never completes. When A and B merge, no third cluster can become
 * complete with them by that alone: it would have been complete with both before. Merges come in
 * ascending height, and the merges up to a threshold need only the edges up to it; hence cuts at
 * several thresholds are nested cuts of one tree.
 *
 * @module
 */

import { type EdgeList, sortEdges } from "./edge_list.ts";
import { addToPair, createPairCounts, type PairCounts } from "./pair_counts.ts";

/** The merges of one component, in order. */
export interface Dendrogram {
  /** Nodes, named by rank from 0. */
  readonly nodeCount: number;
  /** A member of each of the two clusters that merge. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** The diameter of the merged cluster; ascending. */
  readonly heights: Float64Array;
  readonly mergeCount: number;
}

/** One cluster of a cut. */
export interface Cluster {
  /** Ranks, ascending; at least two. */
  readonly members: Int32Array;
  /** The largest distance of two members. */
  readonly diameter: number;
}

interface Linkage {
  readonly edges: EdgeList;
  /** Node → cluster it was merged into, itself for a root. */
  readonly parent: Int32Array;
  readonly sizes: Int32Array;
  /** Members of a cluster as a ring: node → next node. */
  readonly ring: Int32Array;
  /** Node → where its edges start in `incident`. */
  readonly starts: Int32Array;
  /** Places of edges in `edges`, node by node, ascending. */
  readonly incident: Int32Array;
  readonly counts: PairCounts;
}

/**
 * Complete-link clustering of nodes 0 to `nodeCount - 1`, as far as the edges reach.
 *
 * Time O(E log E + E log n) for E edges, memory O(E).
 *
 * @param edges In the order that {@linkcode pushEdge} demands.
 */
export function completeLink(nodeCount: number, edges: EdgeList): Dendrogram {
  const linkage = prepareLinkage(nodeCount, sortEdges(edges));
  const { parent, sizes, counts } = linkage;
  const sorted = linkage.edges;
  const left: number[] = [];
  const right: number[] = [];
  const heights: number[] = [];
  for (let place = 0; place < sorted.count; place++) {
    const one = rootOf(parent, sorted.first[place]!);
    const other = rootOf(parent, sorted.second[place]!);
    const pairs = sizes[one]! * sizes[other]!;
    // Two single nodes merge on their only edge, which is never counted.
    if (pairs > 1 && addToPair(counts, one, other, 1) < pairs) continue;
    left.push(one);
    right.push(other);
    heights.push(sorted.distances[place]!);
    mergeClusters(linkage, one, other, place);
  }
  return {
    nodeCount,
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    heights: Float64Array.from(heights),
    mergeCount: heights.length,
  };
}

function prepareLinkage(nodeCount: number, edges: EdgeList): Linkage {
  const starts = new Int32Array(nodeCount + 1);
  for (let place = 0; place < edges.count; place++) {
    starts[edges.first[place]! + 1]!++;
    starts[edges.second[place]! + 1]!++;
  }
  for (let node = 0; node < nodeCount; node++) starts[node + 1]! += starts[node]!;
  const filled = starts.slice();
  const incident = new Int32Array(edges.count * 2);
  for (let place = 0; place < edges.count; place++) {
    incident[filled[edges.first[place]!]!++] = place;
    incident[filled[edges.second[place]!]!++] = place;
  }
  return {
    edges,
    parent: Int32Array.from({ length: nodeCount }, (_, node) => node),
    sizes: new Int32Array(nodeCount).fill(1),
    ring: Int32Array.from({ length: nodeCount }, (_, node) => node),
    starts,
    incident,
    counts: createPairCounts(),
  };
}

function rootOf(parent: Int32Array, node: number): number {
  let current = node;
  while (parent[current]! !== current) {
    parent[current] = parent[parent[current]!]!;
    current = parent[current]!;
  }
  return current;
}

/** Merges two clusters; `place` is the edge at hand. The smaller one hands its counts over. */
function mergeClusters(linkage: Linkage, one: number, other: number, place: number): void {
  const { parent, sizes, ring, counts } = linkage;
  const [large, small] = sizes[one]! >= sizes[other]! ? [one, other] : [other, one];
  let member = small;
  do {
    handOver(linkage, { member, small, large, place });
    member = ring[member]!;
  } while (member !== small);
  const pairs = sizes[one]! * sizes[other]!;
  if (pairs > 1) addToPair(counts, one, other, -pairs);
  parent[small] = large;
  sizes[large]! += sizes[small]!;
  const next = ring[large]!;
  ring[large] = ring[small]!;
  ring[small] = next;
}

interface HandOver {
  readonly member: number;
  readonly small: number;
  readonly large: number;
  readonly place: number;
}

/** Moves what was counted for one member of the small cluster to the large one. */
function handOver(linkage: Linkage, { member, small, large, place }: HandOver): void {
  const { edges, parent, starts, incident, counts } = linkage;
  for (let at = starts[member]!; at < starts[member + 1]!; at++) {
    const earlier = incident[at]!;
    if (earlier >= place) return;
    const first = edges.first[earlier]!;
    const end = first === member ? edges.second[earlier]! : first;
    const root = rootOf(parent, end);
    if (root === small || root === large) continue;
    addToPair(counts, root, small, -1);
    addToPair(counts, root, large, 1);
  }
}

/** The clusters of two or more nodes when the tree is cut at a threshold, by smallest rank. */
export function cutDendrogram(dendrogram: Dendrogram, threshold: number): Cluster[] {
  const { nodeCount, left, right, heights, mergeCount } = dendrogram;
  const parent = Int32Array.from({ length: nodeCount }, (_, node) => node);
  const diameters = new Float64Array(nodeCount);
  for (let i = 0; i < mergeCount && heights[i]! <= threshold; i++) {
    const one = rootOf(parent, left[i]!);
    const other = rootOf(parent, right[i]!);
    parent[Math.max(one, other)] = Math.min(one, other);
    diameters[Math.min(one, other)] = heights[i]!;
  }
  const members = new Map<number, number[]>();
  for (let node = 0; node < nodeCount; node++) {
    const root = rootOf(parent, node);
    const found = members.get(root);
    if (found === undefined) members.set(root, [node]);
    else found.push(node);
  }
  const clusters: Cluster[] = [];
  for (const [root, ranks] of members) {
    if (ranks.length < 2) continue;
    clusters.push({ members: Int32Array.from(ranks), diameter: diameters[root]! });
  }
  return clusters;
}
