import { assertEquals, assertThrows } from "@std/assert";
import { FlatbufferReader } from "./flatbuffer_reader.ts";

/**
 * One table with three fields: a byte (5), a list of numbers (7, -8), and one left out.
 *
 * 0 root offset · 4 list of fields (size 10, table size 12, offsets 4, 8, 0) · 16 table · 28 vector
 */
function example(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(40);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 16, true);
  [10, 12, 4, 8, 0].forEach((value, index) => view.setUint16(4 + 2 * index, value, true));
  view.setInt32(16, 12, true);
  view.setInt8(20, 5);
  view.setUint32(24, 4, true);
  view.setUint32(28, 2, true);
  view.setInt32(32, 7, true);
  view.setInt32(36, -8, true);
  return bytes;
}

Deno.test("FlatbufferReader reads fields, and gives defaults for those left out", () => {
  const reader = new FlatbufferReader(example());
  const root = reader.root();
  assertEquals(reader.int8(root, 0), 5);
  assertEquals(reader.int32s(root, 1), [7, -8]);
  assertEquals(reader.int32(root, 2), 0);
  assertEquals(reader.int32(root, 9, 1), 1);
  assertEquals(reader.table(root, 2), null);
  assertEquals(reader.text(root, 2), "");
});

Deno.test("FlatbufferReader reads the same wherever the bytes lie in their buffer", () => {
  const shifted = new Uint8Array(43);
  shifted.set(example(), 3);
  const reader = new FlatbufferReader(shifted.subarray(3));
  assertEquals(reader.int32s(reader.root(), 1), [7, -8]);
});

Deno.test("FlatbufferReader throws RangeError instead of reading beyond the end", () => {
  for (const length of [0, 3, 15, 18, 25, 30, 39]) {
    const reader = new FlatbufferReader(example().subarray(0, length));
    assertThrows(() => reader.int32s(reader.root(), 1), RangeError);
  }
  const huge = example();
  new DataView(huge.buffer).setUint32(28, 4_000_000_000, true);
  const reader = new FlatbufferReader(huge);
  assertThrows(() => reader.bytes(reader.root(), 1), RangeError, "Cannot read 4000000000 elements");
});
