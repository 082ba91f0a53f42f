/**
 * The vectors of one component, by rank, read in place from the range index.
 *
 * @module
 */

import { flatWithinDistance } from "./distance.ts";
import type { RankEvidence } from "./evidence.ts";
import type { RangeIndex } from "./range_tree.ts";

/** Nodes by rank: rank 0 has the smallest content hash. */
export interface PartVectors {
  readonly index: RangeIndex;
  /** Rank → slot. */
  readonly slots: Int32Array;
  /** The distances of pairs that are known otherwise, by rank. */
  readonly evidence: RankEvidence;
}

/** The distance of two ranks, or -1 when it is above the limit. */
export function rankDistance(
  { evidence, index, slots }: PartVectors,
  pair: readonly [number, number],
  limit: number,
): number {
  const { stride, vectors } = index;
  const [left, right] = pair;
  const known = evidence.size === 0 ? undefined : evidence.get(left)?.get(right);
  if (known !== undefined) return known <= limit ? known : -1;
  return flatWithinDistance(
    vectors,
    slots[left]! * stride,
    vectors,
    slots[right]! * stride,
    stride,
    limit,
  );
}

/** Number of pairs of `count` things. */
export function pairsOf(count: number): number {
  return (count * (count - 1)) / 2;
}

/** The largest distance of two of these ranks; O(n²). */
export function diameterOf(vectors: PartVectors, part: Int32Array): number {
  const { evidence, index, slots } = vectors;
  const { stride } = index;
  let diameter = 0;
  for (let i = 1; i < part.length; i++) {
    const left = slots[part[i]!]! * stride;
    const row = evidence.size === 0 ? undefined : evidence.get(part[i]!);
    for (let j = 0; j < i; j++) {
      const right = slots[part[j]!]! * stride;
      const distance = row?.get(part[j]!) ?? flatWithinDistance(
        index.vectors,
        left,
        index.vectors,
        right,
        stride,
        Number.MAX_SAFE_INTEGER,
      );
      if (distance > diameter) diameter = distance;
    }
  }
  return diameter;
}
