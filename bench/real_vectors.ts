/**
 * Vectors with the spread of those of real photos, in any number.
 *
 * @module
 */

import { recordFolder } from "@scenekeep/engine/host";

/** Part of a library that is bursts, of so many frames each. */
const BURST_PART = 20;
const BURST_FRAMES = 100;

/** How far others are from a real one, and frames of a burst from the first, in differences. */
const SPREAD = 0.7;
const BURST_SPREAD = 0.08;

/** Vectors one after another. */
export interface FlatVectors {
  readonly numbers: Int16Array<ArrayBuffer>;
  readonly dimensions: number;
  readonly count: number;
}

/** The vectors of the photos of a folder. */
export async function vectorsOfFolder(root: string, cache: string): Promise<FlatVectors> {
  return await recordFolder({ root, cache }, ({ files, model, vectorOf }) => {
    const { dimensions } = model;
    const vectors = files.filter(({ isEmbedded }) => isEmbedded)
      .map(({ contentHash }) => vectorOf(contentHash))
      .filter((vector) => vector !== null);
    const numbers = new Int16Array(vectors.length * dimensions);
    for (const [at, vector] of vectors.entries()) numbers.set(vector, at * dimensions);
    return Promise.resolve({ numbers, dimensions, count: vectors.length });
  });
}

/**
 * `count` vectors: each a real one and a part of the difference of two other real ones, which keeps
 * the directions in which real ones differ; one in 20 is in a burst of 100. Repeats for a seed.
 */
export function moreVectors(real: FlatVectors, count: number, seed: number): FlatVectors {
  const { dimensions } = real;
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.floor((state >>> 8) / 2 ** 24 * limit);
  };
  const near = (centre: Float64Array, spread: number): Float64Array => {
    const plus = below(real.count) * dimensions;
    const minus = below(real.count) * dimensions;
    return centre.map((value, axis) =>
      value + spread * (real.numbers[plus + axis]! - real.numbers[minus + axis]!)
    );
  };
  const shot = (): Float64Array => {
    const start = below(real.count) * dimensions;
    return near(Float64Array.from(real.numbers.subarray(start, start + dimensions)), SPREAD);
  };
  const numbers = new Int16Array(count * dimensions);
  const inBursts = Math.floor(count / BURST_PART);
  let first = shot();
  // Bursts lie anywhere in a library, not at its start.
  const stepOf = (at: number): number => Math.floor(at * inBursts / count);
  for (let at = 0; at < count; at += 1) {
    const inBurst = stepOf(at + 1) > stepOf(at);
    if (inBurst && stepOf(at) % BURST_FRAMES === 0) first = shot();
    const vector = inBurst ? near(first, BURST_SPREAD) : shot();
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    for (let axis = 0; axis < dimensions; axis += 1) {
      numbers[at * dimensions + axis] = Math.round(vector[axis]! * 32767 / length);
    }
  }
  return { numbers, dimensions, count };
}
