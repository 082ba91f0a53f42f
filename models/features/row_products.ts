import { DESCRIPTOR_LENGTH } from "./descriptors.ts";

/**
 * The scalar products of each row with each of the others, row by row. A row is
 * {@linkcode DESCRIPTOR_LENGTH} whole numbers from 0 to 255, so that every sum is below 2^24 and a
 * number of four bytes has it exactly, in whatever order it is summed up.
 */
export type RowProducts = (rows: Float32Array, others: Float32Array) => Promise<Float32Array>;

/** {@linkcode RowProducts} written down plainly: what a faster one must say. */
export function plainRowProducts(rows: Float32Array, others: Float32Array): Promise<Float32Array> {
  const counts = [rows, others].map(({ length }) => length / DESCRIPTOR_LENGTH);
  const products = new Float32Array(counts[0]! * counts[1]!);
  for (let place = 0; place < products.length; place++) {
    const row = Math.floor(place / counts[1]!) * DESCRIPTOR_LENGTH;
    const other = (place % counts[1]!) * DESCRIPTOR_LENGTH;
    for (let at = 0; at < DESCRIPTOR_LENGTH; at++) {
      products[place]! += rows[row + at]! * others[other + at]!;
    }
  }
  return Promise.resolve(products);
}
