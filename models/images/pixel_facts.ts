import type { GreyPixels } from "./grey_pixels.ts";

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

/** A colour this near to an end of its range of 0 to 255 is clipped. */
const CLIPPED_LEVELS = 2;

/** Shares below one in this are nothing. */
const CLIPPED_SHARE = 4096;

/**
 * Sharpness, blankness and colour of a picture. Exact: whole numbers until the last division.
 *
 * Source of the measure of sharpness: Pech-Pacheco et al., "Diatom autofocusing in brightfield
 * microscopy", 2000.
 *
 * @param picture The picture, at twice the side that a model takes.
 * @param grey The same picture in grey.
 */
export function pixelFacts(picture: SquarePixels, grey: GreyPixels): PixelFacts {
  return { sharpness: logarithmicStep(laplacianVariance(grey)), ...colourFacts(picture.pixels) };
}

/** Farthest from 0 that the four-neighbour Laplacian of bytes comes. */
const LAPLACIAN_MAX = 4 * 255;

/** Variance of the four-neighbour Laplacian over the inner pixels, rounded down. */
function laplacianVariance({ grey, sidePixels }: GreyPixels): number {
  const counts = new Uint32Array(2 * LAPLACIAN_MAX + 1);
  for (let row = 1; row < sidePixels - 1; row++) {
    const end = (row + 1) * sidePixels - 1;
    for (let at = row * sidePixels + 1; at < end; at++) {
      const around = grey[at - 1]! + grey[at + 1]! + grey[at - sidePixels]! +
        grey[at + sidePixels]!;
      counts[4 * grey[at]! - around + LAPLACIAN_MAX]!++;
    }
  }
  return Math.max(0, Math.floor(variance(counts, -LAPLACIAN_MAX)));
}

/** Variance of the values from `least` on, of which so many each are counted. 0 of none. */
function variance(counts: Uint32Array, least: number): number {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const [at, times] of counts.entries()) {
    const value = least + at;
    count += times;
    sum += times * value;
    squares += times * value * value;
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
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

/**
 * Whole numbers until the last divisions and comparisons. One pass that counts levels: sums of
 * squares would leave the range in which a machine adds whole numbers fast.
 */
function colourFacts(pixels: Uint8Array): Omit<PixelFacts, "sharpness"> {
  const reds = new Uint32Array(256);
  const greens = new Uint32Array(256);
  const blues = new Uint32Array(256);
  let chroma = 0;
  let clipped = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const red = pixels[at]!;
    const green = pixels[at + 1]!;
    const blue = pixels[at + 2]!;
    reds[red]!++;
    greens[green]!++;
    blues[blue]!++;
    const strongest = Math.max(red, green, blue);
    const weakest = Math.min(red, green, blue);
    chroma += strongest - weakest;
    if (weakest >= 255 - CLIPPED_LEVELS || strongest <= CLIPPED_LEVELS) clipped += 1;
  }
  const count = pixels.length / 3;
  let clippedSteps = 0;
  for (let least = count / CLIPPED_SHARE; clipped >= least; least *= 4) clippedSteps += 1;
  return {
    isBlank: [reds, greens, blues].every((levels) => variance(levels, 0) <= BLANK_VARIANCE_MAX),
    isGrey: chroma <= GREY_CHROMA_MAX * count,
    clippedSteps,
  };
}
