import type { PictureFit } from "@scenekeep/models";

/** The distances of a model at which its tiers end, as integers. */
export interface TierDistances {
  readonly close: number;
  readonly similar: number;
  readonly related: number;
}

/**
 * Spots that must agree, spread over both pictures, before they are taken for pictures of one
 * thing. `deno task bench-similar` tries 6 to 16 on labelled photos.
 */
export const SPOTS_MIN = 8;

/**
 * The distance of two pictures that were compared, to stand in the place of that of their vectors.
 *
 * Pictures that fit are similar, the closer the more spots agree: at {@linkcode SPOTS_MIN} just so,
 * and never closer than `close` by that alone. Pictures that do not fit are not similar, whatever
 * their vectors say, though they may be related.
 *
 * @param distance That of their vectors.
 */
export function comparedDistance(
  fit: Pick<PictureFit, "agreeing" | "isSpread">,
  distance: number,
  { close, similar }: TierDistances,
  spotsMin: number = SPOTS_MIN,
): number {
  if (!fits(fit, spotsMin)) return Math.max(distance, similar + 1);
  const fromSpots = close + Math.floor((similar - close) * spotsMin / fit.agreeing);
  return Math.min(distance, fromSpots);
}

/** Whether two compared pictures show the same thing. */
export function fits(
  { agreeing, isSpread }: Pick<PictureFit, "agreeing" | "isSpread">,
  spotsMin: number = SPOTS_MIN,
): boolean {
  return agreeing >= spotsMin && isSpread;
}
