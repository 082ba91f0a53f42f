/**
 * [Note: Search keys] A long vector is looked for by a short key: 32 numbers that keep most of what
 * tells vectors apart, so that a search seldom reads the vectors themselves.
 *
 * The key of `x` is `floor(P·x / s)`, clamped to int16, for an integer matrix `P` whose rows point
 * along the directions of greatest variance. `s²` is at least the largest absolute row sum of
 * `P·Pᵀ`, an exact integer and, by Gershgorin, at least its largest eigenvalue; so `|P·d / s| <=
 * |d|` for every `d`. Rounding moves each number of a key by less than 2 and clamping brings keys
 * only closer; hence keys of vectors within distance `L` are within `(√L + 2√32)²`. Floating point
 * is used only to choose the directions: any choice gives the same results, a good one gives them
 * sooner.
 *
 * @module
 */

/** An integer matrix and its scale. */
export interface Projection {
  /** Keys × dimensions, row by row; integers. */
  readonly rows: Float64Array;
  readonly keyAxes: number;
  readonly dimensions: number;
  readonly scale: number;
}

/** A unit row is stored as this, so that rounding it to integers loses little. */
const ROW_LENGTH = 1 << 14;

/** Flat vectors of equal length. */
export interface VectorSample {
  readonly vectors: Float64Array;
  readonly count: number;
  readonly dimensions: number;
}

/**
 * A projection along about the `keyAxes` directions of greatest variance of the sample.
 *
 * @param rounds Of subspace iteration: the more, the nearer to those directions.
 */
export function chooseProjection(
  sample: VectorSample,
  keyAxes: number,
  rounds: number,
): Projection {
  const { dimensions } = sample;
  centre(sample);
  const directions = firstDirections(sample, keyAxes);
  for (let round = 0; round < rounds; round++) {
    multiplyByCovariance(sample, directions, keyAxes);
    orthonormalise(directions, keyAxes, dimensions);
  }
  const rows = directions.map((value) => Math.round(value * ROW_LENGTH));
  return { rows, keyAxes, dimensions, scale: scaleOf(rows, keyAxes, dimensions) };
}

/**
 * The largest distance of two keys whose vectors are within `limit`.
 *
 * @param keyAxes Numbers in a key.
 */
export function projectedLimit(limit: number, keyAxes: number): number {
  const moved = 4 * keyAxes;
  return limit + moved + 2 * (Math.ceil(Math.sqrt(limit * moved)) + 1);
}

/** Writes the key of the vector at `from.start` to `to.start`. */
export function projectVector(
  projection: Projection,
  from: { readonly vectors: Int16Array; readonly start: number },
  to: { readonly keys: Int16Array; readonly start: number },
): void {
  for (let row = 0; row < projection.keyAxes; row++) {
    const value = Math.floor(projectedSum(projection, from, row) / projection.scale);
    to.keys[to.start + row] = Math.max(-32768, Math.min(32767, value));
  }
}

/** The exact product of a row and the vector at `from.start`. */
export function projectedSum(
  { dimensions, rows }: Projection,
  { start, vectors }: { readonly vectors: Int16Array; readonly start: number },
  row: number,
): number {
  const rowStart = row * dimensions;
  let sum = 0;
  for (let axis = 0; axis < dimensions; axis++) {
    sum += rows[rowStart + axis]! * vectors[start + axis]!;
  }
  return sum;
}

function centre({ vectors, count, dimensions }: VectorSample): void {
  for (let axis = 0; axis < dimensions; axis++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += vectors[i * dimensions + axis]!;
    for (let i = 0; i < count; i++) vectors[i * dimensions + axis]! -= sum / count;
  }
}

/** Vectors of the sample, evenly spread, made orthonormal. */
function firstDirections(sample: VectorSample, keyAxes: number): Float64Array {
  const { vectors, count, dimensions } = sample;
  const directions = new Float64Array(keyAxes * dimensions);
  for (let row = 0; row < keyAxes; row++) {
    const start = Math.floor((row * count) / keyAxes) * dimensions;
    directions.set(vectors.subarray(start, start + dimensions), row * dimensions);
  }
  orthonormalise(directions, keyAxes, dimensions);
  return directions;
}

/** Replaces each direction `q` by `Xᵀ·X·q`. */
function multiplyByCovariance(
  { vectors, count, dimensions }: VectorSample,
  directions: Float64Array,
  keyAxes: number,
): void {
  const product = new Float64Array(directions.length);
  for (let i = 0; i < count; i++) {
    const start = i * dimensions;
    for (let row = 0; row < keyAxes; row++) {
      const rowStart = row * dimensions;
      let dot = 0;
      for (let axis = 0; axis < dimensions; axis++) {
        dot += vectors[start + axis]! * directions[rowStart + axis]!;
      }
      for (let axis = 0; axis < dimensions; axis++) {
        product[rowStart + axis]! += dot * vectors[start + axis]!;
      }
    }
  }
  directions.set(product);
}

/** Gram and Schmidt; a direction that depends on earlier ones becomes zero. */
function orthonormalise(directions: Float64Array, keyAxes: number, dimensions: number): void {
  for (let row = 0; row < keyAxes; row++) {
    const direction = directions.subarray(row * dimensions, (row + 1) * dimensions);
    const lengthBefore = Math.sqrt(dotProduct(direction, direction));
    for (let earlier = 0; earlier < row; earlier++) {
      const other = directions.subarray(earlier * dimensions, (earlier + 1) * dimensions);
      const dot = dotProduct(direction, other);
      for (let axis = 0; axis < dimensions; axis++) direction[axis]! -= dot * other[axis]!;
    }
    const length = Math.sqrt(dotProduct(direction, direction));
    const factor = length <= lengthBefore * 1e-6 ? 0 : 1 / length;
    for (let axis = 0; axis < dimensions; axis++) direction[axis]! *= factor;
  }
}

function dotProduct(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += left[i]! * right[i]!;
  return sum;
}

/** The least integer whose square is at least every absolute row sum of `P·Pᵀ`. */
function scaleOf(rows: Float64Array, keyAxes: number, dimensions: number): number {
  let sumMax = 1;
  for (let row = 0; row < keyAxes; row++) {
    const left = rows.subarray(row * dimensions, (row + 1) * dimensions);
    let sum = 0;
    for (let other = 0; other < keyAxes; other++) {
      const right = rows.subarray(other * dimensions, (other + 1) * dimensions);
      sum += Math.abs(dotProduct(left, right));
    }
    sumMax = Math.max(sumMax, sum);
  }
  return Math.floor(Math.sqrt(sumMax)) + 1;
}
