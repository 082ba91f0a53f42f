import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { UNIT_LENGTH } from "../grouping/distance.ts";
import { vectorProblem } from "./unit_length.ts";

Deno.test("vectorProblem() accepts every vector of length 1 as it is quantised", () => {
  const components = fc.array(fc.integer({ min: -1000, max: 1000 }), {
    minLength: 1,
    maxLength: 64,
  });
  fc.assert(fc.property(components, (values) => {
    let squares = 0;
    for (const value of values) squares += value * value;
    fc.pre(squares > 0);
    const scale = UNIT_LENGTH / Math.sqrt(squares);
    const vector = Int16Array.from(values, (value) => Math.round(value * scale));
    assertEquals(vectorProblem(vector, vector.length), null);
  }));
});

Deno.test("vectorProblem() refuses what is half a percent too long or too short", () => {
  for (const factor of [0.995, 1.005]) {
    const part = Math.round(UNIT_LENGTH * factor / 2);
    assertNotEquals(vectorProblem(Int16Array.of(part, part, part, part), 4), null, `${factor}`);
  }
});

Deno.test("vectorProblem() refuses another number of components, and no components", () => {
  assertEquals(
    vectorProblem(Int16Array.of(UNIT_LENGTH), 2),
    "vector must have 2 components: got 1",
  );
  assertNotEquals(vectorProblem(new Int16Array(2), 2), null);
});
