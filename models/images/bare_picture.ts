import type { Metadata } from "sharp";
import type { DecodedFormat } from "./image_format.ts";

/** Second byte of the first and last of the markers that begin a block about the picture. */
const APPLICATION_MARKERS = [0xe0, 0xef] as const;

/**
 * Whether a file holds a picture and not one word about it: no EXIF, XMP, IPTC, colour profile nor
 * comment, and as a JPEG not even the block that both of its standards ask for at the start.
 *
 * Cameras and phones never write such files; programs that make a smaller or other picture of one,
 * and throw away what it said, do. Sources: JFIF 1.02; Exif 3.0 (CIPA DC-008), 4.5.
 */
export function isBarePicture(
  { bytes, format }: { readonly bytes: Uint8Array; readonly format: DecodedFormat },
  metadata: Pick<Metadata, "exif" | "xmp" | "iptc" | "icc" | "comments">,
): boolean {
  const { comments, exif, icc, iptc, xmp } = metadata;
  const hasWords = [exif, xmp, iptc, icc].some((block) => block !== undefined) ||
    (comments?.length ?? 0) > 0;
  if (hasWords || format === "tiff") return false;
  if (format !== "jpeg") return true;
  const marker = bytes[3] ?? 0;
  return bytes[2] !== 0xff || marker < APPLICATION_MARKERS[0] || marker > APPLICATION_MARKERS[1];
}
