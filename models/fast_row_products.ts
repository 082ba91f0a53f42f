import { matmul, Tensor } from "@huggingface/transformers";
import { DESCRIPTOR_LENGTH } from "./features/descriptors.ts";

/**
 * `RowProducts` of the runtime that runs models: many times faster than a loop.
 *
 * @throws {Error} as the runtime throws, when there is no memory.
 */
export async function fastRowProducts(
  rows: Float32Array,
  others: Float32Array,
): Promise<Float32Array> {
  const count = others.length / DESCRIPTOR_LENGTH;
  // It has no product of nothing.
  if (rows.length === 0 || count === 0) return new Float32Array(0);
  const columns = new Float32Array(others.length);
  for (let row = 0; row < count; row++) {
    for (let at = 0; at < DESCRIPTOR_LENGTH; at++) {
      columns[at * count + row] = others[row * DESCRIPTOR_LENGTH + at]!;
    }
  }
  const product = await matmul(
    new Tensor("float32", rows, [rows.length / DESCRIPTOR_LENGTH, DESCRIPTOR_LENGTH]),
    new Tensor("float32", columns, [DESCRIPTOR_LENGTH, count]),
  );
  const { data } = product;
  if (!(data instanceof Float32Array)) throw new TypeError("Cannot read a product: want float32");
  return data;
}
