import { assert, assertEquals } from "@std/assert";
import { matchFeatures, type SpotDistances, type SpotPair } from "./match_features.ts";

/** The same, written down plainly: every distance, sorted. */
function naiveMatches({ between, leftCount, rightCount }: SpotDistances): SpotPair[] {
  const ranked = (count: number, distanceTo: (at: number) => number): [number, number][] =>
    Array.from({ length: count }, (_, at): [number, number] => [distanceTo(at), at])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return Array.from({ length: leftCount }, (_, at) => at).flatMap((left) => {
    const [first, second] = ranked(rightCount, (right) => between(left, right));
    if (first === undefined || second === undefined || first[0] >= 0.67 * second[0]) return [];
    const back = ranked(leftCount, (other) => between(other, first[1]));
    return back[0]![1] === left ? [{ left, right: first[1] }] : [];
  });
}

Deno.test("matchFeatures() says what comparing all pairs says", () => {
  let state = 1;
  let matched = 0;
  for (let round = 0; round < 60; round++) {
    const [leftCount, rightCount] = [1 + round % 7, 2 + round % 5];
    // Small numbers, so that many are the same.
    const table = Array.from({ length: leftCount * rightCount }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 28;
    });
    const between = (left: number, right: number): number => table[left * rightCount + right]!;
    const distances = { leftCount, rightCount, between };
    const expected = naiveMatches(distances);
    matched += expected.length;
    assertEquals(matchFeatures(distances), expected);
  }
  assert(matched > 50, `${matched} pairs`);
});
