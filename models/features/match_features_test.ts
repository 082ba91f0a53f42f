import { assertEquals } from "@std/assert";
import { texturedPicture } from "../testing/textured_picture.ts";
import { DESCRIPTOR_LENGTH, type LocalFeatures, localFeatures } from "./descriptors.ts";
import { matchFeatures, type SpotPair } from "./match_features.ts";

/** The same, written down plainly: every distance, sorted. */
function naiveMatches(left: LocalFeatures, right: LocalFeatures): SpotPair[] {
  const describe = ({ descriptors }: LocalFeatures): number[][] =>
    Array.from({ length: descriptors.length / DESCRIPTOR_LENGTH }, (_, at) => [
      ...descriptors.subarray(at * DESCRIPTOR_LENGTH, (at + 1) * DESCRIPTOR_LENGTH),
    ]);
  const ranked = (one: readonly number[], others: readonly number[][]): [number, number][] =>
    others.map((other, at): [number, number] => [
      one.reduce((sum, value, axis) => sum + (value - other[axis]!) ** 2, 0),
      at,
    ]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const from = describe(left);
  const to = describe(right);
  return from.flatMap((one, at) => {
    const [first, second] = ranked(one, to);
    if (first === undefined || second === undefined || first[0] >= 0.67 * second[0]) return [];
    return ranked(to[first[1]]!, from)[0]![1] === at ? [{ left: at, right: first[1] }] : [];
  });
}

Deno.test("matchFeatures() says what comparing all pairs says", () => {
  const features = [1, 2, 3].map((seed) => localFeatures(texturedPicture(seed, 150, 110), 96));
  for (const left of features) {
    for (const right of features) {
      assertEquals(matchFeatures(left, right), naiveMatches(left, right));
    }
  }
});
