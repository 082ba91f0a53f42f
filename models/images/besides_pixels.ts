import type { DecodedFormat } from "./image_format.ts";
import type { PicturePart } from "./picture_part.ts";
import { pictureParts } from "./picture_parts.ts";
import { TiffReader } from "./tiff_directory.ts";

/** What of a picture file is in neither its pixels nor its profile, and no word about it. */
export interface BesidesPixels {
  readonly parts: readonly PicturePart[];
  /** Whether the file has a colour profile; null where only its decoder knows. */
  readonly hasProfile: boolean | null;
}

/** Payloads of PNG that mean sRGB, which is meant without any, too. Third edition, 11.3.2. */
const MEANS_SRGB: ReadonlyMap<string, string> = new Map([
  ["cHRM", "00007a26000080840000fa00000080e8000075300000ea6000003a9800001770"],
  ["cICP", "010d0001"],
  ["gAMA", "0000b18f"],
]);

/** Chunks of PNG that say how its pixels look, and are no profile. */
const LOOKS: ReadonlySet<string> = new Set(["cHRM", "cICP", "cLLI", "gAMA", "mDCV", "sRGB"]);

/**
 * Tags of a TIFF file that are about one picture and nothing besides: TIFF 6.0 without its colour
 * spaces, JPEG in TIFF, and words. Not in it: directories below, layers, and what raw files add.
 */
const PLAIN_TAGS: ReadonlySet<number> = new Set(
  // deno-fmt-ignore
  [
    254, 255, 256, 257, 258, 259, 262, 263, 266, 269, 270, 271, 272, 273, 274, 277, 278, 279, 280,
    281, 282, 283, 284, 285, 286, 287, 292, 293, 296, 297, 305, 306, 315, 316, 317, 320, 322, 323,
    324, 325, 338, 339, 347, 529, 530, 531, 700, 33432, 33723, 34665, 34675, 34853,
  ],
);

/**
 * What a file holds besides pixels that would be lost with it, and what changes the look of its
 * pixels but is no profile. Null where nobody can say: the file is damaged, or of a format that is
 * not taken apart; of TIFF, plain files only. O(bytes); never throws.
 */
export function besidesPixels(
  source: { readonly bytes: Uint8Array; readonly format: DecodedFormat },
): BesidesPixels | null {
  if (source.format === "tiff") {
    return isPlainTiff(source.bytes) ? { parts: [], hasProfile: null } : null;
  }
  const parts = pictureParts(source);
  if (parts === null) return null;
  const hasProfile = parts.some(({ name, role }) => role === "colour" && !LOOKS.has(name));
  const counted = parts.filter((part) => {
    if (part.role === "colour") return LOOKS.has(part.name) && changesLook(part, parts, hasProfile);
    return part.role === "besides";
  });
  return { parts: counted, hasProfile };
}

/** Whether pixels would look otherwise without this, on what goes by all that the file says. */
function changesLook(
  { name, pieces }: PicturePart,
  all: readonly PicturePart[],
  hasProfile: boolean,
): boolean {
  if (name === "sRGB") return false;
  const isOlder = name === "gAMA" || name === "cHRM";
  // Where a profile is, or the word sRGB, these count for nothing.
  if (isOlder && (hasProfile || all.some((part) => part.name === "sRGB"))) return false;
  return hasProfile || pieces[0]!.toHex() !== MEANS_SRGB.get(name);
}

function isPlainTiff(bytes: Uint8Array): boolean {
  const tags = TiffReader.of(bytes)?.firstTags() ?? [];
  return tags.length > 0 && tags.every((tag) => PLAIN_TAGS.has(tag));
}
