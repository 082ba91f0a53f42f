import { BASE_BLUR, type GreyPicture, LEVELS_PER_OCTAVE, type Octave } from "./scale_space.ts";

/** A spot that can be found again in another picture of the same thing. */
export interface Keypoint {
  /** Where it is, in pixels of the whole picture. */
  readonly x: number;
  readonly y: number;
  /** How large it is: the blur at which it stands out most, in pixels of the whole picture. */
  readonly scale: number;
  /** How much it stands out. */
  readonly contrast: number;
  /** Which octave and blurred picture of it the spot is described in. */
  readonly octave: number;
  readonly level: number;
}

/**
 * Least contrast, of brightness from 0 to 1, over all levels of an octave. Lower than Lowe's 0.04
 * so that dark and hazy photos have spots too; the count is limited by order of contrast.
 */
const CONTRAST_MIN = 0.012;

/** Largest ratio of the two curvatures: more is an edge. Source: Lowe 2004, section 4.1. */
const EDGE_RATIO_MAX = 10;

/** Pixels at the border of an octave where nothing is looked for. */
const BORDER = 5;

/** The spots of a scale space, the strongest first; ties by place. */
export function findKeypoints(octaves: readonly Octave[], countMax: number): Keypoint[] {
  const found: Keypoint[] = [];
  for (const [octave, space] of octaves.entries()) {
    for (let level = 1; level <= LEVELS_PER_OCTAVE; level++) {
      findInLevel(space, octave, level, found);
    }
  }
  found.sort((left, right) =>
    right.contrast - left.contrast || left.y - right.y || left.x - right.x ||
    left.scale - right.scale
  );
  return found.slice(0, countMax);
}

function findInLevel(space: Octave, octave: number, level: number, found: Keypoint[]): void {
  const { width, height } = space.blurred[0]!;
  const here = space.differences[level]!;
  const threshold = 0.5 * CONTRAST_MIN / LEVELS_PER_OCTAVE;
  for (let row = BORDER; row < height - BORDER; row++) {
    for (let column = BORDER; column < width - BORDER; column++) {
      const at = row * width + column;
      const value = here[at]!;
      if (value > -threshold && value < threshold) continue;
      if (!isExtreme(space.differences, level, at, width)) continue;
      const point = refine(space, octave, level, row, column);
      if (point !== null) found.push(point);
    }
  }
}

/** Whether a value is above or below all its 26 neighbours. */
function isExtreme(
  differences: readonly Float32Array[],
  level: number,
  at: number,
  width: number,
): boolean {
  const value = differences[level]![at]!;
  const sign = value > 0 ? 1 : -1;
  const size = value * sign;
  for (let other = level; other >= level - 1; other--) {
    if (!isAbove(differences[other]!, at, width, sign, size, other === level)) return false;
  }
  return isAbove(differences[level + 1]!, at, width, sign, size, false);
}

function isAbove(
  values: Float32Array,
  at: number,
  width: number,
  sign: number,
  size: number,
  isOwnLevel: boolean,
): boolean {
  for (let place = at - width; place <= at + width; place += width) {
    if (values[place - 1]! * sign > size || values[place + 1]! * sign > size) return false;
    if (!(isOwnLevel && place === at) && values[place]! * sign > size) return false;
  }
  return true;
}

/**
 * The place of an extreme between pixels and levels, by a parabola through its neighbours; null
 * where it is too faint or lies on an edge. Source: Brown and Lowe 2002.
 */
function refine(
  space: Octave,
  octave: number,
  level: number,
  row: number,
  column: number,
): Keypoint | null {
  const { width, height } = space.blurred[0]!;
  let [r, c, l] = [row, column, level];
  for (let attempt = 0; attempt < 4; attempt++) {
    const shape = shapeAt(space.differences, l, r * width + c, width);
    const step = solve(shape);
    if (step === null) return null;
    const [dx, dy, dl] = step;
    if (Math.abs(dx) <= 0.5 && Math.abs(dy) <= 0.5 && Math.abs(dl) <= 0.5) {
      const { gradient, value, xx, yy, xy } = shape;
      const contrast = Math.abs(
        value + 0.5 * (gradient[0] * dx + gradient[1] * dy + gradient[2] * dl),
      );
      if (contrast * LEVELS_PER_OCTAVE < CONTRAST_MIN) return null;
      const determinant = xx * yy - xy * xy;
      const limit = (EDGE_RATIO_MAX + 1) ** 2 / EDGE_RATIO_MAX;
      if (determinant <= 0 || (xx + yy) ** 2 / determinant >= limit) return null;
      return {
        x: (c + dx) * space.pixelSize,
        y: (r + dy) * space.pixelSize,
        scale: BASE_BLUR * 2 ** ((l + dl) / LEVELS_PER_OCTAVE) * space.pixelSize,
        contrast,
        octave,
        level: l,
      };
    }
    c += Math.round(clamp(dx));
    r += Math.round(clamp(dy));
    l += Math.round(clamp(dl));
    const isInside = l >= 1 && l <= LEVELS_PER_OCTAVE && r >= BORDER && c >= BORDER &&
      r < height - BORDER && c < width - BORDER;
    if (!isInside) return null;
  }
  return null;
}

function clamp(step: number): number {
  return Math.max(-1, Math.min(1, step));
}

/** First and second differences around a value. */
interface Shape {
  readonly value: number;
  readonly gradient: readonly [number, number, number];
  readonly xx: number;
  readonly yy: number;
  readonly ll: number;
  readonly xy: number;
  readonly xl: number;
  readonly yl: number;
}

function shapeAt(
  differences: readonly Float32Array[],
  level: number,
  at: number,
  width: number,
): Shape {
  const below = differences[level - 1]!;
  const here = differences[level]!;
  const above = differences[level + 1]!;
  const value = here[at]!;
  return {
    value,
    gradient: [
      (here[at + 1]! - here[at - 1]!) / 2,
      (here[at + width]! - here[at - width]!) / 2,
      (above[at]! - below[at]!) / 2,
    ],
    xx: here[at + 1]! + here[at - 1]! - 2 * value,
    yy: here[at + width]! + here[at - width]! - 2 * value,
    ll: above[at]! + below[at]! - 2 * value,
    xy: (here[at + width + 1]! - here[at + width - 1]! - here[at - width + 1]! +
      here[at - width - 1]!) / 4,
    xl: (above[at + 1]! - above[at - 1]! - below[at + 1]! + below[at - 1]!) / 4,
    yl: (above[at + width]! - above[at - width]! - below[at + width]! + below[at - width]!) / 4,
  };
}

/** Minus the inverse of the second differences times the gradient; null where there is none. */
function solve(shape: Shape): readonly [number, number, number] | null {
  const { gradient: [gx, gy, gl], xx, yy, ll, xy, xl, yl } = shape;
  const a = yy * ll - yl * yl;
  const b = xl * yl - xy * ll;
  const c = xy * yl - xl * yy;
  const determinant = xx * a + xy * b + xl * c;
  if (Math.abs(determinant) < 1e-30) return null;
  const d = xx * ll - xl * xl;
  const e = xy * xl - xx * yl;
  const f = xx * yy - xy * xy;
  return [
    -(a * gx + b * gy + c * gl) / determinant,
    -(b * gx + d * gy + e * gl) / determinant,
    -(c * gx + e * gy + f * gl) / determinant,
  ];
}

/** The blurred picture that a keypoint is described in, and the size of its pixels. */
export function pictureOf(
  octaves: readonly Octave[],
  point: Keypoint,
): { readonly picture: GreyPicture; readonly pixelSize: number } {
  const { blurred, pixelSize } = octaves[point.octave]!;
  return { picture: blurred[point.level]!, pixelSize };
}
