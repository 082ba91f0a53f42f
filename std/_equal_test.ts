import { assert, assertFalse, assertThrows } from "./assert.ts";
import { equal } from "./_equal.ts";

class Point {
  constructor(x: number) {
    this.x = x;
  }
  readonly x: number;
}

class OtherPoint {
  readonly x = 1;
}

const CYCLE: { self?: unknown } = {};
CYCLE.self = CYCLE;
const OTHER_CYCLE: { self?: unknown } = {};
OTHER_CYCLE.self = OTHER_CYCLE;
const SYMBOL = Symbol("a");
const ERROR = new Error("a");

const EQUAL: readonly (readonly [name: string, a: unknown, b: unknown])[] = [
  ["numbers", 1, 1],
  ["zero and minus zero", 0, -0],
  ["not-a-number", NaN, NaN],
  ["nested plain data", { a: [1, { b: "c" }] }, { a: [1, { b: "c" }] }],
  ["keys in another order", { a: 1, b: 2 }, { b: 2, a: 1 }],
  ["a null prototype and a plain object", { __proto__: null, a: 1 }, { a: 1 }],
  ["symbol keys", { [SYMBOL]: 1 }, { [SYMBOL]: 1 }],
  ["dates", new Date(5), new Date(5)],
  ["invalid dates", new Date(NaN), new Date(NaN)],
  ["patterns", /a/g, /a/g],
  ["addresses", new URL("http://a/"), new URL("http://a/")],
  ["sets in another order", new Set([1, 2]), new Set([2, 1])],
  ["sets of objects", new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }])],
  ["maps", new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]])],
  ["maps with object keys", new Map([[{ a: 1 }, 1]]), new Map([[{ a: 1 }, 1]])],
  ["bytes", Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
  ["floats with zeros", Float32Array.of(0, NaN), Float32Array.of(-0, NaN)],
  ["big integers in arrays", BigInt64Array.of(1n), BigInt64Array.of(1n)],
  ["buffers", Uint8Array.of(1).buffer, Uint8Array.of(1).buffer],
  ["instances of one class", new Point(1), new Point(1)],
  ["cycles", CYCLE, OTHER_CYCLE],
  ["one and the same error", ERROR, ERROR],
  ["holes", [, 1], [, 1]],
];

const DIFFERENT: readonly (readonly [name: string, a: unknown, b: unknown])[] = [
  ["types", 1, "1"],
  ["null and undefined", null, undefined],
  ["a missing and an undefined key", {}, { a: undefined }],
  ["nested values", { a: [1, { b: "c" }] }, { a: [1, { b: "d" }] }],
  ["lengths", [1], [1, 2]],
  ["a hole and undefined", [, 1], [undefined, 1]],
  ["an array and an object", [1], { 0: 1 }],
  ["classes of one shape", new Point(1), new OtherPoint()],
  ["dates", new Date(5), new Date(6)],
  ["patterns", /a/g, /a/i],
  ["sets", new Set([1, 2]), new Set([1, 3])],
  ["sets with one match for two", new Set([{ a: 1 }, { a: 1 }]), new Set([{ a: 1 }, { a: 2 }])],
  ["map values", new Map([["a", 1]]), new Map([["a", 2]])],
  ["map keys", new Map([["a", 1]]), new Map([["b", 1]])],
  ["bytes", Uint8Array.of(1, 2), Uint8Array.of(1, 3)],
  ["array kinds", Uint8Array.of(1), Int8Array.of(1)],
  ["buffers", Uint8Array.of(1).buffer, Uint8Array.of(2).buffer],
  ["errors of one message", new Error("a"), new Error("a")],
  ["symbol keys", { [SYMBOL]: 1 }, { [SYMBOL]: 2 }],
  ["functions", () => 1, () => 1],
];

for (const [name, a, b] of EQUAL) {
  Deno.test(`equal() holds for ${name}`, () => {
    assert(equal(a, b));
    assert(equal(b, a));
  });
}

for (const [name, a, b] of DIFFERENT) {
  Deno.test(`equal() tells apart ${name}`, () => {
    assertFalse(equal(a, b));
    assertFalse(equal(b, a));
  });
}

Deno.test("equal() throws on weak collections", () => {
  assertThrows(() => equal(new WeakMap(), new WeakMap()), TypeError, "WeakMap");
});
