import { SAMENESS_VERSION } from "../view_version.ts";
import { framedDigest } from "./framed_digest.ts";
import type { DecodedFormat } from "./image_format.ts";
import { pictureParts } from "./picture_parts.ts";

/**
 * A digest of what a file holds besides words about its picture: two files with the same one show
 * the same, bit by bit, and nothing but words is lost with one of them. Null for a file that is
 * damaged, and for formats other than JPEG, PNG and WebP.
 *
 * Words are EXIF, XMP, IPTC, comments, thumbnails, times and print sizes; colour profiles are none,
 * and what stands behind the end of the picture counts. Which way is up is among the words, and
 * counts as well.
 *
 * SHA-256 in 64 hexadecimal digits. O(bytes), without a copy of the file; never throws.
 *
 * @param orientation Which way is up, from 1 to 8 as EXIF counts; anything else is 1.
 */
export function imageDataDigest(
  source: { readonly bytes: Uint8Array; readonly format: DecodedFormat },
  orientation: number | undefined,
): string | null {
  const parts = pictureParts(source);
  if (parts === null) return null;
  const isTurned = orientation !== undefined && orientation >= 1 && orientation <= 8;
  return framedDigest(`scenekeep image data ${SAMENESS_VERSION}`, [
    { name: source.format, pieces: [] },
    { name: "orientation", pieces: [Uint8Array.of(isTurned ? orientation : 1)] },
    ...parts,
  ]);
}
