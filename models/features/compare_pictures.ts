import { DESCRIPTOR_LENGTH, type LocalFeatures, mirrored } from "./descriptors.ts";
import { fitPictures } from "./geometry.ts";
import { matchFeatures, type SpotPair } from "./match_features.ts";
import type { RowProducts } from "./row_products.ts";

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
 * Compares a picture with others by their local features, as they are and mirrored. Symmetric up to
 * ties; a caller that needs one answer for a pair asks in one order. Time O(left · right) in their
 * spots, most of it in `products`; memory eight bytes for each two of them.
 */
export async function comparePictures(
  left: LocalFeatures,
  others: readonly LocalFeatures[],
  products: RowProducts,
): Promise<PictureFit[]> {
  // Mirroring a description changes the order of its numbers, and mirroring it again changes it
  // back: so the left one may be mirrored in place of all others.
  const sides = [rowsOf([left, mirrored(left)]), rowsOf(others)] as const;
  const leftCount = 2 * countOf(left);
  const dots = await products(sides[1], sides[0]);
  const norms = [normsOf(sides[0]), normsOf(sides[1])] as const;
  let row = 0;
  return others.map((right) => {
    const start = row;
    row += countOf(right);
    const fitOfView = (view: "upright" | "mirrored"): PictureFit => {
      const column = view === "upright" ? 0 : countOf(left);
      const between = (one: number, other: number): number =>
        norms[0][column + one]! + norms[1][start + other]! -
        2 * dots[(start + other) * leftCount + column + one]!;
      const counts = { leftCount: countOf(left), rightCount: countOf(right) };
      const alike = matchFeatures({ ...counts, between });
      return view === "upright"
        ? fitOf(left, right, { alike, isMirrored: false })
        : fitOf(left, mirrored(right), { alike, isMirrored: true });
    };
    const upright = fitOfView("upright");
    if (upright.agreeing >= CLEAR_COUNT) return upright;
    const turned = fitOfView("mirrored");
    return turned.agreeing > upright.agreeing ? turned : upright;
  });
}

function countOf({ places }: LocalFeatures): number {
  return places.length / 4;
}

function rowsOf(pictures: readonly LocalFeatures[]): Float32Array {
  const length = pictures.reduce((sum, { descriptors }) => sum + descriptors.length, 0);
  const rows = new Float32Array(length);
  let at = 0;
  for (const { descriptors } of pictures) {
    rows.set(descriptors, at);
    at += descriptors.length;
  }
  return rows;
}

/** The square of the length of each row. */
function normsOf(rows: Float32Array): Int32Array {
  const norms = new Int32Array(rows.length / DESCRIPTOR_LENGTH);
  for (let at = 0; at < rows.length; at++) {
    norms[Math.floor(at / DESCRIPTOR_LENGTH)]! += rows[at]! * rows[at]!;
  }
  return norms;
}

function fitOf(
  left: LocalFeatures,
  right: LocalFeatures,
  { alike, isMirrored }: { readonly alike: readonly SpotPair[]; readonly isMirrored: boolean },
): PictureFit {
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
