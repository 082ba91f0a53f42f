import type { SceneGrounds } from "@scenekeep/engine/core";

/**
 * Why pictures are taken for pictures of one thing, as a person reads it: every signal that spoke
 * for the scene.
 *
 * @param memberCount Contents of the scene.
 * @param grounds What was compared; undefined where vectors alone speak.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { whyGrouped } from "./why_grouped.ts";
 *
 * assertEquals(whyGrouped(2, undefined), "look alike");
 * const grounds = {
 *   comparedPairs: 1,
 *   spotsMin: 31,
 *   spotsMax: 31,
 *   mirroredPairs: 0,
 *   turnedPairs: 1,
 *   insidePairs: 0,
 * };
 * assertEquals(whyGrouped(2, grounds), "31 matching spots, turned by a quarter");
 * ```
 */
export function whyGrouped(memberCount: number, grounds: SceneGrounds | undefined): string {
  if (grounds === undefined) return "look alike";
  const { comparedPairs, insidePairs, mirroredPairs, spotsMax, spotsMin, turnedPairs } = grounds;
  const spots = spotsMin === spotsMax ? `${spotsMin}` : `${spotsMin} to ${spotsMax}`;
  const isAll = comparedPairs === memberCount * (memberCount - 1) / 2;
  return [
    ...(isAll ? [] : ["look alike"]),
    `${spots} matching spots`,
    ...(mirroredPairs > 0 ? ["mirrored"] : []),
    ...(turnedPairs > 0 ? ["turned by a quarter"] : []),
    ...(insidePairs > 0 ? ["inside a border"] : []),
  ].join(", ");
}
