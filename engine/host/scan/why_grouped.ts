import type { OfferedScene, SamePairs } from "@scenekeep/engine/core";

/** What speaks for a scene besides vectors; empty where they alone do. */
export type SceneSignals = Pick<OfferedScene, "grounds" | "same">;

/**
 * Why pictures are taken for pictures of one thing, as a person reads it: every signal that spoke
 * for the scene.
 *
 * @param memberCount Contents of the scene.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { whyGrouped } from "./why_grouped.ts";
 *
 * assertEquals(whyGrouped(2, {}), "look alike");
 * const grounds = {
 *   comparedPairs: 1,
 *   spotsMin: 31,
 *   spotsMax: 31,
 *   mirroredPairs: 0,
 *   turnedPairs: 1,
 *   insidePairs: 0,
 * };
 * assertEquals(whyGrouped(2, { grounds }), "31 matching spots, turned");
 * const same = { imageData: 1, pixels: 0 };
 * assertEquals(whyGrouped(2, { same }), "the same picture with other metadata");
 * ```
 */
export function whyGrouped(memberCount: number, { grounds, same }: SceneSignals): string {
  const pairCount = memberCount * (memberCount - 1) / 2;
  const samePairs = same === undefined ? 0 : same.imageData + same.pixels;
  const signals = same === undefined ? [] : sameSignals(same, samePairs === pairCount);
  if (samePairs === pairCount) return signals.join(", ");
  if (grounds === undefined) return ["look alike", ...signals].join(", ");
  const { comparedPairs, insidePairs, mirroredPairs, spotsMax, spotsMin, turnedPairs } = grounds;
  const spots = spotsMin === spotsMax ? `${spotsMin}` : `${spotsMin} to ${spotsMax}`;
  return [
    ...(comparedPairs + samePairs >= pairCount ? [] : ["look alike"]),
    ...signals,
    `${spots} matching spots`,
    ...(mirroredPairs > 0 ? ["mirrored"] : []),
    ...(turnedPairs > 0 ? ["turned"] : []),
    ...(insidePairs > 0 ? ["inside a border"] : []),
  ].join(", ");
}

/** Which pairs hold one picture in other bytes. */
function sameSignals({ imageData, pixels }: SamePairs, areAll: boolean): string[] {
  const pairs = (count: number): string => count === 1 ? "1 pair" : `${count} pairs`;
  const signals: string[] = [];
  if (imageData > 0) {
    const what = "the same picture with other metadata";
    signals.push(areAll && pixels === 0 ? what : `${pairs(imageData)} ${what}`);
  }
  if (pixels > 0) {
    const what = "equal pixels";
    signals.push(areAll && imageData === 0 ? what : `${pairs(pixels)} with ${what}`);
  }
  return signals;
}
