import { type ContentHash, identifier } from "@scenekeep/engine/core";
import { assertEquals } from "@std/assert";
import { PairSet } from "./pair_set.ts";

Deno.test("PairSet knows a pair in either order, once", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => identifier<ContentHash>(name));
  const pairs = new PairSet();
  assertEquals([pairs.add(b!, a!), pairs.add(a!, b!), pairs.add(b!, c!)], [true, false, true]);
  assertEquals([pairs.has(a!, b!), pairs.has(b!, a!), pairs.has(c!, b!)], [true, true, true]);
  assertEquals([pairs.has(a!, c!), new PairSet().has(a!, b!)], [false, false]);
});
