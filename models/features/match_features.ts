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

/** Farther than any two descriptions, and small enough to be multiplied. */
const FAR = 0x3ffffff;

/** How far the descriptions of two pictures are from each other: whole numbers. */
export interface SpotDistances {
  readonly leftCount: number;
  readonly rightCount: number;
  /** The square of the distance of two spots. */
  readonly between: (left: number, right: number) => number;
}

/**
 * Spots of two pictures that are each other's nearest, the first of several, and clearly nearer
 * than the next. Time O(left · right).
 */
export function matchFeatures({ between, leftCount, rightCount }: SpotDistances): SpotPair[] {
  const nearest = new Int32Array(leftCount).fill(-1);
  const first = new Int32Array(leftCount).fill(FAR);
  const second = new Int32Array(leftCount).fill(FAR);
  const nearestOfRight = new Int32Array(rightCount).fill(-1);
  for (let right = 0; right < rightCount; right++) {
    let least = FAR;
    for (let left = 0; left < leftCount; left++) {
      const distance = between(left, right);
      if (distance < least) {
        least = distance;
        nearestOfRight[right] = left;
      }
      if (distance < first[left]!) {
        second[left] = first[left]!;
        first[left] = distance;
        nearest[left] = right;
      } else if (distance < second[left]!) second[left] = distance;
    }
  }
  const pairs: SpotPair[] = [];
  for (let left = 0; left < leftCount; left++) {
    const right = nearest[left]!;
    const isClear = first[left]! < RATIO_SQUARED * second[left]!;
    if (isClear && nearestOfRight[right] === left) pairs.push({ left, right });
  }
  return pairs;
}
