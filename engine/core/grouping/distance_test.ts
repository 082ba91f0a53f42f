import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InvariantError } from "../protocol/invariant.ts";
import {
  flatWithinDistance,
  squaredDistance,
  thresholdOfCosine,
  withinDistance,
} from "./distance.ts";
import { naiveDistance } from "./naive_scenes.ts";

const INT16 = fc.integer({ min: -32768, max: 32767 });
const PAIR = fc.integer({ min: 1, max: 12 }).chain((quads) =>
  fc.tuple(
    fc.int16Array({ minLength: quads * 4, maxLength: quads * 4 }),
    fc.int16Array({ minLength: quads * 4, maxLength: quads * 4 }),
  )
);

Deno.test({
  name: "squaredDistance() is the exact sum of squares, in either direction",
  permissions: "none",
  fn: () =>
    fc.assert(fc.property(PAIR, ([left, right]) => {
      const expected = naiveDistance(left, right);
      assertEquals(squaredDistance(left, right), expected);
      assertEquals(squaredDistance(right, left), expected);
    })),
});

Deno.test({
  name: "withinDistance() and flatWithinDistance() agree at, above and below the limit",
  permissions: "none",
  fn: () =>
    fc.assert(fc.property(PAIR, fc.nat(16), ([left, right], offset) => {
      const distance = naiveDistance(left, right);
      const flat = new Int16Array(offset + left.length + right.length);
      flat.set(left, offset);
      flat.set(right, offset + left.length);
      for (const limit of [distance - 1, distance, distance + 1]) {
        const expected = distance <= limit ? distance : -1;
        assertEquals(withinDistance(left, right, limit), expected);
        const start = offset + left.length;
        assertEquals(
          flatWithinDistance(flat, offset, flat, start, left.length, limit),
          expected,
        );
      }
    })),
});

Deno.test({
  name: "squaredDistance() is exact for the farthest vectors there are",
  permissions: "none",
  fn: () => {
    const low = new Int16Array(4096).fill(-32768);
    const high = new Int16Array(4096).fill(32767);
    assertEquals(BigInt(squaredDistance(low, high)), 65535n * 65535n * 4096n);
  },
});

Deno.test({
  name: "squaredDistance() refuses vectors of different lengths",
  permissions: "none",
  fn: () => {
    const short = Int16Array.of(1);
    assertThrows(
      () => squaredDistance(short, Int16Array.of(1, 2)),
      InvariantError,
      "lengths must be equal",
    );
  },
});

Deno.test({
  name: "thresholdOfCosine() counts a pair at its very distance",
  permissions: "none",
  fn: () => {
    assertEquals(thresholdOfCosine(0), 0);
    assertEquals(thresholdOfCosine(0.001), 2_147_352);
    assertEquals(thresholdOfCosine(1), 2_147_352_578);
    assertThrows(() => thresholdOfCosine(1.5), InvariantError);
    assertThrows(() => thresholdOfCosine(NaN), InvariantError);
    // Two quantised unit vectors at a right angle are exactly at cosine distance 1.
    const right = squaredDistance(Int16Array.of(32767, 0), Int16Array.of(0, 32767));
    assertEquals(right, thresholdOfCosine(1));
  },
});

Deno.test({
  name: "squaredDistance() of unit vectors is below 2^33",
  permissions: "none",
  fn: () =>
    fc.assert(fc.property(fc.array(INT16, { minLength: 1, maxLength: 64 }), (values) => {
      const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
      if (length === 0) return;
      const unit = Int16Array.from(values, (value) => Math.round((value / length) * 32767));
      const opposite = unit.map((value) => -value);
      assertEquals(squaredDistance(unit, opposite) < 2 ** 33, true);
    })),
});
