import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
  unreachable,
} from "./assert.ts";

/** The message of the assertion error that the function throws; this file trusts nothing else. */
function failure(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    if (error instanceof AssertionError) return error.message;
    throw error;
  }
  throw new Error("the assertion held but should have failed");
}

function sameText(actual: string, expected: string): void {
  if (actual !== expected) throw new Error(`got ${actual}\nexpected ${expected}`);
}

Deno.test("assert() and assertFalse() judge by truth", () => {
  assert(1);
  assertFalse(0);
  sameText(failure(() => assert("", "why")), "why");
  sameText(failure(() => assertFalse("a", "why")), "why");
});

Deno.test("assertEquals() shows both values line by line", () => {
  assertEquals({ a: [1, 2] }, { a: [1, 2] });
  const message = failure(() => assertEquals({ a: 1, b: 2 }, { a: 1, b: 3 }, "why"));
  sameText(
    message,
    "Values are not equal: why\n\n\n    [Diff] Actual / Expected\n\n\n" +
      "    {\n      a: 1,\n-     b: 2,\n+     b: 3,\n    }\n",
  );
});

Deno.test("assertNotEquals() fails on equal values", () => {
  assertNotEquals([1], [2]);
  sameText(
    failure(() => assertNotEquals(1, 1, "why")),
    "Expected actual: 1 not to be: 1: why",
  );
});

Deno.test("assertStrictEquals() compares by identity", () => {
  const value: unknown = NaN;
  assertStrictEquals(value, NaN);
  const list = [1];
  assertStrictEquals(list, list);
  failure(() => assertStrictEquals([1], [1]));
  failure(() => assertStrictEquals(0, -0));
});

Deno.test("assertExists() refuses null and undefined only", () => {
  for (const value of [0, "", false, NaN]) assertExists(value);
  failure(() => assertExists(null));
  sameText(
    failure(() => assertExists(undefined)),
    'Expected actual: "undefined" to not be null or undefined',
  );
});

Deno.test("assertMatch() and assertStringIncludes() look into texts", () => {
  assertMatch("abc", /b/);
  assertStringIncludes("abc", "bc");
  sameText(failure(() => assertMatch("abc", /x/)), 'Expected actual: "abc" to match: "/x/"');
  sameText(
    failure(() => assertStringIncludes("abc", "x")),
    'Expected actual: "abc" to contain: "x"',
  );
});

Deno.test("assertInstanceOf() narrows to the class", () => {
  const value: unknown = new TypeError("a");
  assertInstanceOf(value, TypeError);
  sameText(value.message, "a");
  failure(() => assertInstanceOf(new RangeError("a"), TypeError));
});

Deno.test("assertAlmostEquals() allows the tolerance, or a ten-millionth", () => {
  assertAlmostEquals(0.1 + 0.2, 0.3);
  assertAlmostEquals(1, 1.4, 0.5);
  assertAlmostEquals(Infinity, Infinity);
  failure(() => assertAlmostEquals(1, 1.6, 0.5));
  failure(() => assertAlmostEquals(1, 1.000001));
  failure(() => assertAlmostEquals(NaN, 1));
});

Deno.test("the order assertions hold their bounds", () => {
  assertGreater(2, 1);
  assertGreaterOrEqual(1, 1);
  assertLess("a", "b");
  assertLessOrEqual(1n, 1n);
  sameText(failure(() => assertGreater(1, 1)), "Expect 1 > 1");
  sameText(failure(() => assertGreaterOrEqual(0, 1)), "Expect 0 >= 1");
  sameText(failure(() => assertLess(1, 1)), "Expect 1 < 1");
  sameText(failure(() => assertLessOrEqual(2, 1, "why")), "Expect 2 <= 1: why");
  failure(() => assertGreater(NaN, 1));
});

Deno.test("assertThrows() gives back the error and checks class and message", () => {
  const thrower = (): never => {
    throw new TypeError("the shape is wrong");
  };
  const error: TypeError = assertThrows(thrower, TypeError, "shape");
  sameText(error.message, "the shape is wrong");
  assertThrows(thrower);
  assertThrows(thrower, "a note");
  failure(() => assertThrows(thrower, RangeError));
  failure(() => assertThrows(thrower, TypeError, "size"));
  sameText(
    failure(() => assertThrows(() => 1, TypeError, "", "why")),
    "Expected function to throw: why",
  );
  const throwText = (): never => {
    // deno-lint-ignore no-throw-literal -- a value that is not an error is the case under test
    throw "text";
  };
  sameText(String(assertThrows(throwText)), "text");
  failure(() => assertThrows(throwText, Error));
});

Deno.test("assertRejects() gives back the reason and checks class and message", async () => {
  const rejecter = (): Promise<never> => Promise.reject(new TypeError("the shape is wrong"));
  const error: TypeError = await assertRejects(rejecter, TypeError, "shape");
  sameText(error.message, "the shape is wrong");
  await assertRejects(rejecter);
  const failing: readonly (() => Promise<unknown>)[] = [
    () => assertRejects(rejecter, RangeError),
    () => assertRejects(rejecter, TypeError, "size"),
    () => assertRejects(() => Promise.resolve(1)),
    () =>
      assertRejects(() => {
        throw new Error("at once");
      }),
  ];
  await Promise.all(failing.map((check) => assertRejects(check, AssertionError)));
});

Deno.test("fail() and unreachable() always fail", () => {
  sameText(failure(() => fail()), "Failed assertion.");
  sameText(failure(() => fail("why")), "Failed assertion: why");
  sameText(failure(() => unreachable()), "Unreachable.");
  sameText(failure(() => unreachable("why")), "Unreachable: why");
});

Deno.test("AssertionError keeps its cause", () => {
  const cause = new Error("a");
  const error = new AssertionError("b", { cause });
  sameText(error.name, "AssertionError");
  assertStrictEquals(error.cause, cause);
});
