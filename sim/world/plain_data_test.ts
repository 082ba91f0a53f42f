import { assertEquals, assertThrows } from "@std/assert";
import { InvariantError } from "@scenekeep/engine/core";
import fc from "fast-check";
import { plainJson } from "./plain_data.ts";

Deno.test("plainJson() is the runtime's JSON of plain data, keys as they are held", () => {
  const held = { b: 1, a: [true, null, "é \ud83d"], gone: undefined };
  assertEquals(plainJson(held), '{"b":1,"a":[true,null,"é \\ud83d"]}');
  const data = fc.jsonValue({ maxDepth: 5, noUnicodeString: false });
  fc.assert(fc.property(data, (value) => {
    let isWhole = true;
    JSON.stringify(value, (_key, field) => {
      if (typeof field === "number") {
        isWhole &&= Number.isSafeInteger(field) && !Object.is(field, -0);
      }
      return field;
    });
    if (isWhole) assertEquals(plainJson(value), JSON.stringify(value));
    else assertThrows(() => plainJson(value), InvariantError);
  }));
});

Deno.test("plainJson() refuses what another process could not repeat, wherever it is", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  const refused = [0.5, NaN, Infinity, -0, () => 1, new Map(), /x/, new Error("x"), 1n];
  for (const value of [...refused, new Float32Array(1), circle]) {
    assertThrows(() => plainJson({ deep: [{ value }] }), InvariantError);
  }
  assertThrows(() => plainJson([undefined]), InvariantError);
});

Deno.test("plainJson() writes typed arrays as canonical JSON does, and deep data", () => {
  assertEquals(plainJson({ vector: Int16Array.of(-1, 258) }), '{"vector":"i16:ffff0102"}');
  let deep: unknown = "core";
  for (let level = 0; level < 50; level++) deep = [deep];
  assertEquals(plainJson(deep), JSON.stringify(deep));
});
