import type { ContentHash } from "@scenekeep/engine/core";

/** A picture of the oracle: its content and its vector. */
export interface NaiveNode {
  readonly hash: ContentHash;
  readonly vector: Int16Array;
}

/** A scene of the oracle. */
export interface NaiveScene {
  /** Ascending by code unit. */
  readonly members: readonly ContentHash[];
  readonly diameter: number;
}

interface Edge {
  readonly low: number;
  readonly high: number;
  readonly distance: number;
}

/** The exact squared distance of two vectors. */
export function naiveDistance(left: Int16Array, right: Int16Array): number {
  let sum = 0;
  for (let axis = 0; axis < left.length; axis += 1) {
    const difference = left[axis]! - right[axis]!;
    sum += difference * difference;
  }
  return sum;
}

/**
 * Complete-link scenes as the rule says it: merge the two clusters whose farthest members are
 * nearest, again and again, as long as all pairs are within the threshold and none is marked. Pairs
 * are ordered by (distance, smaller hash, larger hash), so nothing ever ties.
 *
 * Cubic in the number of nodes and meant to be read: an oracle, for components and small worlds.
 */
export function naiveScenes(
  nodes: readonly NaiveNode[],
  rules: {
    threshold: number;
    isForbidden: (left: ContentHash, right: ContentHash) => boolean;
    knownDistance: (left: ContentHash, right: ContentHash) => number | null;
  },
): NaiveScene[] {
  const sorted = [...nodes].sort((left, right) => left.hash < right.hash ? -1 : 1);
  const edges: Edge[] = [];
  for (let low = 0; low < sorted.length; low += 1) {
    for (let high = low + 1; high < sorted.length; high += 1) {
      const [left, right] = [sorted[low]!, sorted[high]!];
      const distance = rules.knownDistance(left.hash, right.hash) ??
        naiveDistance(left.vector, right.vector);
      if (distance > rules.threshold || rules.isForbidden(left.hash, right.hash)) continue;
      edges.push({ low, high, distance });
    }
  }
  edges.sort((left, right) =>
    left.distance - right.distance || left.low - right.low || left.high - right.high
  );
  const ranks: number[][] = sorted.map(() => []);
  for (const [rank, { low, high }] of edges.entries()) {
    ranks[low]![high] = rank;
    ranks[high]![low] = rank;
  }
  let clusters = sorted.map((_, index) => [index]);
  for (let merge = nextMerge(clusters, ranks); merge !== null; merge = nextMerge(clusters, ranks)) {
    const [left, right] = merge;
    const joined = [...left, ...right];
    clusters = [...clusters.filter((cluster) => cluster !== left && cluster !== right), joined];
  }
  return clusters.filter((cluster) => cluster.length > 1).map((cluster) =>
    sceneOf(cluster, sorted, rules.knownDistance)
  );
}

/** The pair of clusters whose last pair of members comes first; null when no two are complete. */
function nextMerge(
  clusters: readonly number[][],
  ranks: readonly (readonly number[])[],
): readonly [number[], number[]] | null {
  let best: readonly [number[], number[]] | null = null;
  let bestRank = Number.MAX_SAFE_INTEGER;
  for (const [index, left] of clusters.entries()) {
    for (const right of clusters.slice(index + 1)) {
      const rank = lastRank(left, right, ranks);
      if (rank === null || rank >= bestRank) continue;
      bestRank = rank;
      best = [left, right];
    }
  }
  return best;
}

function lastRank(
  left: readonly number[],
  right: readonly number[],
  ranks: readonly (readonly number[])[],
): number | null {
  let last = -1;
  for (const one of left) {
    for (const other of right) {
      const rank = ranks[one]![other];
      if (rank === undefined) return null;
      if (rank > last) last = rank;
    }
  }
  return last;
}

function sceneOf(
  cluster: readonly number[],
  nodes: readonly NaiveNode[],
  knownDistance: (left: ContentHash, right: ContentHash) => number | null,
): NaiveScene {
  const members = [...cluster].sort((left, right) => left - right).map((index) => nodes[index]!);
  let diameter = 0;
  for (const [index, left] of members.entries()) {
    for (const right of members.slice(index + 1)) {
      const known = knownDistance(left.hash, right.hash);
      diameter = Math.max(diameter, known ?? naiveDistance(left.vector, right.vector));
    }
  }
  return { members: members.map((node) => node.hash), diameter };
}
