import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { scripted, scriptedWorld } from "./_scripted_world.ts";
import { pictureText, Unordered } from "./picture_text.ts";

Deno.test("pictureText() tells values apart that something could tell apart", () => {
  const values: readonly unknown[] = [
    null,
    undefined,
    "null",
    0,
    "0",
    [0],
    [[0]],
    ["a,b"],
    ["a", "b"],
    ["b", "a"],
    new Set(["a", "b"]),
    new Map([["a", "b"]]),
    { a: "b" },
    { a: undefined },
    {},
    [],
    new Int16Array([1, 2]),
    new Unordered(["a", "b"]),
  ];
  assertEquals(new Set(values.map((value) => pictureText(value))).size, values.length);
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

Deno.test("pictureText() refuses what it cannot look into", () => {
  class Closed {
    readonly #secret = 1;
    get secret(): number {
      return this.#secret;
    }
  }
  assertThrows(() => pictureText([new Closed()]), Error, "Closed");
  assertThrows(() => pictureText({ call: () => 1 }), Error, "function");
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
