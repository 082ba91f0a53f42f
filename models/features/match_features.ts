import { DESCRIPTOR_LENGTH, type LocalFeatures } from "./descriptors.ts";

/** Two spots that look alike: places in the lists of the left and the right picture. */
export interface SpotPair {
  readonly left: number;
  readonly right: number;
}

/**
 * The second best must be farther by this much, as squares of distances: 0.82 squared. Source: the
 * ratio test of Lowe 2004, section 7.1.
 */
const RATIO_SQUARED = 0.67;

/** Directions of one cell, which a coarse description has as one number. */
const DIRECTIONS = 8;

const COARSE_LENGTH = DESCRIPTOR_LENGTH / DIRECTIONS;

/** Farther than any two descriptions, and small enough to be multiplied. */
const FAR = 0x3ffffff;

/** Descriptions and sums over directions of one picture. */
interface Described {
  readonly descriptors: Uint8Array;
  readonly coarse: Int16Array;
  readonly count: number;
}

/**
 * Spots of two pictures that are each other's nearest, and clearly nearer than the next. Exact:
 * whole numbers. Time O(left · right), most of it on coarse descriptions.
 *
 * [Note: Coarse descriptions] By the inequality of Cauchy and Schwarz, the square of a sum of eight
 * differences is at most eight times the sum of their squares. So the distance of two descriptions
 * is at least an eighth of that of their sums over directions: what is farther than the second best
 * in that is passed over, and nothing is lost.
 */
export function matchFeatures(left: LocalFeatures, right: LocalFeatures): SpotPair[] {
  const from = describedOf(left);
  const to = describedOf(right);
  const pairs: SpotPair[] = [];
  for (let one = 0; one < from.count; one++) {
    const other = nearest(from, one, to);
    if (other.isClear && nearest(to, other.at, from).at === one) {
      pairs.push({ left: one, right: other.at });
    }
  }
  return pairs;
}

function describedOf({ descriptors }: LocalFeatures): Described {
  const coarse = new Int16Array(descriptors.length / DIRECTIONS);
  for (let at = 0; at < descriptors.length; at++) coarse[at >> 3]! += descriptors[at]!;
  return { descriptors, coarse, count: descriptors.length / DESCRIPTOR_LENGTH };
}

/** The nearest spot of `to`, the first of several, and whether it is nearer than the next. */
function nearest(
  from: Described,
  one: number,
  to: Described,
): { readonly at: number; readonly isClear: boolean } {
  let first = FAR;
  let second = FAR;
  let at = -1;
  for (let other = 0; other < to.count; other++) {
    if (coarseSquares(from.coarse, one, to.coarse, other) > second * DIRECTIONS) continue;
    const distance = squares(from.descriptors, one, to.descriptors, other, second);
    if (distance < first) {
      second = first;
      first = distance;
      at = other;
    } else if (distance < second) second = distance;
  }
  return { at, isClear: first < RATIO_SQUARED * second };
}

/** The squared distance of two coarse descriptions. */
function coarseSquares(from: Int16Array, one: number, to: Int16Array, other: number): number {
  let left = one * COARSE_LENGTH;
  let right = other * COARSE_LENGTH;
  const end = left + COARSE_LENGTH;
  let sum = 0;
  while (left < end) {
    const a = from[left]! - to[right]!;
    const b = from[left + 1]! - to[right + 1]!;
    const c = from[left + 2]! - to[right + 2]!;
    const d = from[left + 3]! - to[right + 3]!;
    sum += a * a + b * b + c * c + d * d;
    left += 4;
    right += 4;
  }
  return sum;
}

/** The squared distance of two descriptions; something above the limit where it is above it. */
function squares(
  from: Uint8Array,
  one: number,
  to: Uint8Array,
  other: number,
  limit: number,
): number {
  let left = one * DESCRIPTOR_LENGTH;
  let right = other * DESCRIPTOR_LENGTH;
  const end = left + DESCRIPTOR_LENGTH;
  let sum = 0;
  while (left < end && sum <= limit) {
    for (let step = 0; step < 4; step++) {
      const a = from[left]! - to[right]!;
      const b = from[left + 1]! - to[right + 1]!;
      const c = from[left + 2]! - to[right + 2]!;
      const d = from[left + 3]! - to[right + 3]!;
      sum += a * a + b * b + c * c + d * d;
      left += 4;
      right += 4;
    }
  }
  return sum;
}
