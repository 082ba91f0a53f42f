import { assertEquals, assertThrows } from "@std/assert";
import { ProtobufWriter } from "./protobuf_writer.ts";

Deno.test("ProtobufWriter writes the examples of the encoding's documentation", () => {
  assertEquals(new ProtobufWriter().integer(1, 150).finish().toHex(), "089601");
  assertEquals(new ProtobufWriter().text(2, "testing").finish().toHex(), "120774657374696e67");
  const inner = new ProtobufWriter().integer(1, 150);
  assertEquals(new ProtobufWriter().message(3, inner).finish().toHex(), "1a03089601");
});

Deno.test("ProtobufWriter writes whole numbers beyond 32 bits", () => {
  const written = new ProtobufWriter().integer(1, Number.MAX_SAFE_INTEGER).finish();
  assertEquals(written.toHex(), "08ffffffffffffff0f");
});

Deno.test("ProtobufWriter refuses numbers that it cannot write", () => {
  for (const value of [-1, 0.5, Number.NaN, 2 ** 53]) {
    assertThrows(() => new ProtobufWriter().integer(1, value), RangeError, "varint");
  }
});
