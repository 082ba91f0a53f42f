import { assertEquals } from "@std/assert";
import type { ContentHash } from "@scenekeep/engine/core";
import { PairMap } from "./pair_map.ts";

Deno.test("PairMap knows a pair in either order, and the last value", () => {
  const [a, b, c] = ["a", "b", "c"] as ContentHash[] as [ContentHash, ContentHash, ContentHash];
  const map = new PairMap<number>();
  map.set(b, a, 1);
  map.set(a, c, 2);
  map.set(a, b, 3);
  assertEquals([map.get(a, b), map.get(b, a), map.get(c, a), map.get(b, c)], [3, 3, 2, undefined]);
  assertEquals([...map.values()], [3, 2]);
});
