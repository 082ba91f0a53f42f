import { assertEquals, assertThrows } from "@std/assert";
import { InvariantError } from "@scenekeep/engine/core";
import fc from "fast-check";
import { canonicalJson, CanonicalWriter } from "./canonical_writer.ts";

Deno.test("canonicalJson() is JSON with its keys by code unit, whatever their order was", () => {
  assertEquals(canonicalJson({ b: 1, a: [true, null, "x"] }), '{"a":[true,null,"x"],"b":1}');
  const first = canonicalJson({ kind: "pair", left: 1, right: 2 });
  assertEquals(canonicalJson({ right: 2, kind: "pair", left: 1 }), first);
  assertEquals(
    canonicalJson({ kind: "pair", left: 1, extra: 0 }),
    '{"extra":0,"kind":"pair","left":1}',
  );
  assertEquals(canonicalJson({ 10: "ten", 9: "nine" }), '{"10":"ten","9":"nine"}');
  assertEquals(canonicalJson({ a: undefined, b: 1 }), '{"b":1}');
});

Deno.test("canonicalJson() means what JSON.stringify means, for any plain data", () => {
  const data = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }).map(wholeNumbers);
  fc.assert(fc.property(data, (value) => {
    assertEquals(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)));
  }));
});

Deno.test("CanonicalWriter writes text of every script as UTF-8", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    const writer = new CanonicalWriter(1);
    writer.text(text);
    assertEquals(writer.bytesFrom(0), new TextEncoder().encode(text));
  }));
});

Deno.test("CanonicalWriter writes every whole number as JavaScript does", () => {
  const numbers = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.constantFrom(0, 9, 10, 2 ** 31));
  fc.assert(fc.property(numbers, (value) => {
    assertEquals(canonicalJson(value), String(value));
  }));
});

Deno.test("canonicalJson() refuses what another process could not repeat", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  const refused = [0.5, NaN, Infinity, -0, () => 1, new Map(), /x/, new Error("x"), 1n];
  for (const value of [...refused, new Float32Array(1), circle]) {
    assertThrows(() => canonicalJson({ value }), InvariantError);
  }
});

Deno.test("canonicalJson() writes typed arrays of integers in fixed width", () => {
  assertEquals(canonicalJson(Int16Array.of(-1, 0, 258)), '"i16:ffff00000102"');
  assertEquals(canonicalJson(Uint8Array.of(7, 255)), '"i8:07ff"');
});

function wholeNumbers(value: unknown): unknown {
  if (typeof value === "number") return Math.trunc(value % 2 ** 53) || 0;
  if (Array.isArray(value)) return value.map(wholeNumbers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, wholeNumbers(field)]),
  );
}
