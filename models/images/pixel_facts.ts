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
 * Sharpness and blankness of a picture. Exact: whole numbers until the last division.
 *
 * Source of the measure: Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy",
 * 2000.
 */
export function pixelFacts(picture: SquarePixels): PixelFacts {
  const { pixels, sidePixels } = picture;
  if (pixels.length !== sidePixels * sidePixels * 3) {
    throw new RangeError(
      `Cannot measure ${pixels.length} bytes: want ${sidePixels * sidePixels * 3}`,
    );
  }
  const variance = laplacianVariance(greyOf(pixels), sidePixels);
  return { sharpness: logarithmicStep(variance), isBlank: isBlank(pixels), ...colourFacts(pixels) };
}

/** Brightness from 0 to 255 with the weights of ITU-R BT.601, in 256ths. */
function greyOf(pixels: Uint8Array): Uint8Array {
  const grey = new Uint8Array(pixels.length / 3);
  for (let at = 0; at < grey.length; at++) {
    const red = pixels[at * 3]!;
    const green = pixels[at * 3 + 1]!;
    const blue = pixels[at * 3 + 2]!;
    grey[at] = (red * 77 + green * 150 + blue * 29) >> 8;
  }
  return grey;
}

/** Variance of the four-neighbour Laplacian over the inner pixels, rounded down. */
function laplacianVariance(grey: Uint8Array, sidePixels: number): number {
  let sum = 0;
  let squares = 0;
  for (let row = 1; row < sidePixels - 1; row++) {
    for (let column = 1; column < sidePixels - 1; column++) {
      const at = row * sidePixels + column;
      const around = grey[at - 1]! + grey[at + 1]! + grey[at - sidePixels]! +
        grey[at + sidePixels]!;
      const laplacian = 4 * grey[at]! - around;
      sum += laplacian;
      squares += laplacian * laplacian;
    }
  }
  const count = Math.max(1, (sidePixels - 2) ** 2);
  return Math.max(0, Math.floor(squares / count - (sum / count) ** 2));
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

/** Whole numbers until the last comparison. */
function colourFacts(pixels: Uint8Array): Pick<PixelFacts, "isGrey" | "clippedSteps"> {
  const count = pixels.length / 3;
  let chroma = 0;
  let clipped = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const [red, green, blue] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
    const strongest = Math.max(red, green, blue);
    const weakest = Math.min(red, green, blue);
    chroma += strongest - weakest;
    if (weakest >= 255 - CLIPPED_LEVELS || strongest <= CLIPPED_LEVELS) clipped += 1;
  }
  let clippedSteps = 0;
  for (let least = count / CLIPPED_SHARE; clipped >= least; least *= 4) clippedSteps += 1;
  return { isGrey: chroma <= GREY_CHROMA_MAX * count, clippedSteps };
}

function isBlank(pixels: Uint8Array): boolean {
  return [0, 1, 2].every((colour) => variance(pixels, colour) <= BLANK_VARIANCE_MAX);
}

function variance(pixels: Uint8Array, colour: number): number {
  const count = pixels.length / 3;
  let sum = 0;
  let squares = 0;
  for (let at = colour; at < pixels.length; at += 3) {
    const value = pixels[at]!;
    sum += value;
    squares += value * value;
  }
  return squares / count - (sum / count) ** 2;
}
