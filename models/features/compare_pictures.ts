import { type LocalFeatures, mirrored } from "./descriptors.ts";
import { fitPictures } from "./geometry.ts";
import { matchFeatures, type SpotPair } from "./match_features.ts";

/** What local features say of two pictures. */
export interface PictureFit {
  /** Spots of both that agree on one change of view. */
  readonly agreeing: number;
  /** Spots that look alike, whether or not they agree. */
  readonly alike: number;
  /** Whether the one is the other in a mirror. */
  readonly isMirrored: boolean;
  /** Whether the agreeing spots are spread over both pictures, not a stamp or a caption of them. */
  readonly isSpread: boolean;
}

/** From here on the unmirrored comparison is believed, and the mirrored one is spared. */
const CLEAR_COUNT = 12;

/**
 * Least share of a picture that the box round its agreeing spots must have: a date or a caption has
 * less, half a photo in a screenshot far more.
 */
const SPREAD_MIN = 0.04;

/**
 * Compares two pictures by their local features, as they are and mirrored. Symmetric up to ties; a
 * caller that needs one answer for a pair asks in one order. Time O(left · right) in their spots.
 */
export function comparePictures(left: LocalFeatures, right: LocalFeatures): PictureFit {
  const upright = fitOf(left, right, false);
  if (upright.agreeing >= CLEAR_COUNT) return upright;
  const turned = fitOf(left, mirrored(right), true);
  return turned.agreeing > upright.agreeing ? turned : upright;
}

function fitOf(left: LocalFeatures, right: LocalFeatures, isMirrored: boolean): PictureFit {
  const alike = matchFeatures(left, right);
  const { inliers } = fitPictures(left, right, alike);
  const isSpread = spreadOf(left, inliers, "left") >= SPREAD_MIN &&
    spreadOf(right, inliers, "right") >= SPREAD_MIN;
  return { agreeing: inliers.length, alike: alike.length, isMirrored, isSpread };
}

/** The share of a picture that the box round some of its spots has. */
function spreadOf(
  { places, width, height }: LocalFeatures,
  pairs: readonly SpotPair[],
  side: keyof SpotPair,
): number {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const pair of pairs) {
    const x = places[pair[side] * 4]!;
    const y = places[pair[side] * 4 + 1]!;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return pairs.length < 2 ? 0 : (right - left) * (bottom - top) / (width * height);
}
