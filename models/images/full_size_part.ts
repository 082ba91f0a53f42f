import type { Sharp } from "sharp";
import type { BrightPart } from "./compression_steps.ts";

/** Most pixels of the part that is looked at. */
const WIDTH_MAX = 512;
const HEIGHT_MAX = 256;

/** A decoder goes through all that lies above the part: so many pixels at most. */
const DECODED_PIXELS_MAX = 4_000_000;

/** Where the part is, in pixels, as the image library wants it. */
export interface PartBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The part of a picture of that size that is looked at in full: as much as is looked at of any,
 * right above the middle; of a very large picture farther up. The way of the file, not upright.
 */
export function partBox(widthPixels: number, heightPixels: number): PartBox {
  const width = Math.min(widthPixels, WIDTH_MAX);
  const height = Math.min(heightPixels, HEIGHT_MAX);
  const deepest = Math.floor(DECODED_PIXELS_MAX / widthPixels);
  const bottom = Math.max(height, Math.min(Math.floor(heightPixels / 2), deepest));
  return { left: Math.floor((widthPixels - width) / 2), top: bottom - height, width, height };
}

/**
 * Decodes a part of a picture at its own size, on white where it is transparent. Takes the memory
 * of the part, apart from what the decoder itself holds.
 *
 * @param picture Just opened, and not turned upright.
 * @throws {Error} when it cannot be decoded.
 */
export async function readFullSizePart(picture: Sharp, box: PartBox): Promise<BrightPart> {
  const { data, info } = await picture
    .extract(box)
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb")
    .removeAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new TypeError(`Cannot use ${info.channels} channels: want 3`);
  const quarters = new Uint16Array(info.width * info.height);
  for (let at = 0; at < quarters.length; at++) {
    // Green counts for as much as both others, as in the brightness that is compressed, nearly.
    quarters[at] = data[3 * at]! + 2 * data[3 * at + 1]! + data[3 * at + 2]!;
  }
  return { quarters, widthPixels: info.width, heightPixels: info.height };
}
