import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { plainJsonCopy, plainJsonProblem } from "./plain_json.ts";

Deno.test("plainJsonProblem() accepts what JSON brings back", () => {
  for (const value of [null, "", 0, -1.5, true, [], {}, [{ a: [null, { b: "c" }] }]]) {
    assertEquals(plainJsonProblem(value), null);
    assertEquals(JSON.parse(JSON.stringify(value)), value);
  }
});

Deno.test("plainJsonProblem() names the path of what JSON would lose", () => {
  const problems: readonly [unknown, string][] = [
    [undefined, "$ is undefined"],
    [{ a: undefined }, "$.a is undefined"],
    [[1, Infinity], "$[1] is Infinity"],
    [{ a: [-0] }, "$.a[0] is -0"],
    [{ a: { b: 1n } }, "$.a.b is bigint"],
    [[() => 1], "$[0] is function"],
    [{ a: new Set() }, "$.a is a Set"],
    [new Int16Array(2), "$ is a Int16Array"],
    [[, 1], "$[0] is undefined"],
  ];
  for (const [value, problem] of problems) assertEquals(plainJsonProblem(value), problem);
});

Deno.test("plainJsonCopy() gives what JSON brings back, and shares nothing", () => {
  const names = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString"));
  const data = fc.letrec((tie) => ({
    leaf: fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    node: fc.oneof(
      { depthSize: "small" },
      tie("leaf"),
      fc.array(tie("node"), { maxLength: 4 }),
      fc.dictionary(names, tie("node"), { maxKeys: 4 }),
    ),
  })).node;
  fc.assert(fc.property(data, (value) => {
    if (plainJsonProblem(value) !== null) return;
    assertEquals(JSON.stringify(plainJsonCopy(value)), JSON.stringify(value));
  }));
  const inner = { list: [{}] };
  const copy = plainJsonCopy({ inner });
  assert(copy.inner !== inner);
  assert(copy.inner.list[0] !== inner.list[0]);
});
