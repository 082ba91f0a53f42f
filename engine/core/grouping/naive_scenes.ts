/**
 * The definition of a scene, written down as plainly as possible and far too slow to use: the
 * oracle that grouping is tested against, and that a simulator can check a small library with.
 *
 * Shares no code with the real thing but the comparison of texts.
 *
 * @module
 */

import { compareText, type ContentHash } from "../library/ids.ts";

/** A content and its vector. */
export interface NaiveNode {
  readonly hash: ContentHash;
  readonly vector: Int16Array;
}

/** How far apart two clusters are: the last pair of members, by distance, then by hashes. */
type Linkage = readonly [distance: number, low: string, high: string];

/**
 * Textbook greedy complete link: as long as two clusters are within the threshold, merge the two
 * that are closest; ties go to the smaller content hashes.
 *
 * Time O(n⁴).
 *
 * @param known The distance of a pair where it is not that of its vectors, else null.
 * @param areDuplicates False for pairs that must never be together.
 * @returns The clusters of two and more, each ascending by hash, by smallest hash.
 */
export function naiveScenes(
  nodes: readonly NaiveNode[],
  threshold: number,
  areDuplicates: (left: ContentHash, right: ContentHash) => boolean = () => true,
  known: (left: ContentHash, right: ContentHash) => number | null = () => null,
): ContentHash[][] {
  const distanceOf: NaiveMeasure = (left, right) =>
    areDuplicates(left.hash, right.hash)
      ? known(left.hash, right.hash) ?? naiveDistance(left.vector, right.vector)
      : Infinity;
  let clusters = nodes.map((node) => [node]);
  for (;;) {
    let best: { linkage: Linkage; left: NaiveNode[]; right: NaiveNode[] } | null = null;
    for (const [i, left] of clusters.entries()) {
      for (const right of clusters.slice(i + 1)) {
        const linkage = linkageOf(left, right, distanceOf);
        if (linkage[0] > threshold) continue;
        if (best === null || compareLinkages(linkage, best.linkage) < 0) {
          best = { linkage, left, right };
        }
      }
    }
    if (best === null) break;
    const { left, right } = best;
    clusters = clusters.filter((cluster) => cluster !== left && cluster !== right);
    clusters.push([...left, ...right]);
  }
  return clusters.filter((cluster) => cluster.length > 1)
    .map((cluster) => cluster.map(({ hash }) => hash).sort(compareText))
    .sort((left, right) => compareText(left[0]!, right[0]!));
}

type NaiveMeasure = (left: NaiveNode, right: NaiveNode) => number;

function linkageOf(
  left: readonly NaiveNode[],
  right: readonly NaiveNode[],
  distanceOf: NaiveMeasure,
): Linkage {
  let last: Linkage = [-1, "", ""];
  for (const one of left) {
    for (const other of right) {
      const distance = distanceOf(one, other);
      const linkage: Linkage = one.hash < other.hash
        ? [distance, one.hash, other.hash]
        : [distance, other.hash, one.hash];
      if (compareLinkages(linkage, last) > 0) last = linkage;
    }
  }
  return last;
}

function compareLinkages(left: Linkage, right: Linkage): number {
  if (left[0] !== right[0]) return left[0] < right[0] ? -1 : 1;
  return compareText(left[1], right[1]) || compareText(left[2], right[2]);
}

/** `|A − B|²`, axis by axis. */
export function naiveDistance(left: Int16Array, right: Int16Array): number {
  let sum = 0;
  for (const [axis, value] of left.entries()) {
    sum += (value - right[axis]!) * (value - right[axis]!);
  }
  return sum;
}
