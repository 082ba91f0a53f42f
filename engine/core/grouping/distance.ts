/**
 * [Note: Integer distance] The one distance of grouping is `|A − B|²` of two int16 vectors: an
 * exact integer, the same on every machine and in every order of summation. Unit vectors quantised
 * by 32767 stay below 2^33; arbitrary int16 vectors of up to 2^20 axes stay below 2^53, where a
 * double is still exact. The square root is a metric, so the triangle inequality holds for roots,
 * not for these numbers.
 *
 * @module
 */

import { invariant } from "../protocol/invariant.ts";

/** The length of a quantised unit vector: a component of 1 is stored as this. */
export const UNIT_LENGTH = 32767;

/** Distances above this never count as near, so that a distance and a rank fit in one double. */
export const THRESHOLD_MAX: number = 2 ** 31 - 1;

/**
 * The integer threshold of a cosine distance: `floor(2 · 32767² · t)`, to be compared with `<=`.
 *
 * @param cosineDistance One minus the cosine, 0 to 1.
 * @throws {InvariantError} When the number is outside 0 to 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { thresholdOfCosine } from "./distance.ts";
 *
 * assertEquals(thresholdOfCosine(0.04), 85_894_103);
 * ```
 */
export function thresholdOfCosine(cosineDistance: number): number {
  invariant(
    cosineDistance >= 0 && cosineDistance <= 1,
    "THRESHOLD_RANGE",
    `Cannot make a threshold: cosine distance must be 0 to 1: got ${cosineDistance}`,
  );
  return Math.floor(2 * UNIT_LENGTH * UNIT_LENGTH * cosineDistance);
}

/**
 * The exact integer `|A − B|²`.
 *
 * @throws {InvariantError} When the lengths differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { squaredDistance } from "./distance.ts";
 *
 * assertEquals(squaredDistance(Int16Array.of(1, 2), Int16Array.of(4, 6)), 25);
 * ```
 */
export function squaredDistance(left: Int16Array, right: Int16Array): number {
  return withinDistance(left, right, Number.MAX_SAFE_INTEGER);
}

/**
 * The exact `|A − B|²` when it is at most `limit`, else -1. Stops early once the sum is too large.
 *
 * @throws {InvariantError} When the lengths differ.
 */
export function withinDistance(left: Int16Array, right: Int16Array, limit: number): number {
  invariant(
    left.length === right.length,
    "VECTOR_LENGTH",
    `Cannot compare vectors: lengths must be equal: got ${left.length} and ${right.length}`,
  );
  let sum = 0;
  for (let axis = 0; axis < left.length; axis++) {
    const difference = left[axis]! - right[axis]!;
    sum += difference * difference;
    if (sum > limit) return -1;
  }
  return sum;
}

/**
 * {@linkcode withinDistance} on flat storage, four axes at a time: the loop that grouping spends
 * its time in.
 *
 * @param stride Numbers in a vector, a multiple of 4; pad with zeros, which add nothing.
 */
export function flatWithinDistance(
  left: Int16Array,
  leftStart: number,
  right: Int16Array,
  rightStart: number,
  stride: number,
  limit: number,
): number {
  let sum = 0;
  for (let axis = 0; axis < stride; axis += 4) {
    const first = left[leftStart + axis]! - right[rightStart + axis]!;
    const second = left[leftStart + axis + 1]! - right[rightStart + axis + 1]!;
    const third = left[leftStart + axis + 2]! - right[rightStart + axis + 2]!;
    const fourth = left[leftStart + axis + 3]! - right[rightStart + axis + 3]!;
    sum += (first * first + second * second) + (third * third + fourth * fourth);
    if (sum > limit) return -1;
  }
  return sum;
}
