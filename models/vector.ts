/** The whole number that stands for 1 in a quantised vector. */
export const QUANTISED_ONE = 32767;

/** |A−B|² of two opposite quantised unit vectors is twice this: four times the square of one. */
const DISTANCE_PER_COSINE = 2 * QUANTISED_ONE * QUANTISED_ONE;

/**
 * A cosine distance as a squared integer distance of quantised unit vectors:
 * `floor(2 · 32767² · cosine)`.
 *
 * For unit vectors |a−b|² = 2 · (1 − cos), and quantised vectors are 32767 times longer.
 *
 * @param cosine From 0 (same direction) to 2 (opposite).
 * @throws {RangeError} when outside of that.
 */
export function integerDistance(cosine: number): number {
  if (!(cosine >= 0 && cosine <= 2)) {
    throw new RangeError(`Cannot use ${cosine} as a cosine distance: want 0 to 2`);
  }
  return Math.floor(DISTANCE_PER_COSINE * cosine);
}

/**
 * The vector brought to unit length and quantised: `round(x · 32767)`, each from -32767 to 32767.
 *
 * This happens once per photo; from here on all arithmetic is on whole numbers. Returns null for a
 * vector without direction: zero, or with a number that is not finite.
 */
export function quantise(vector: ArrayLike<number>): Int16Array<ArrayBuffer> | null {
  let squares = 0;
  for (let index = 0; index < vector.length; index++) squares += vector[index]! * vector[index]!;
  const length = Math.sqrt(squares);
  if (!Number.isFinite(length) || length === 0) return null;
  const quantised = new Int16Array(vector.length);
  for (let index = 0; index < vector.length; index++) {
    quantised[index] = Math.round((vector[index]! / length) * QUANTISED_ONE);
  }
  return quantised;
}

/** A quantised vector as base64 of its numbers, two bytes each, little-endian. */
export function encodeVector(vector: Int16Array): string {
  const bytes = new Uint8Array(vector.length * 2);
  const view = new DataView(bytes.buffer);
  vector.forEach((value, index) => view.setInt16(index * 2, value, true));
  return bytes.toBase64();
}

/**
 * The quantised vector that {@linkcode encodeVector} wrote.
 *
 * @throws {SyntaxError} when the text is not base64.
 * @throws {RangeError} when it is not a whole number of values, or a value is -32768.
 */
export function decodeVector(text: string): Int16Array<ArrayBuffer> {
  const bytes = Uint8Array.fromBase64(text);
  if (bytes.length % 2 !== 0) {
    throw new RangeError(`Cannot read ${bytes.length} bytes as a vector: want an even number`);
  }
  const view = new DataView(bytes.buffer);
  const vector = new Int16Array(bytes.length / 2);
  for (let index = 0; index < vector.length; index++) {
    const value = view.getInt16(index * 2, true);
    if (value < -QUANTISED_ONE) throw new RangeError(`Cannot read the value ${value} of a vector`);
    vector[index] = value;
  }
  return vector;
}
