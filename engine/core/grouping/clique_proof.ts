/**
 * [Note: Clique proof] Thousands of near-identical frames are one scene, and showing that must not
 * take all their pairs. Take any point `c`, here the rounded mean. By the triangle inequality two
 * members are at most `r + s` apart, where `r` and `s` are their distances to `c`; if that is at
 * most the root of the threshold, the pair needs no look. Radii are rounded up to integers and the
 * root is rounded down, so the proof is exact. What is left is looked at pair by pair, if it is
 * little.
 *
 * The radii say nothing of pairs with evidence (see [Note: Evidence]); those are looked at first.
 *
 * A part in which every pair is within the threshold is one cluster of the complete-link tree cut
 * there, whatever the order of merges: so this is a shortcut, not an approximation.
 *
 * @module
 */

import { invariant } from "../protocol/invariant.ts";
import { flatWithinDistance } from "./distance.ts";
import { largestEvidence } from "./evidence.ts";
import { diameterOf, pairsOf, type PartVectors, rankDistance } from "./part_vectors.ts";

/** Multiplications that an exact diameter may cost: about 50 ms. Beyond it a bound is reported. */
export const DIAMETER_WORK_MAX: number = 2 ** 25;

/** What is known of a part at a threshold. */
export type CliqueProof =
  /** Every pair is within the threshold. The diameter is exact, or a proven upper bound. */
  | { readonly kind: "clique"; readonly diameter: number; readonly isDiameterExact: boolean }
  /** Some pair is farther apart. */
  | { readonly kind: "noClique" }
  /** More pairs would have to be looked at than allowed. */
  | { readonly kind: "unknown" };

/**
 * Whether all pairs of a part are within the threshold.
 *
 * Time O(n·d) and a sort, plus one distance for each pair that the radii leave open.
 *
 * @param limits `pairsMax`: most pairs that may be looked at one by one.
 */
export function proveClique(
  vectors: PartVectors,
  part: Int32Array,
  limits: { readonly threshold: number; readonly pairsMax: number },
): CliqueProof {
  const { threshold, pairsMax } = limits;
  const known = largestEvidence(vectors.evidence, part);
  if (known > threshold) return { kind: "noClique" };
  const radii = radiiOf(vectors, part);
  const order = Int32Array.from(part.keys());
  order.sort((left, right) => radii[right]! - radii[left]! || left - right);
  const reach = floorRoot(threshold);
  if (openPairs(radii, order, reach) > pairsMax) return { kind: "unknown" };
  for (let i = 0; i < order.length; i++) {
    for (let j = i + 1; j < order.length; j++) {
      if (radii[order[i]!]! + radii[order[j]!]! <= reach) break;
      const pair = [part[order[i]!]!, part[order[j]!]!] as const;
      if (rankDistance(vectors, pair, threshold) < 0) return { kind: "noClique" };
    }
  }
  const isDiameterExact = pairsOf(part.length) * vectors.index.stride <= DIAMETER_WORK_MAX;
  const across = 2 * radii[order[0]!]!;
  const diameter = isDiameterExact
    ? diameterOf(vectors, part)
    : Math.max(known, Math.min(threshold, across * across));
  invariant(diameter <= threshold, "CLIQUE_PROOF", `A clique at ${threshold} measures ${diameter}`);
  return { kind: "clique", diameter, isDiameterExact };
}

/** The distance of each member to the rounded mean, as the root rounded up. */
function radiiOf(vectors: PartVectors, part: Int32Array): Float64Array {
  const { index, slots } = vectors;
  const { stride } = index;
  const sums = new Float64Array(stride);
  for (const rank of part) {
    const start = slots[rank]! * stride;
    for (let axis = 0; axis < stride; axis++) sums[axis]! += index.vectors[start + axis]!;
  }
  const centre = Int16Array.from(sums, (sum) => Math.floor(sum / part.length));
  const radii = new Float64Array(part.length);
  for (let i = 0; i < part.length; i++) {
    const start = slots[part[i]!]! * stride;
    const squared = flatWithinDistance(
      centre,
      0,
      index.vectors,
      start,
      stride,
      Number.MAX_SAFE_INTEGER,
    );
    radii[i] = ceilRoot(squared);
  }
  return radii;
}

/** Pairs that the radii leave open; `order` is by falling radius. */
function openPairs(radii: Float64Array, order: Int32Array, reach: number): number {
  let open = 0;
  let end = order.length;
  for (let i = 0; i < order.length; i++) {
    while (end > 0 && radii[order[i]!]! + radii[order[end - 1]!]! <= reach) end--;
    if (end <= i + 1) break;
    open += end - i - 1;
  }
  return open;
}

/** The largest integer whose square is at most `value`. */
export function floorRoot(value: number): number {
  let root = Math.floor(Math.sqrt(value));
  while (root * root > value) root--;
  while ((root + 1) * (root + 1) <= value) root++;
  return root;
}

/** The smallest integer whose square is at least `value`. */
export function ceilRoot(value: number): number {
  const root = floorRoot(value);
  return root * root === value ? root : root + 1;
}
