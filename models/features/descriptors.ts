import { fall, type Gradients, gradientsOf } from "./gradients.ts";
import { findKeypoints, type Keypoint, pictureOf } from "./keypoints.ts";
import { type GreyPicture, type Octave, scaleSpace } from "./scale_space.ts";

/** Numbers in the description of one spot: 4 by 4 cells of 8 directions. */
export const DESCRIPTOR_LENGTH = 128;

/** Spots of a picture and what is around each of them. */
export interface LocalFeatures {
  /** Size of the picture in which places are given. */
  readonly width: number;
  readonly height: number;
  /** Four numbers a spot: x, y, scale, direction as a share of a turn. */
  readonly places: Float32Array;
  /**
   * {@linkcode DESCRIPTOR_LENGTH} numbers a spot, 0 to 255, of length 255: the square roots of
   * shares of directions. Source: Arandjelović and Zisserman, "Three things everyone should know to
   * improve object retrieval", 2012.
   */
  readonly descriptors: Uint8Array;
}

const CELLS = 4;
const DIRECTIONS = 8;
const TURN = 2 * Math.PI;

/** Bins of the histogram that gives a spot its direction. */
const ANGLE_BINS = 36;

/** Share of the highest bin at which a second direction counts. Source: Lowe 2004, section 5. */
const SECOND_DIRECTION = 0.8;

/** Side of a cell in blurs of the spot. Source: Lowe 2004, section 6.1. */
const CELL_SCALE = 3;

/** A direction that has more than this share of the length is cut back to it. Source: the same. */
const PEAK_MAX = 0.2;

/**
 * Finds and describes spots (SIFT: Lowe, "Distinctive image features from scale-invariant
 * keypoints", 2004). Time O(pixels + spots).
 *
 * @param countMax Most spots; those that stand out most are taken.
 */
export function localFeatures(picture: GreyPicture, countMax: number): LocalFeatures {
  const octaves = scaleSpace(picture);
  const spots = findKeypoints(octaves, countMax);
  const seen = new Map<GreyPicture, Gradients>();
  const places: number[] = [];
  const descriptors: Uint8Array[] = [];
  for (const spot of spots) {
    const around = surroundingsOf(octaves, spot, seen);
    for (const angle of anglesOf(around, spot)) {
      if (descriptors.length === countMax) break;
      places.push(spot.x, spot.y, spot.scale, angle);
      descriptors.push(describe(around, spot, angle));
    }
  }
  const all = new Uint8Array(descriptors.length * DESCRIPTOR_LENGTH);
  for (const [index, one] of descriptors.entries()) all.set(one, index * DESCRIPTOR_LENGTH);
  return {
    width: picture.width,
    height: picture.height,
    places: Float32Array.from(places),
    descriptors: all,
  };
}

/** The blurred picture that a spot is described in. */
interface Surroundings {
  readonly gradients: Gradients;
  readonly width: number;
  readonly height: number;
  /** Pixels of the whole picture that one of its pixels stands for. */
  readonly pixelSize: number;
}

function surroundingsOf(
  octaves: readonly Octave[],
  spot: Keypoint,
  seen: Map<GreyPicture, Gradients>,
): Surroundings {
  const { picture, pixelSize } = pictureOf(octaves, spot);
  let gradients = seen.get(picture);
  if (gradients === undefined) {
    gradients = gradientsOf(picture);
    seen.set(picture, gradients);
  }
  return { gradients, width: picture.width, height: picture.height, pixelSize };
}

/** The directions in which brightness rises most around a spot, as shares of a turn. */
function anglesOf({ gradients, width, height, pixelSize }: Surroundings, spot: Keypoint): number[] {
  const { sizes, turns } = gradients;
  const column = Math.round(spot.x / pixelSize);
  const row = Math.round(spot.y / pixelSize);
  const sigma = 1.5 * spot.scale / pixelSize;
  const radius = Math.round(3 * sigma);
  const spreading = 1 / (2 * sigma * sigma);
  const bins = new Float64Array(ANGLE_BINS);
  for (let y = Math.max(1, row - radius); y <= Math.min(height - 2, row + radius); y++) {
    for (let x = Math.max(1, column - radius); x <= Math.min(width - 2, column + radius); x++) {
      const at = y * width + x;
      const distance = (x - column) * (x - column) + (y - row) * (y - row);
      const bin = (turns[at]! * ANGLE_BINS) | 0;
      bins[bin === ANGLE_BINS ? 0 : bin]! += fall(distance * spreading) * sizes[at]!;
    }
  }
  return peaksOf(smooth(smooth(bins)));
}

function smooth(bins: Float64Array): Float64Array {
  return bins.map((value, at) => (bins.at(at - 1)! + 2 * value + bins[(at + 1) % ANGLE_BINS]!) / 4);
}

/** At most two directions, the strongest first. */
function peaksOf(bins: Float64Array): number[] {
  const highest = Math.max(...bins);
  if (highest <= 0) return [];
  const peaks: { value: number; angle: number }[] = [];
  for (let at = 0; at < ANGLE_BINS; at++) {
    const value = bins[at]!;
    const before = bins.at(at - 1)!;
    const after = bins[(at + 1) % ANGLE_BINS]!;
    if (value < SECOND_DIRECTION * highest || value <= before || value < after) continue;
    const shift = 0.5 * (before - after) / (before - 2 * value + after);
    peaks.push({ value, angle: (at + 0.5 + shift) / ANGLE_BINS });
  }
  peaks.sort((left, right) => right.value - left.value || left.angle - right.angle);
  return peaks.slice(0, 2).map(({ angle }) => angle);
}

function describe(around: Surroundings, spot: Keypoint, angle: number): Uint8Array {
  const { gradients: { sizes, turns }, width, height, pixelSize } = around;
  const centreX = spot.x / pixelSize;
  const centreY = spot.y / pixelSize;
  const cell = CELL_SCALE * spot.scale / pixelSize;
  const cosine = Math.cos(angle * TURN) / cell;
  const sine = Math.sin(angle * TURN) / cell;
  const radius = Math.min(Math.round(cell * Math.SQRT2 * (CELLS + 1) * 0.5), width + height);
  const shares = new Float64Array(DESCRIPTOR_LENGTH);
  const column = Math.round(centreX);
  const row = Math.round(centreY);
  for (let y = Math.max(1, row - radius); y <= Math.min(height - 2, row + radius); y++) {
    const offsetY = y - centreY;
    for (let x = Math.max(1, column - radius); x <= Math.min(width - 2, column + radius); x++) {
      const offsetX = x - centreX;
      const across = cosine * offsetX + sine * offsetY;
      const down = cosine * offsetY - sine * offsetX;
      const cellX = across + CELLS / 2 - 0.5;
      const cellY = down + CELLS / 2 - 0.5;
      if (cellX <= -1 || cellX >= CELLS || cellY <= -1 || cellY >= CELLS) continue;
      const at = y * width + x;
      const weight = fall((across * across + down * down) * 2 / (CELLS * CELLS)) * sizes[at]!;
      const turned = turns[at]! - angle;
      spread(shares, cellX, cellY, (turned < 0 ? turned + 1 : turned) * DIRECTIONS, weight);
    }
  }
  return quantiseShares(shares);
}

/** Adds a weight to the two nearest cells of each axis and the two nearest directions. */
function spread(
  shares: Float64Array,
  cellX: number,
  cellY: number,
  direction: number,
  weight: number,
): void {
  if (weight === 0) return;
  const x = Math.floor(cellX);
  const y = Math.floor(cellY);
  const d = Math.floor(direction);
  const fx = cellX - x;
  const fy = cellY - y;
  const fd = direction - d;
  for (let stepY = 0; stepY < 2; stepY++) {
    const atY = y + stepY;
    if (atY < 0 || atY >= CELLS) continue;
    const weightY = weight * (stepY === 0 ? 1 - fy : fy);
    for (let stepX = 0; stepX < 2; stepX++) {
      const atX = x + stepX;
      if (atX < 0 || atX >= CELLS) continue;
      const weightX = weightY * (stepX === 0 ? 1 - fx : fx);
      const start = (atY * CELLS + atX) * DIRECTIONS;
      shares[start + d % DIRECTIONS]! += weightX * (1 - fd);
      shares[start + (d + 1) % DIRECTIONS]! += weightX * fd;
    }
  }
}

function quantiseShares(shares: Float64Array): Uint8Array {
  let squares = 0;
  for (const share of shares) squares += share * share;
  const limit = PEAK_MAX * Math.sqrt(squares);
  let sum = 0;
  for (let at = 0; at < shares.length; at++) {
    shares[at] = Math.min(shares[at]!, limit);
    sum += shares[at]!;
  }
  const result = new Uint8Array(DESCRIPTOR_LENGTH);
  if (sum === 0) return result;
  for (let at = 0; at < shares.length; at++) {
    result[at] = Math.round(255 * Math.sqrt(shares[at]! / sum));
  }
  return result;
}

/**
 * The features of the mirrored picture, without looking at it: places are mirrored, and cells and
 * directions change places.
 */
export function mirrored(features: LocalFeatures): LocalFeatures {
  const places = features.places.slice();
  for (let at = 0; at < places.length; at += 4) {
    places[at] = features.width - 1 - places[at]!;
    const angle = 0.5 - places[at + 3]!;
    places[at + 3] = angle < 0 ? angle + 1 : angle;
  }
  const descriptors = new Uint8Array(features.descriptors.length);
  for (let at = 0; at < descriptors.length; at++) {
    const within = at % DESCRIPTOR_LENGTH;
    const direction = within % DIRECTIONS;
    const x = Math.floor(within / DIRECTIONS) % CELLS;
    const y = Math.floor(within / (DIRECTIONS * CELLS));
    // Seen along its direction, the mirrored spot is flipped across: rows and turns change sign.
    const source = ((CELLS - 1 - y) * CELLS + x) * DIRECTIONS +
      (DIRECTIONS - direction) % DIRECTIONS;
    descriptors[at] = features.descriptors[at - within + source]!;
  }
  return { ...features, places, descriptors };
}
