import { assertEquals } from "@std/assert";
import { type ContentHash, identifier } from "@scenekeep/engine/core";
import { Links } from "./links.ts";

function hash(name: string): ContentHash {
  return identifier<ContentHash>(name);
}

Deno.test("pairsThrough() gives each pair that shares a third once, in order", () => {
  const links = new Links();
  for (
    const [one, other] of [["d", "b"], ["a", "d"], ["c", "b"], ["c", "d"], ["e", "a"]] as const
  ) {
    links.add(hash(one), hash(other));
  }
  // Through a: d and e. Through b: c and d. Through c: b and d. Through d: a, b and c.
  const pairs = [...links.pairsThrough()].map(([first, second]) => first + second);
  assertEquals(pairs, ["ab", "ac", "bc", "bd", "cd", "de"]);
});

Deno.test("pairsThrough() takes the first 32 of what shares one third", () => {
  const links = new Links();
  const name = (at: number): ContentHash => hash(`p${String(at).padStart(3, "0")}`);
  for (let at = 0; at < 100; at++) links.add(name(at), hash("x"));
  const pairs = [...links.pairsThrough()];
  assertEquals(pairs.length, 32 * 31 / 2);
  assertEquals(pairs.at(-1), [name(30), name(31)]);
});
