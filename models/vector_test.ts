import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decodeVector, encodeVector, integerDistance, quantise } from "./vector.ts";

const vectors = fc.array(
  fc.double({ min: -1e6, max: 1e6, noNaN: true, noDefaultInfinity: true }),
  { minLength: 1, maxLength: 700 },
);

Deno.test("quantise() gives a vector of length 32767 within the rounding error", () => {
  fc.assert(fc.property(vectors, (vector) => {
    fc.pre(vector.some((value) => Math.abs(value) > 1e-3));
    const quantised = quantise(vector);
    assert(quantised !== null);
    const length = Math.sqrt(quantised.reduce((sum, value) => sum + value * value, 0));
    assert(Math.abs(length - 32767) <= Math.sqrt(vector.length) / 2 + 1e-6);
    assert(quantised.every((value) => value >= -32767 && value <= 32767));
  }));
});

Deno.test("quantise() changes no value by more than half a step, and no sign", () => {
  fc.assert(fc.property(vectors, (vector) => {
    fc.pre(vector.some((value) => Math.abs(value) > 1e-3));
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    quantise(vector)!.forEach((value, index) => {
      assert(Math.abs(value - vector[index]! / length * 32767) <= 0.5 + 1e-9);
    });
  }));
});

Deno.test("quantise() reaches exactly one, and knows no vector without direction", () => {
  assertEquals([...quantise([0, -3, 0])!], [0, -32767, 0]);
  assertEquals([...quantise([3, 4])!], [19660, 26214]);
  assertEquals(quantise([0, 0]), null);
  assertEquals(quantise([]), null);
  assertEquals(quantise([1, Number.NaN]), null);
  assertEquals(quantise([1, Number.POSITIVE_INFINITY]), null);
});

Deno.test("decodeVector() reads what encodeVector() wrote", () => {
  const values = fc.array(fc.integer({ min: -32767, max: 32767 }));
  fc.assert(fc.property(values, (list) => {
    assertEquals([...decodeVector(encodeVector(Int16Array.from(list)))], list);
  }));
});

Deno.test("encodeVector() writes little-endian", () => {
  assertEquals(encodeVector(Int16Array.of(1, -2)), Uint8Array.of(1, 0, 0xfe, 0xff).toBase64());
});

Deno.test("decodeVector() refuses what is no vector", () => {
  assertThrows(() => decodeVector(Uint8Array.of(1).toBase64()), RangeError, "even number");
  assertThrows(() => decodeVector(Uint8Array.of(0, 0x80).toBase64()), RangeError, "-32768");
  assertThrows(() => decodeVector("*"), SyntaxError);
});

Deno.test("integerDistance() is floor(2 · 32767² · t), as computed with whole numbers only", () => {
  for (const [millionths, cosine] of [[1000, 0.001], [50000, 0.05], [250000, 0.25], [2e6, 2]]) {
    const exact = BigInt(2 * 32767 * 32767) * BigInt(millionths!) / 1_000_000n;
    assertEquals(integerDistance(cosine!), Number(exact));
  }
  assertEquals(integerDistance(0), 0);
  assertThrows(() => integerDistance(-0.1), RangeError, "0 to 2");
  assertThrows(() => integerDistance(2.1), RangeError, "0 to 2");
});

Deno.test("integerDistance() agrees with the distance of quantised vectors", () => {
  const a = quantise([1, 0, 0])!;
  const angle = Math.acos(1 - 0.15);
  const b = quantise([Math.cos(angle), Math.sin(angle), 0])!;
  const distance = a.reduce((sum, value, index) => sum + (value - b[index]!) ** 2, 0);
  assert(Math.abs(distance - integerDistance(0.15)) < 2 * 32767 * 2);
});
