import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type FittedPair,
  fitTiers,
  scoreDistances,
  scoreRates,
  validateTiers,
} from "./tier_fit.ts";

function pair(cosine: number, isSame: boolean, ...sources: string[]): FittedPair {
  return { cosine, isSame, sources };
}

/** Pairs up to a distance, by looking at each. */
function counted(pairs: readonly FittedPair[], cosine: number): [number, number, number] {
  const near = pairs.filter((one) => one.cosine <= cosine);
  const right = near.filter(({ isSame }) => isSame).length;
  return [right, near.length - right, pairs.filter(({ isSame }) => isSame).length - right];
}

Deno.test("scoreDistances() counts what looking at every pair counts", () => {
  const cosine = fc.oneof(fc.double({ min: 0, max: 2, noNaN: true }), fc.constantFrom(0.5, 0.25));
  fc.assert(
    fc.property(fc.array(fc.tuple(cosine, fc.boolean())), (drawn) => {
      const pairs = drawn.map(([distance, isSame]) => pair(distance, isSame));
      const scores = scoreDistances(pairs);
      assertEquals(scores.length, 100);
      for (const { cosine: limit, missed, right, wrong } of scores) {
        assertEquals([right, wrong, missed], counted(pairs, limit));
      }
    }),
  );
});

Deno.test("fitTiers() is sure first, best in the middle, and half right at last", () => {
  const near = Array.from({ length: 200 }, (_, at) => pair(0.1 * (at + 1) / 200, true));
  const mixed = Array.from(
    { length: 40 },
    (_, at) => pair(0.1 + 0.1 * (at + 1) / 40, at % 4 !== 0),
  );
  const far = Array.from({ length: 400 }, (_, at) => pair(0.3 + at / 1000, at === 399));
  const scores = scoreDistances([...near, ...mixed, ...far]);
  const tiers = fitTiers(scores);
  assertEquals(tiers.similar, 0.2);
  assert(tiers.close >= 0.1 && tiers.close < 0.15, String(tiers.close));
  assert(tiers.related > 0.45 && tiers.related < 0.55, String(tiers.related));
});

Deno.test("fitTiers() keeps tiers apart whatever the pairs", () => {
  const drawn = fc.array(fc.tuple(fc.double({ min: 0, max: 2, noNaN: true }), fc.boolean()));
  fc.assert(
    fc.property(drawn, (pairs) => {
      const { close, related, similar } = fitTiers(
        scoreDistances(pairs.map(([cosine, isSame]) => pair(cosine, isSame))),
      );
      assert(close > 0 && close < similar && similar < related && related <= 1);
    }),
  );
});

Deno.test("validateTiers() tries each source by what fits the others", () => {
  assertEquals(validateTiers([pair(0.1, true, "one"), pair(0.5, false, "one")]), null);
  const ofSource = (source: string, edge: number): FittedPair[] => [
    ...Array.from({ length: 50 }, (_, at) => pair(edge * (at + 1) / 50, true, source)),
    ...Array.from({ length: 50 }, (_, at) => pair(edge + 0.05 + at / 500, false, source)),
  ];
  const alike = validateTiers([...ofSource("one", 0.2), ...ofSource("two", 0.2)])!;
  assertEquals(scoreRates(alike.tiers.similar), { precision: 1, recall: 1, f1: 1 });
  // What fits the one is wrong for the other, which fitting to both would hide.
  const apart = validateTiers([...ofSource("one", 0.2), ...ofSource("two", 0.6)])!;
  assert(scoreRates(apart.tiers.similar).f1 < 0.8);
});
