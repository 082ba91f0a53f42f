import { quantise } from "../vector.ts";
import type { InnerBox } from "./even_border.ts";
import type { GreyPixels } from "./grey_pixels.ts";

/** Fields in a row of a print, and rows. */
const SIDE_FIELDS = 8;

/** Numbers of a print. */
export const PRINT_LENGTH: number = SIDE_FIELDS * SIDE_FIELDS;

/**
 * Squared distance up to which two prints may be of one picture: a correlation of 0.875. Of 170,000
 * pairs of labelled photos it brings some 260 more to be compared; a photo and its turned, mirrored
 * or framed copy are a twentieth of it apart at most, saved again or not.
 */
export const PRINT_DISTANCE_MAX: number = Math.floor(0.25 * 32_767 ** 2);

/**
 * The brightness of a picture in 8 by 8 fields, row by row, as a quantised unit vector without its
 * mean; null for a picture without any difference. O(pixels).
 *
 * A model sees little in common in a photo and the same one turned, and less than it should in one
 * and its mirror image. So such copies are looked for by their prints, which cost nothing to turn.
 * Prints find hardly anything else: a crop has another one.
 */
export function brightnessPrint(
  { grey, sidePixels }: GreyPixels,
  box: InnerBox = { left: 0, top: 0, width: sidePixels, height: sidePixels },
): Int16Array<ArrayBuffer> | null {
  const columns = fieldEnds(box.left, box.width);
  const rows = fieldEnds(box.top, box.height);
  const fields = new Float64Array(PRINT_LENGTH);
  let mean = 0;
  let top = box.top;
  for (let y = 0; y < SIDE_FIELDS; y++) {
    let left = box.left;
    for (let x = 0; x < SIDE_FIELDS; x++) {
      let sum = 0;
      for (let row = top; row < rows[y]!; row++) {
        const start = row * sidePixels;
        for (let at = start + left; at < start + columns[x]!; at++) sum += grey[at]!;
      }
      const count = (rows[y]! - top) * (columns[x]! - left);
      const brightness = count === 0 ? 0 : sum / count;
      fields[y * SIDE_FIELDS + x] = brightness;
      mean += brightness / PRINT_LENGTH;
      left = columns[x]!;
    }
    top = rows[y]!;
  }
  for (let at = 0; at < PRINT_LENGTH; at++) fields[at]! -= mean;
  return quantise(fields);
}

/** Where each field ends, in pixels. */
function fieldEnds(start: number, length: number): readonly number[] {
  return Array.from(
    { length: SIDE_FIELDS },
    (_, at) => start + Math.floor((at + 1) * length / SIDE_FIELDS),
  );
}

/**
 * The prints of a picture in a mirror, then turned: by a quarter, by a half, and both in a mirror.
 */
export function turnedPrints(print: Int16Array): Int16Array<ArrayBuffer>[] {
  const last = SIDE_FIELDS - 1;
  const views: readonly ((x: number, y: number) => readonly [x: number, y: number])[] = [
    (x, y) => [last - x, y],
    (x, y) => [last - y, x],
    (x, y) => [last - x, last - y],
    (x, y) => [y, x],
    (x, y) => [x, last - y],
  ];
  return views.map((from) => {
    const turned = new Int16Array(PRINT_LENGTH);
    for (let y = 0; y < SIDE_FIELDS; y++) {
      for (let x = 0; x < SIDE_FIELDS; x++) {
        const [fromX, fromY] = from(x, y);
        turned[y * SIDE_FIELDS + x] = print[fromY * SIDE_FIELDS + fromX]!;
      }
    }
    return turned;
  });
}
