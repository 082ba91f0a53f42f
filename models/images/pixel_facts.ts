import type { GreyPixels, MeasuredGrey } from "./grey_pixels.ts";

/** What the pixels of a photo say about its quality. */
export interface PixelFacts {
  /**
   * How sharp it is: a step on a scale where four steps are one doubling of the variance of the
   * Laplacian. 0 for a flat picture; most photos have 30 to 50. Whole numbers, so that tiny
   * differences of decoding do not decide which of two photos is kept.
   */
  readonly sharpness: number;
  /** Whether there is nothing on it: a lens cap, a wall. Such photos look alike and are not. */
  readonly isBlank: boolean;
  /** Whether it is in shades of grey. */
  readonly isGrey: boolean;
  /**
   * How much of it is at the end of the range of a colour, blown out or black: a step is four times
   * as much, 0 is less than one pixel in 4,096.
   */
  readonly clippedSteps: number;
}

/** A square picture: three bytes a pixel, red, green and blue, row by row. */
export interface SquarePixels {
  /** Its bytes. */
  readonly pixels: Uint8Array;
  /** Its side in pixels. */
  readonly sidePixels: number;
}

/**
 * Largest variance of a blank picture, of each colour, in squared steps of 0 to 255: a standard
 * deviation of 3, about the noise of a sensor in the dark. Photos with anything on them have far
 * more.
 */
const BLANK_VARIANCE_MAX = 9;

/** Mean distance of the strongest and the weakest colour of a pixel up to which it is grey. */
const GREY_CHROMA_MAX = 2;

/** Shares below one in this are nothing. */
const CLIPPED_SHARE = 4096;

/**
 * Sharpness, blankness and colour of a picture. Exact: whole numbers until the last division.
 * O(pixels).
 *
 * Source of the measure of sharpness: Pech-Pacheco et al., "Diatom autofocusing in brightfield
 * microscopy", 2000.
 *
 * @param picture The picture, at twice the side that a model takes.
 * @param grey The same picture in grey.
 */
export function pixelFacts(picture: SquarePixels, grey: MeasuredGrey): PixelFacts {
  return {
    sharpness: logarithmicStep(laplacianVariance(grey)),
    isBlank: [0, 1, 2].every((colour) => isBlankColour(picture, colour)),
    isGrey: isInGrey(picture.pixels),
    clippedSteps: clippedSteps(grey),
  };
}

/**
 * Variance of so many values by their sum and the sum of their squares; 0 of none.
 *
 * [Note: Sums by rows] Sums of squares of a whole picture leave the 32 bits in which a machine adds
 * whole numbers fast; those of a row do not.
 */
function variance(count: number, sum: number, squares: number): number {
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

/** Variance of the four-neighbour Laplacian over the inner pixels, rounded down. */
function laplacianVariance({ grey, sidePixels }: GreyPixels): number {
  let sum = 0;
  let squares = 0;
  for (let row = 1; row < sidePixels - 1; row++) {
    const start = row * sidePixels;
    let left = grey[start]!;
    let centre = grey[start + 1]!;
    let rowSum = 0;
    let rowSquares = 0;
    for (let at = start + 1; at < start + sidePixels - 1; at++) {
      const right = grey[at + 1]!;
      const value = 4 * centre - left - right - grey[at - sidePixels]! - grey[at + sidePixels]!;
      rowSum += value;
      rowSquares += value * value;
      left = centre;
      centre = right;
    }
    sum += rowSum;
    squares += rowSquares;
  }
  const count = Math.max(0, sidePixels - 2) ** 2;
  return Math.max(0, Math.floor(variance(count, sum, squares)));
}

/** Whether a colour, 0 red, 1 green, 2 blue, has hardly more than one level. */
function isBlankColour({ pixels, sidePixels }: SquarePixels, colour: number): boolean {
  const total = sidePixels * sidePixels;
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < sidePixels; row++) {
    const end = (row + 1) * sidePixels * 3;
    let rowSum = 0;
    let rowSquares = 0;
    for (let at = row * sidePixels * 3 + colour; at < end; at += 3) {
      const level = pixels[at]!;
      rowSum += level;
      rowSquares += level * level;
    }
    count += sidePixels;
    sum += rowSum;
    squares += rowSquares;
    // What comes can only add to it. A photo with anything on it is soon left.
    if (variance(count, sum, squares) * count > (BLANK_VARIANCE_MAX + 1) * total) return false;
  }
  return variance(total, sum, squares) <= BLANK_VARIANCE_MAX;
}

/**
 * The number of quarter doublings up to a whole number, rounded down within each doubling: 1 gives
 * 4, 2 gives 8, 3 gives 10, 4 gives 12; 0 gives 0. No logarithm, whose last digits differ between
 * machines.
 */
export function logarithmicStep(value: number): number {
  let doublings = 0;
  let rest = value;
  while (rest >= 2) {
    rest /= 2;
    doublings++;
  }
  return value < 1 ? 0 : 4 * (doublings + 1) + Math.floor((rest - 1) * 4);
}

/** Whether the strongest and the weakest colour of a pixel are near each other, on average. */
function isInGrey(pixels: Uint8Array): boolean {
  const most = GREY_CHROMA_MAX * pixels.length / 3;
  let chroma = 0;
  // A photo with colours is soon found.
  for (let at = 0; at < pixels.length && chroma <= most; at += 3) {
    const red = pixels[at]!;
    const green = pixels[at + 1]!;
    const blue = pixels[at + 2]!;
    chroma += Math.max(red, green, blue) - Math.min(red, green, blue);
  }
  return chroma <= most;
}

function clippedSteps({ clippedPixels, grey }: MeasuredGrey): number {
  let steps = 0;
  for (let least = grey.length / CLIPPED_SHARE; clippedPixels >= least; least *= 4) steps += 1;
  return steps;
}
