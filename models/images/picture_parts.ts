import type { DecodedFormat } from "./image_format.ts";
import { jpegParts } from "./jpeg_parts.ts";
import type { PicturePart } from "./picture_part.ts";
import { pngParts } from "./png_parts.ts";
import { webpParts } from "./webp_parts.ts";

/**
 * The parts of a picture file that are no words about the picture, in their order: views of its
 * bytes, no copies. Null where it is damaged, and for formats that are not taken apart.
 *
 * O(bytes); never throws.
 */
export function pictureParts(
  { bytes, format }: { readonly bytes: Uint8Array; readonly format: DecodedFormat },
): PicturePart[] | null {
  switch (format) {
    case "jpeg":
      return jpegParts(bytes);
    case "png":
      return pngParts(bytes);
    case "webp":
      return webpParts(bytes);
    case "avif":
    case "gif":
    case "heic":
    case "tiff":
      return null;
  }
}
