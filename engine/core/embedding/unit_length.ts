import { UNIT_LENGTH } from "../grouping/distance.ts";

/** How far the model's own vector may be from length 1, in the units of `UNIT_LENGTH`: 1.2e-4. */
const MODEL_ERROR = 4;

/**
 * Says what is wrong with a vector that came from outside, or null when it is one of `dimensions`
 * components and of unit length. Integers only; linear in the number of components.
 *
 * **Source of the tolerance.** Rounding moves each of n components by at most a half, so the length
 * by at most √n / 2 (triangle inequality). Twice that, plus the error of the model's own
 * normalisation, is allowed: for 384 dimensions 24 of 32767, that is 0.07 %. The sum of squares
 * stays below 2^30 · dimensions, exact in a double.
 *
 * @example
 * ```ts
 * import { vectorProblem } from "@scenekeep/engine/core";
 * if (vectorProblem(Int16Array.of(32767, 0), 2) !== null) throw new Error("This one is well");
 * if (vectorProblem(Int16Array.of(100, 0), 2) === null) throw new Error("This one is too short");
 * ```
 */
export function vectorProblem(vector: Int16Array, dimensions: number): string | null {
  if (vector.length !== dimensions) {
    return `vector must have ${dimensions} components: got ${vector.length}`;
  }
  let sumOfSquares = 0;
  for (const component of vector) sumOfSquares += component * component;
  const tolerance = rootUp(dimensions) + MODEL_ERROR;
  const shortest = UNIT_LENGTH - tolerance;
  const longest = UNIT_LENGTH + tolerance;
  if (sumOfSquares >= shortest * shortest && sumOfSquares <= longest * longest) return null;
  return `vector must be of length ${UNIT_LENGTH}: its square is ${sumOfSquares}`;
}

/** The smallest integer whose square is at least `value`. */
function rootUp(value: number): number {
  let root = 0;
  while (root * root < value) root += 1;
  return root;
}
