import { type ContentHash, identifier, InvariantError } from "@scenekeep/engine/core";
import { assertEquals, assertThrows } from "@std/assert";
import { PairNumbers } from "./pair_numbers.ts";

const [A, B, C] = ["a", "b", "c"].map((name) => identifier<ContentHash>(name)) as [
  ContentHash,
  ContentHash,
  ContentHash,
];

Deno.test("PairNumbers numbers pairs in their order, whichever of the two comes first", () => {
  const pairs = new PairNumbers([C, A, B, A]);
  assertEquals(pairs.numberOf(B, A), pairs.numberOf(A, B));
  const numbers = [pairs.numberOf(C, B), pairs.numberOf(A, C), pairs.numberOf(A, B)];
  const inOrder = numbers.sort((left, right) => left - right).map((one) => pairs.pairOf(one));
  assertEquals(inOrder, [[A, B], [A, C], [B, C]]);
  assertThrows(() => new PairNumbers([A, B]).numberOf(A, C), InvariantError, "No such pair");
});
