import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InvariantError } from "../protocol/invariant.ts";
import { naiveDistance } from "./naive_scenes.ts";
import {
  createRangeIndex,
  insertVector,
  type Neighbour,
  readVector,
  removeVector,
  within,
} from "./range_index.ts";
import type { RangeIndex } from "./range_tree.ts";

type Stored = Map<number, Int16Array>;

/** What {@linkcode within} must answer, by looking at every vector. */
function bruteForce(stored: Stored, vector: Int16Array, limit: number): Neighbour[] {
  const neighbours: Neighbour[] = [];
  for (const [slot, other] of stored) {
    const distance = naiveDistance(vector, other);
    if (distance <= limit) neighbours.push({ slot, distance });
  }
  return neighbours.sort((left, right) => left.distance - right.distance || left.slot - right.slot);
}

type Step =
  | { readonly kind: "insert"; readonly vector: Int16Array }
  | { readonly kind: "remove"; readonly choice: number }
  | { readonly kind: "search"; readonly vector: Int16Array; readonly limit: number };

/** Vectors of few values, so that ties and equal vectors abound, and now and then extreme ones. */
function vectorsOf(dimensions: number): fc.Arbitrary<Int16Array> {
  const small = fc.array(fc.integer({ min: -2, max: 2 }), {
    minLength: dimensions,
    maxLength: dimensions,
  });
  const extreme = fc.array(fc.constantFrom(-32768, -1, 0, 32767), {
    minLength: dimensions,
    maxLength: dimensions,
  });
  return fc.oneof({ arbitrary: small, weight: 6 }, { arbitrary: extreme, weight: 1 })
    .map((values) => Int16Array.from(values));
}

function stepsOf(dimensions: number): fc.Arbitrary<Step[]> {
  const vector = vectorsOf(dimensions);
  const limit = fc.oneof(fc.nat(dimensions * 4), fc.nat(2 ** 31), fc.constant(0));
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: vector.map((vector): Step => ({ kind: "insert", vector })) },
      { weight: 2, arbitrary: fc.nat().map((choice): Step => ({ kind: "remove", choice })) },
      {
        weight: 1,
        arbitrary: fc.record({ vector, limit }).map((asked): Step => ({
          kind: "search",
          ...asked,
        })),
      },
    ),
    { maxLength: 400, size: "max" },
  );
}

function runSteps(index: RangeIndex, steps: readonly Step[]): void {
  const stored: Stored = new Map();
  for (const step of steps) {
    switch (step.kind) {
      case "insert":
        stored.set(insertVector(index, step.vector), step.vector);
        break;
      case "remove": {
        if (stored.size === 0) break;
        const slot = [...stored.keys()][step.choice % stored.size]!;
        assertEquals(readVector(index, slot), stored.get(slot));
        removeVector(index, slot);
        stored.delete(slot);
        break;
      }
      case "search":
        assertEquals(
          within(index, step.vector, step.limit),
          bruteForce(stored, step.vector, step.limit),
        );
        break;
    }
    assertEquals(index.count, stored.size);
  }
  for (const vector of [...stored.values()].slice(0, 5)) {
    assertEquals(within(index, vector, 9), bruteForce(stored, vector, 9));
  }
}

for (const dimensions of [1, 3, 8, 32, 33, 70]) {
  Deno.test({
    name: `within() finds what looking at everything finds, with ${dimensions} axes`,
    permissions: "none",
    fn: () =>
      fc.assert(
        fc.property(stepsOf(dimensions), (steps) => runSteps(createRangeIndex(dimensions), steps)),
        { numRuns: 25 },
      ),
  });
}

/** A repeatable number below `limit` for a test that needs many. */
function spread(i: number, limit: number): number {
  const mixed = Math.imul(i ^ (i >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 12)) >>> 0) % limit;
}

function spreadVector(i: number, dimensions: number): Int16Array {
  return Int16Array.from(
    { length: dimensions },
    (_, axis) => spread(i * 131 + axis, axis < 40 ? 4000 : 400) - 1000,
  );
}

for (const dimensions of [6, 64]) {
  Deno.test({
    name:
      `within() stays exact as keys are chosen anew and vectors come and go, ${dimensions} axes`,
    permissions: "none",
    fn: () => {
      const index = createRangeIndex(dimensions);
      const stored: Stored = new Map();
      for (let i = 0; i < 5000; i++) {
        const vector = spreadVector(i, dimensions);
        stored.set(insertVector(index, vector), vector);
        if (i % 3 === 2) {
          const slot = [...stored.keys()][0]!;
          removeVector(index, slot);
          stored.delete(slot);
        }
        if (i % 500 !== 0) continue;
        const sorted = bruteForce(stored, vector, Number.MAX_SAFE_INTEGER);
        const limit = sorted[Math.min(20, sorted.length - 1)]!.distance;
        assertEquals(within(index, vector, limit), bruteForce(stored, vector, limit));
        assertEquals(within(index, vector, limit - 1), bruteForce(stored, vector, limit - 1));
      }
      for (const slot of [...stored.keys()].slice(5)) {
        removeVector(index, slot);
        stored.delete(slot);
      }
      const any = spreadVector(0, dimensions);
      const everything = Number.MAX_SAFE_INTEGER;
      assertEquals(within(index, any, everything), bruteForce(stored, any, everything));
    },
  });
}

Deno.test({
  name: "within() has no limit on neighbours: 5,000 equal vectors are all found",
  permissions: "none",
  fn: () => {
    const index = createRangeIndex(4);
    const vector = Int16Array.of(1, 2, 3, 4);
    for (let i = 0; i < 5000; i++) insertVector(index, vector);
    assertEquals(within(index, vector, 0).length, 5000);
    assertEquals(within(index, Int16Array.of(1, 2, 3, 5), 0).length, 0);
  },
});

Deno.test({
  name: "insertVector() keeps the tree shallow when vectors come in order",
  permissions: "none",
  fn: () => {
    const index = createRangeIndex(2);
    for (let i = 0; i < 30_000; i++) insertVector(index, Int16Array.of(i, 0));
    let deepest = 0;
    for (let slot = 0; slot < index.slotCount; slot++) {
      let depth = 0;
      for (let node = index.leafOfSlot[slot]!; node > 0; node = index.nodeParents[node]!) depth++;
      deepest = Math.max(deepest, depth);
    }
    assert(deepest < 600, `depth ${deepest}`);
    assertEquals(within(index, Int16Array.of(15_000, 0), 4).length, 5);
  },
});

Deno.test({
  name: "the range index refuses wrong lengths and free slots",
  permissions: "none",
  fn: () => {
    const index = createRangeIndex(3);
    assertThrows(() => insertVector(index, Int16Array.of(1)), InvariantError, "length must be 3");
    assertThrows(() => within(index, Int16Array.of(1), 1), InvariantError, "length must be 3");
    const slot = insertVector(index, Int16Array.of(1, 2, 3));
    removeVector(index, slot);
    assertThrows(() => removeVector(index, slot), InvariantError, "must hold a vector");
    assertThrows(() => readVector(index, 7), InvariantError, "must hold a vector");
    assertThrows(() => createRangeIndex(0), InvariantError, "positive integer");
  },
});
