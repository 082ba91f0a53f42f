import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { coarseLimit } from "./flat_scan.ts";
import { isScanned, searchFlat } from "./flat_search.ts";
import { naiveDistance } from "./naive_scenes.ts";
import { createRangeIndex, insertVector, removeVector, within } from "./range_index.ts";
import { createNeighbourList } from "./range_search.ts";
import type { RangeIndex } from "./range_tree.ts";
import { keyLimitOf, writeKey } from "./search_keys.ts";

function found(index: RangeIndex, vector: Int16Array, limit: number, above: number): number[] {
  index.scratch.vector.fill(0).set(vector);
  const { key } = index.scratch;
  writeKey(index, { vectors: index.scratch.vector, start: 0 }, { keys: key, start: 0 });
  const list = createNeighbourList();
  searchFlat(index, { limit, keyLimit: keyLimitOf(index, limit), above }, list);
  return [...list.slots.subarray(0, list.count)].sort((left, right) => left - right);
}

/** Vectors in all of int16, so that a sum that leaves 32 bits would show. */
function numbersOf(dimensions: number): fc.Arbitrary<Int16Array> {
  const value = fc.oneof(
    fc.constantFrom(-32768, 32767, 0, 7, 8),
    fc.integer({ min: -99, max: 99 }),
  );
  return fc.array(value, { minLength: dimensions, maxLength: dimensions })
    .map((values) => Int16Array.from(values));
}

for (const dimensions of [1, 5, 16, 32, 33, 70]) {
  Deno.test(`searchFlat() finds what comparing with every vector of ${dimensions} finds`, () => {
    fc.assert(
      fc.property(
        fc.array(numbersOf(dimensions), { minLength: 1, maxLength: 90, size: "max" }),
        fc.oneof(fc.nat(dimensions * 5000), fc.nat(2 ** 31 - 1)),
        fc.integer({ min: -1, max: 90 }),
        (vectors, limit, above) => {
          const index = createRangeIndex(dimensions);
          const slots = vectors.map((vector) => insertVector(index, vector));
          const asked = vectors[0]!;
          found(index, asked, limit, above);
          // Removed, taken again, and more, after the scan was filled.
          removeVector(index, slots[slots.length - 1]!);
          const stored = new Map(vectors.slice(0, -1).map((vector, at) => [slots[at]!, vector]));
          for (const vector of vectors) stored.set(insertVector(index, vector), vector);
          const near = [...stored].filter(([slot, vector]) =>
            slot > above && naiveDistance(vector, asked) <= limit
          );
          assertEquals(
            found(index, asked, limit, above),
            near.map(([slot]) => slot).sort((left, right) => left - right),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
}

Deno.test("coarseLimit() lets no pair of keys through that is too near", () => {
  fc.assert(
    fc.property(numbersOf(32), numbersOf(32), (left, right) => {
      const coarse = [left, right].map((key) => key.map((value) => value >> 3)) as [
        Int16Array,
        Int16Array,
      ];
      assert(naiveDistance(...coarse) <= coarseLimit(naiveDistance(left, right)));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("within() changes to a scan where the tree leaves little out, and finds the same", () => {
  const index = createRangeIndex(48);
  let state = 1;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) | 0) >> 22;
  const vectors = Array.from(
    { length: 3000 },
    () => Int16Array.from({ length: 48 }, () => next()),
  );
  for (const vector of vectors) insertVector(index, vector);
  const narrow = within(index, vectors[5]!, 10);
  assert(!isScanned(index));
  assertEquals(narrow, [{ slot: 5, distance: 0 }]);
  const limit = 6_500_000;
  const byTree = within(index, vectors[7]!, limit);
  assert(!isScanned(index));
  assertEquals(within(index, vectors[7]!, limit), byTree);
  assert(isScanned(index));
  assertEquals(
    byTree.map(({ slot }) => slot).sort((left, right) => left - right),
    vectors.flatMap((vector, slot) => naiveDistance(vector, vectors[7]!) <= limit ? [slot] : []),
  );
  assert(byTree.length > 1);
  // When searches have become narrow the tree is tried again, and stays.
  for (let i = 0; i < 200; i++) within(index, vectors[i]!, 10);
  assertEquals(index.scansLeft, 0);
});
