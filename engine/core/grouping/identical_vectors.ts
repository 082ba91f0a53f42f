/**
 * [Note: Identical vectors] Complete link of nodes whose distances are all 0, without their edges.
 *
 * Edges come in order of (smaller rank, larger rank). A node `v` becomes complete with a cluster `C`
 * that it has no forbidden pair with at the edge (last member of `C` below `v`, `v`), and smaller `v`
 * come first. So `v` joins, of all clusters of smaller ranks that it may join, the one whose last
 * member is smallest; a node that may join none starts a cluster, which can never merge with the
 * earlier ones. With no forbidden pair that is one cluster.
 *
 * @module
 */

/**
 * The clusters of nodes 0 to `count - 1`, all with the same vector, those of one node included.
 *
 * Time O(n + forbidden pairs · clusters).
 *
 * @param forbiddenOf The nodes that must not be with a node; undefined where there are none.
 */
export function clusterIdentical(
  count: number,
  forbiddenOf: (node: number) => readonly number[] | undefined,
): number[][] {
  const clusterOf = new Int32Array(count).fill(-1);
  const clusters: number[][] = [];
  // Clusters in order of their last member: one that grows goes to the end.
  const waiting = new Set<number>();
  for (let node = 0; node < count; node++) {
    const closed = new Set<number>();
    for (const other of forbiddenOf(node) ?? []) {
      if (clusterOf[other]! >= 0) closed.add(clusterOf[other]!);
    }
    let chosen = clusters.length;
    for (const cluster of waiting) {
      if (closed.has(cluster)) continue;
      chosen = cluster;
      break;
    }
    if (chosen === clusters.length) clusters.push([]);
    clusters[chosen]!.push(node);
    clusterOf[node] = chosen;
    waiting.delete(chosen);
    waiting.add(chosen);
  }
  return clusters;
}
