import type { LocalFeatures } from "./descriptors.ts";
import type { SpotPair } from "./match_features.ts";

/** How a picture lies in another one: x' = a·x + b·y + c, y' = d·x + e·y + f. */
export type Affine = readonly [number, number, number, number, number, number];

/** How well two pictures fit one another as pictures of one thing. */
export interface Fit {
  /** Pairs of spots that agree on one change of view. */
  readonly inliers: readonly SpotPair[];
  /** That change, from the left picture to the right one; null where there is none. */
  readonly affine: Affine | null;
}

/** How far a spot may be from where it should be, as a share of the longer side. */
const TOLERANCE_SHARE = 0.02;

/**
 * The change of view that most pairs of spots agree on. Each pair alone says how large, how turned
 * and where (its own place, scale and direction): all of them are tried, so nothing is drawn at
 * random. Then the best is fitted to all that agree, twice, as a general affine change. Time O(n²).
 */
export function fitPictures(
  left: LocalFeatures,
  right: LocalFeatures,
  pairs: readonly SpotPair[],
): Fit {
  const tolerance = TOLERANCE_SHARE * Math.max(right.width, right.height);
  let best: { inliers: SpotPair[]; affine: Affine } | null = null;
  for (const pair of pairs) {
    const affine = similarityOf(left, right, pair);
    const inliers = agreeing(left, right, pairs, affine, 1.5 * tolerance);
    if (inliers.length > (best?.inliers.length ?? 0)) best = { inliers, affine };
  }
  if (best === null) return { inliers: [], affine: null };
  let { inliers, affine } = best;
  for (let round = 0; round < 3 && inliers.length >= 4; round++) {
    const fitted = leastSquares(left, right, inliers);
    if (fitted === null || !isPlausible(fitted)) break;
    const agreed = agreeing(left, right, pairs, fitted, tolerance);
    if (agreed.length < inliers.length * 0.7) break;
    inliers = agreed;
    affine = fitted;
  }
  return { inliers: distinct(left, right, inliers), affine };
}

function similarityOf(left: LocalFeatures, right: LocalFeatures, pair: SpotPair): Affine {
  const from = pair.left * 4;
  const to = pair.right * 4;
  const scale = right.places[to + 2]! / left.places[from + 2]!;
  const turn = (right.places[to + 3]! - left.places[from + 3]!) * 2 * Math.PI;
  const a = scale * Math.cos(turn);
  const d = scale * Math.sin(turn);
  const x = left.places[from]!;
  const y = left.places[from + 1]!;
  return [a, -d, right.places[to]! - a * x + d * y, d, a, right.places[to + 1]! - d * x - a * y];
}

function agreeing(
  left: LocalFeatures,
  right: LocalFeatures,
  pairs: readonly SpotPair[],
  [a, b, c, d, e, f]: Affine,
  tolerance: number,
): SpotPair[] {
  const limit = tolerance * tolerance;
  return pairs.filter((pair) => {
    const x = left.places[pair.left * 4]!;
    const y = left.places[pair.left * 4 + 1]!;
    const dx = a * x + b * y + c - right.places[pair.right * 4]!;
    const dy = d * x + e * y + f - right.places[pair.right * 4 + 1]!;
    return dx * dx + dy * dy <= limit;
  });
}

/** One pair for each place: a spot with two directions counts once. */
function distinct(left: LocalFeatures, right: LocalFeatures, pairs: SpotPair[]): SpotPair[] {
  const seen = new Set<string>();
  return pairs.filter((pair) => {
    const places = [left.places[pair.left * 4]!, left.places[pair.left * 4 + 1]!];
    const others = [right.places[pair.right * 4]!, right.places[pair.right * 4 + 1]!];
    const keys = [`l${places.map(Math.round)}`, `r${others.map(Math.round)}`];
    if (keys.some((key) => seen.has(key))) return false;
    for (const key of keys) seen.add(key);
    return true;
  });
}

/** Neither mirrored nor squeezed flat: two photos of one thing differ less than that. */
function isPlausible([a, b, , d, e]: Affine): boolean {
  const determinant = a * e - b * d;
  if (determinant <= 0) return false;
  const sum = a * a + b * b + d * d + e * e;
  const root = Math.sqrt(Math.max(0, sum * sum - 4 * determinant * determinant));
  const smaller = (sum - root) / 2;
  return smaller > 0 && (sum + root) / 2 / smaller <= 6.25 && determinant >= 0.01 &&
    determinant <= 100;
}

/** The affine change with the least squares of what is left over; null where there is none. */
function leastSquares(
  left: LocalFeatures,
  right: LocalFeatures,
  pairs: readonly SpotPair[],
): Affine | null {
  const count = pairs.length;
  const mean = [0, 0, 0, 0];
  for (const pair of pairs) {
    mean[0]! += left.places[pair.left * 4]! / count;
    mean[1]! += left.places[pair.left * 4 + 1]! / count;
    mean[2]! += right.places[pair.right * 4]! / count;
    mean[3]! += right.places[pair.right * 4 + 1]! / count;
  }
  let [xx, xy, yy, ux, uy, vx, vy] = [0, 0, 0, 0, 0, 0, 0];
  for (const pair of pairs) {
    const x = left.places[pair.left * 4]! - mean[0]!;
    const y = left.places[pair.left * 4 + 1]! - mean[1]!;
    const u = right.places[pair.right * 4]! - mean[2]!;
    const v = right.places[pair.right * 4 + 1]! - mean[3]!;
    xx += x * x;
    xy += x * y;
    yy += y * y;
    ux += u * x;
    uy += u * y;
    vx += v * x;
    vy += v * y;
  }
  const determinant = xx * yy - xy * xy;
  if (determinant <= 1e-6 * (xx + yy) ** 2) return null;
  const a = (ux * yy - uy * xy) / determinant;
  const b = (uy * xx - ux * xy) / determinant;
  const d = (vx * yy - vy * xy) / determinant;
  const e = (vy * xx - vx * xy) / determinant;
  return [
    a,
    b,
    mean[2]! - a * mean[0]! - b * mean[1]!,
    d,
    e,
    mean[3]! - d * mean[0]! - e * mean[1]!,
  ];
}
