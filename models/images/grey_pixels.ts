import type { SquarePixels } from "./pixel_facts.ts";

/** A square picture in grey: one byte a pixel, row by row. */
export interface GreyPixels {
  /** Brightness from 0 to 255. */
  readonly grey: Uint8Array;
  /** Its side in pixels. */
  readonly sidePixels: number;
}

/** A picture in grey, and what was seen on the way. */
export interface MeasuredGrey extends GreyPixels {
  /** Pixels that are blown out or black in all colours. */
  readonly clippedPixels: number;
}

/** A colour this near to an end of its range of 0 to 255 is clipped. */
const CLIPPED_LEVELS = 2;
const LEAST_BRIGHT = 255 - CLIPPED_LEVELS;

/**
 * Brightness of each pixel with the weights of ITU-R BT.601, in 256ths. O(pixels).
 *
 * @throws {RangeError} when the picture has not as many bytes as its side says.
 */
export function greyPixels({ pixels, sidePixels }: SquarePixels): MeasuredGrey {
  const grey = new Uint8Array(sidePixels * sidePixels);
  if (pixels.length !== grey.length * 3) {
    throw new RangeError(`Cannot measure ${pixels.length} bytes: want ${grey.length * 3}`);
  }
  let clippedPixels = 0;
  for (let at = 0; at < grey.length; at++) {
    const place = 3 * at;
    const red = pixels[place]!;
    const green = pixels[place + 1]!;
    const blue = pixels[place + 2]!;
    const brightness = (red * 77 + green * 150 + blue * 29) >> 8;
    grey[at] = brightness;
    // It is between the weakest and the strongest colour: nearly every pixel is left here.
    if (brightness > CLIPPED_LEVELS && brightness < LEAST_BRIGHT) continue;
    const isBlack = Math.max(red, green, blue) <= CLIPPED_LEVELS;
    if (isBlack || Math.min(red, green, blue) >= LEAST_BRIGHT) clippedPixels += 1;
  }
  return { grey, sidePixels, clippedPixels };
}
