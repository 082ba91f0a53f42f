import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { ddmin, smallestFailing } from "./ddmin.ts";

Deno.test("ddmin() keeps exactly what a failure needs, whatever stands around it", () => {
  fc.assert(fc.property(
    fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 60 }),
    fc.integer({ min: 1, max: 5 }),
    (items, count) => {
      const needed = new Set(items.slice(0, count));
      const holds = (list: readonly number[]): boolean => {
        const there = new Set(list);
        return [...needed].every((item) => there.has(item));
      };
      const shuffled = [...items].sort((left, right) => left - right);
      assertEquals(ddmin(shuffled, holds), shuffled.filter((item) => needed.has(item)));
    },
  ));
});

Deno.test("ddmin() ends with a list of which no single item can go, for any failure", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(40), { maxLength: 12 }), fc.nat(97), (items, salt) => {
      const fails = (list: readonly number[]): boolean =>
        list.length === items.length || list.reduce((sum, item) => sum * 31 + item, salt) % 3 === 0;
      const small = ddmin(items, fails);
      assert(fails(small));
      for (const [index] of small.entries()) {
        if (small.length === 1) assert(!fails([]) || items.length === 0);
        else assert(!fails(small.filter((_, other) => other !== index)));
      }
    }),
  );
});

Deno.test("ddmin() takes few trials when one item of many matters", () => {
  let trials = 0;
  const items = Array.from({ length: 1_000 }, (_, index) => index);
  const small = ddmin(items, (list) => {
    trials += 1;
    return list.includes(637);
  });
  assertEquals(small, [637]);
  assert(trials <= 41, `${trials} trials of one item among 1,000`);
});

Deno.test("smallestFailing() finds the border and asks about log2 numbers", () => {
  let trials = 0;
  const found = smallestFailing(1_000_000, 1, (value) => {
    trials += 1;
    return value >= 4_711;
  });
  assertEquals(found, 4_711);
  assert(trials <= 20);
  assertEquals(smallestFailing(5, 5, () => true), 5);
});
