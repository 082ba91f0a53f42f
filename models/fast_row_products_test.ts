import { assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { DESCRIPTOR_LENGTH } from "./features/descriptors.ts";
import { plainRowProducts } from "./features/row_products.ts";

/** Rows of whole numbers from 0 to 255; the largest sums are among them. */
function rowsOf(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count * DESCRIPTOR_LENGTH }, (_, at) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return at < DESCRIPTOR_LENGTH ? 255 : state >>> 24;
  });
}

permittedTest({
  name: "fastRowProducts() says what a plain loop says, to the last bit",
  needs: { read: true, env: true, ffi: true, sys: true, run: true, write: true },
  fn: async () => {
    const { fastRowProducts } = await import("./fast_row_products.ts");
    for (const [left, right] of [[1, 1], [3, 0], [0, 3], [70, 31], [300, 500]] as const) {
      const [rows, others] = [rowsOf(left, 1), rowsOf(right, 2)];
      // deno-lint-ignore no-await-in-loop -- one after the other
      const expected = await plainRowProducts(rows, others);
      // deno-lint-ignore no-await-in-loop -- as above
      assertEquals(await fastRowProducts(rows, others), expected);
    }
  },
});
