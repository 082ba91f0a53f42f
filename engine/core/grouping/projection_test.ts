import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { naiveDistance } from "./naive_scenes.ts";
import { chooseProjection, projectedLimit, projectVector } from "./projection.ts";

const KEY_AXES = 32;
const ROUNDS = 4;

function keyOf(projection: ReturnType<typeof chooseProjection>, vector: Int16Array): Int16Array {
  const keys = new Int16Array(KEY_AXES);
  projectVector(projection, { vectors: vector, start: 0 }, { keys, start: 0 });
  return keys;
}

/** Vectors of 40 axes: any, or with most axes alike, so that keys have little to tell. */
const VECTOR = fc.oneof(
  fc.int16Array({ minLength: 40, maxLength: 40 }),
  fc.array(fc.constantFrom(-32768, 0, 1, 32767), { minLength: 40, maxLength: 40 })
    .map((values) => Int16Array.from(values)),
);

Deno.test({
  name: "projectedLimit() bounds the distance of the keys of any two vectors",
  permissions: "none",
  fn: () =>
    fc.assert(
      fc.property(fc.array(VECTOR, { minLength: 1, maxLength: 40 }), VECTOR, (sample, other) => {
        const vectors = new Float64Array(sample.length * 40);
        for (const [i, vector] of sample.entries()) vectors.set(vector, i * 40);
        const projection = chooseProjection(
          { vectors, count: sample.length, dimensions: 40 },
          KEY_AXES,
          ROUNDS,
        );
        const otherKey = keyOf(projection, other);
        for (const vector of sample) {
          const distance = naiveDistance(vector, other);
          const keyDistance = naiveDistance(keyOf(projection, vector), otherKey);
          assert(keyDistance <= projectedLimit(distance, KEY_AXES));
        }
      }),
    ),
});

Deno.test({
  name:
    "projectedLimit() bounds the keys of vectors next to each other, where rounding counts most",
  permissions: "none",
  fn: () => {
    const nudge = fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 40, maxLength: 40 });
    let apart = 0;
    fc.assert(
      fc.property(fc.array(VECTOR, { minLength: 40, maxLength: 60 }), nudge, (sample, nudges) => {
        const vectors = new Float64Array(sample.length * 40);
        for (const [i, vector] of sample.entries()) vectors.set(vector, i * 40);
        const projection = chooseProjection(
          { vectors, count: sample.length, dimensions: 40 },
          KEY_AXES,
          ROUNDS,
        );
        for (const vector of sample) {
          const near = vector.map((value, axis) =>
            Math.max(-32768, Math.min(32767, value + nudges[axis]!))
          );
          const distance = naiveDistance(vector, near);
          const keys = [keyOf(projection, vector), keyOf(projection, near)] as const;
          const keyDistance = naiveDistance(...keys);
          assert(keyDistance <= projectedLimit(distance, KEY_AXES));
          if (keyDistance > distance) apart++;
        }
      }),
      { numRuns: 30 },
    );
    assert(apart > 0, "rounding must have moved some keys farther apart than their vectors");
  },
});

Deno.test({
  name: "chooseProjection() finds the axes that vary",
  permissions: "none",
  fn: () => {
    // Two axes of sixty vary, neither of them among the first 32.
    const vectors = new Float64Array(100 * 60);
    for (let i = 0; i < 100; i++) {
      vectors[i * 60 + 40] = (i * 37) % 1000;
      vectors[i * 60 + 55] = (i * 91) % 700;
    }
    const copy = vectors.slice();
    const projection = chooseProjection({ vectors, count: 100, dimensions: 60 }, KEY_AXES, ROUNDS);
    const all = Array.from(
      { length: 100 },
      (_, i) => Int16Array.from(copy.subarray(i * 60, i * 60 + 60)),
    );
    for (const vector of all.slice(1)) {
      const distance = naiveDistance(vector, all[0]!);
      const keyDistance = naiveDistance(keyOf(projection, vector), keyOf(projection, all[0]!));
      assert(keyDistance >= distance * 0.9 - 1000, `${keyDistance} of ${distance}`);
    }
  },
});

Deno.test({
  name: "chooseProjection() copes with vectors that are all the same",
  permissions: "none",
  fn: () => {
    const vectors = new Float64Array(50 * 40).fill(7);
    const projection = chooseProjection({ vectors, count: 50, dimensions: 40 }, KEY_AXES, ROUNDS);
    assertEquals([...keyOf(projection, new Int16Array(40).fill(9))], Array(KEY_AXES).fill(0));
  },
});
