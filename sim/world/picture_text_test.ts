import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { scripted, scriptedWorld } from "./_scripted_world.ts";
import { pictureText, Unordered } from "./picture_text.ts";

Deno.test("pictureText() tells values apart that something could tell apart", () => {
  const values: readonly unknown[] = [
    null,
    undefined,
    "null",
    0,
    -0,
    "0",
    [0],
    [[0]],
    ["a,b"],
    ["a", "b"],
    ["b", "a"],
    new Set(["a", "b"]),
    new Set([["a", "b"]]),
    new Map([["a", "b"]]),
    { a: "b" },
    { a: undefined },
    { "b": 0, "a": 1 },
    { 'b":0,"a': 1 },
    { "b:0,a": 1 },
    new Int16Array([1, 2]),
    new Uint8Array([1, 2]),
    new Unordered(["a", "b"]),
    new Unordered([["a", "b"]]),
    // Nothing, of each kind.
    "",
    [],
    {},
    new Map(),
    new Set(),
    new Int16Array(),
    new Unordered([]),
  ];
  assertEquals(new Set(values.map((value) => pictureText(value))).size, values.length);
  assertEquals(pictureText(Object.create(null)), pictureText({}));
  assertEquals(pictureText(new Array(1)), pictureText([undefined]));
});

Deno.test("pictureText() does not tell apart what nobody notices the order of", () => {
  const [one, other] = [["b", ["a"]], [["a"], "b"]].map((items) => new Unordered(items));
  assertEquals(pictureText(one), pictureText(other));
  const [first, last] = [["a", "b"], ["b", "a"]].map((keys) =>
    new Map(keys.map((key) => [key, 1]))
  );
  assertNotEquals(pictureText(first), pictureText(last));
});

Deno.test("pictureText() puts new names in before it sorts what is unordered", () => {
  const textOf = (items: readonly unknown[], names: Readonly<Record<string, string>>): string =>
    pictureText(new Unordered(items), (text) => names[text] ?? text);
  const xFirst = textOf([["a/1/1", "x"], ["a/1/2", "y"]], { "a/1/1": "~of x", "a/1/2": "~of y" });
  const yFirst = textOf([["a/1/1", "y"], ["a/1/2", "x"]], { "a/1/1": "~of y", "a/1/2": "~of x" });
  assertEquals(xFirst, yFirst);
  assertEquals(pictureText({ old: "old" }, () => "new"), pictureText({ new: "new" }));
});

Deno.test("pictureText() refuses what it cannot look into, however much of it shows", () => {
  class Closed {
    readonly #secret = 1;
    get secret(): number {
      return this.#secret;
    }
  }
  class HalfOpen extends Closed {
    readonly shown = 2;
  }
  class Labelled extends Map<string, number> {
    readonly label = "not among the entries";
  }
  function* numbers(): Generator<number> {
    yield 1;
  }
  const refused: [unknown, string][] = [
    [new Closed(), "Closed"],
    [new HalfOpen(), "HalfOpen"],
    [new Labelled(), "Labelled"],
    [/a/, "RegExp"],
    [new DataView(new ArrayBuffer(1)), "DataView"],
    [numbers(), "Cannot look into"],
    [{ [Symbol("hidden")]: 1 }, "symbols"],
    [{ call: () => 1 }, "function"],
    [1n, "bigint"],
  ];
  for (const [value, text] of refused) {
    assertThrows(() => pictureText([value]), Error, text);
    assertThrows(() => pictureText(new Map([["key", value]])), Error, text);
  }
});

Deno.test("World.picture() is the same for the same past, and shows what waits", () => {
  const worldAt = (untilMs: number) => {
    const world = scriptedWorld({
      operations: [{
        kind: "send",
        id: "x",
        atMs: 100,
        from: "client" as never,
        to: "a" as never,
        body: "x",
      }],
    });
    world.addActor(scripted({}), { id: "a" as never, process: "p" });
    world.run({ untilMs });
    return pictureText(world.picture());
  };
  assertEquals(worldAt(110), worldAt(110));
  assertNotEquals(worldAt(90), worldAt(110));
  assert(worldAt(110).includes(`"item","a","remote"`), worldAt(110));
});
