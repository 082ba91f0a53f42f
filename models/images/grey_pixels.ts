import type { SquarePixels } from "./pixel_facts.ts";

/** A square picture in grey: one byte a pixel, row by row. */
export interface GreyPixels {
  /** Brightness from 0 to 255. */
  readonly grey: Uint8Array;
  /** Its side in pixels. */
  readonly sidePixels: number;
}

/**
 * Brightness of each pixel with the weights of ITU-R BT.601, in 256ths. O(pixels).
 *
 * @throws {RangeError} when the picture has not as many bytes as its side says.
 */
export function greyPixels({ pixels, sidePixels }: SquarePixels): GreyPixels {
  const grey = new Uint8Array(sidePixels * sidePixels);
  if (pixels.length !== grey.length * 3) {
    throw new RangeError(`Cannot measure ${pixels.length} bytes: want ${grey.length * 3}`);
  }
  for (let at = 0; at < grey.length; at++) {
    const place = 3 * at;
    grey[at] = (pixels[place]! * 77 + pixels[place + 1]! * 150 + pixels[place + 2]! * 29) >> 8;
  }
  return { grey, sidePixels };
}
