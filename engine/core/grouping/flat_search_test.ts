import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { searchFlat, startScanning } from "./flat_search.ts";
import { naiveDistance } from "./naive_scenes.ts";
import {
  createRangeIndex,
  insertVector,
  lookAhead,
  removeVector,
  searchLookedFor,
  within,
} from "./range_index.ts";
import { createNeighbourList } from "./range_search.ts";
import type { RangeIndex } from "./range_tree.ts";
import { keyLimitOf } from "./search_keys.ts";

function found(index: RangeIndex, vector: Int16Array, limit: number, above: number): number[] {
  index.scratch.vector.fill(0).set(vector);
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
  const length = { minLength: dimensions, maxLength: dimensions };
  // All just below or above where a number is rounded, so that rounding counts most.
  const edge = fc.array(fc.constantFrom(7, 8), length);
  return fc.oneof({ weight: 3, arbitrary: fc.array(value, length) }, { weight: 1, arbitrary: edge })
    .map((values) => Int16Array.from(values));
}

for (const dimensions of [1, 5, 16, 32, 33, 70, 200]) {
  Deno.test(`searchFlat() finds what comparing with every vector of ${dimensions} finds`, () => {
    fc.assert(
      fc.property(
        fc.array(numbersOf(dimensions), { minLength: 1, maxLength: 90, size: "max" }),
        fc.oneof(fc.nat(dimensions * 5000), fc.nat(2 ** 31 - 1), fc.constant(null)),
        fc.integer({ min: -1, max: 90 }),
        (vectors, chosen, above) => {
          const index = createRangeIndex(dimensions);
          const slots = vectors.map((vector) => insertVector(index, vector));
          const asked = vectors[0]!;
          // Just as far as one of them: nothing to spare.
          const other = vectors[(above + 1) % vectors.length]!;
          const limit = chosen ?? naiveDistance(asked, other);
          startScanning(index);
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
  assert(!index.isScanned);
  assertEquals(narrow, [{ slot: 5, distance: 0 }]);
  const limit = 6_500_000;
  const byTree = within(index, vectors[7]!, limit);
  assert(index.isScanned);
  assertEquals(within(index, vectors[7]!, limit), byTree);
  assertEquals(
    byTree.map(({ slot }) => slot).sort((left, right) => left - right),
    vectors.flatMap((vector, slot) => naiveDistance(vector, vectors[7]!) <= limit ? [slot] : []),
  );
  assert(byTree.length > 1);
  // When searches have become narrow the tree is tried again, and stays.
  for (const vector of vectors) within(index, vector, 10);
  assert(!index.isScanned);
  assertEquals(within(index, vectors[9]!, 10), [{ slot: 9, distance: 0 }]);
});

Deno.test("searchFlat() is exact while the scan grows and chooses keys anew", () => {
  const dimensions = 100;
  let state = 7;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) | 0) >> 20;
  const vectorNear = (centre: Int16Array): Int16Array =>
    centre.map((value, axis) => value + (next() >> (3 + (axis >> 4))));
  const centres = Array.from(
    { length: 30 },
    () => Int16Array.from({ length: dimensions }, () => next()),
  );
  const index = createRangeIndex(dimensions);
  const vectors: Int16Array[] = [];
  for (let at = 0; at < 3000; at++) {
    vectors.push(vectorNear(centres[at % centres.length]!));
    insertVector(index, vectors[at]!);
    if (at === 300) startScanning(index);
    if (at % 137 !== 0) continue;
    // From the nearest to all of a cluster and more.
    const ranked = vectors.map((vector, slot) => ({
      slot,
      distance: naiveDistance(vector, vectors[at]!),
    })).sort((left, right) => left.distance - right.distance);
    for (const place of [1, 20, 120, 700]) {
      const limit = ranked[Math.min(place, at)]!.distance;
      const near = ranked.filter(({ distance }) => distance <= limit).map(({ slot }) => slot);
      assertEquals(found(index, vectors[at]!, limit, -1), near.sort((left, right) => left - right));
    }
  }
});

Deno.test("searchLookedFor() finds what searchVector() finds, whatever has changed since", () => {
  fc.assert(
    fc.property(
      fc.array(numbersOf(40), { minLength: 30, maxLength: 90, size: "max" }),
      fc.oneof(fc.nat(200_000), fc.nat(2 ** 31 - 1)),
      fc.array(fc.nat(), { maxLength: 8 }),
      fc.boolean(),
      (vectors, limit, removed, isScanned) => {
        const index = createRangeIndex(40);
        const first = vectors.slice(0, 20);
        const stored = new Map(first.map((vector) => [insertVector(index, vector), vector]));
        if (isScanned) startScanning(index);
        const asked = vectors.slice(20);
        const ahead = lookAhead(index, asked, limit);
        assertEquals(ahead !== null, isScanned);
        const list = createNeighbourList();
        for (const [at, vector] of asked.entries()) {
          searchLookedFor(index, { vector, limit, at }, ahead, list);
          const near = [...stored].filter(([, other]) => naiveDistance(vector, other) <= limit);
          assertEquals(
            [...list.slots.subarray(0, list.count)].sort((left, right) => left - right),
            near.map(([slot]) => slot).sort((left, right) => left - right),
          );
          const choice = removed[at];
          const slot = choice === undefined ? undefined : [...stored.keys()][choice % stored.size];
          if (slot !== undefined) {
            removeVector(index, slot);
            stored.delete(slot);
          }
          if (at % 3 !== 0) stored.set(insertVector(index, vector), vector);
        }
      },
    ),
    { numRuns: 60 },
  );
});
