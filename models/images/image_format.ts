/** A kind of picture file that is decoded. */
export type DecodedFormat = "avif" | "gif" | "heic" | "jpeg" | "png" | "tiff" | "webp";

/** What the first bytes of a file say it is; its name plays no part. */
export type FileFormat =
  | { readonly kind: "image"; readonly format: DecodedFormat }
  /** A picture that is not decoded; `name` is for people. */
  | { readonly kind: "other-image"; readonly name: string }
  /** Known, and not a picture; `name` is for people. */
  | { readonly kind: "not-image"; readonly name: string }
  | { readonly kind: "unknown" };

/** How many bytes of a file {@linkcode fileFormat} wants to see. */
export const FORMAT_BYTES = 512;

interface Signature {
  /** Where it is, in bytes from the start. */
  readonly offset: number;
  /** What it is, as Latin-1 text. */
  readonly text: string;
  readonly format: FileFormat;
}

function image(format: DecodedFormat): FileFormat {
  return { kind: "image", format };
}

function otherImage(name: string): FileFormat {
  return { kind: "other-image", name };
}

function notImage(name: string): FileFormat {
  return { kind: "not-image", name };
}

/** Checked in order; the more specific of two comes first. */
const SIGNATURES: readonly Signature[] = [
  { offset: 0, text: "\xff\xd8\xff", format: image("jpeg") },
  { offset: 0, text: "\x89PNG\r\n\x1a\n", format: image("png") },
  { offset: 0, text: "GIF87a", format: image("gif") },
  { offset: 0, text: "GIF89a", format: image("gif") },
  { offset: 8, text: "WEBP", format: image("webp") },
  { offset: 0, text: "IIRO", format: otherImage("Olympus raw") },
  { offset: 0, text: "IIRS", format: otherImage("Olympus raw") },
  { offset: 0, text: "IIU\0", format: otherImage("Panasonic raw") },
  { offset: 0, text: "II\x1a\0\0\0HEAPCCDR", format: otherImage("Canon CRW raw") },
  { offset: 0, text: "II*\0", format: image("tiff") },
  { offset: 0, text: "MM\0*", format: image("tiff") },
  { offset: 0, text: "FUJIFILMCCD-RAW", format: otherImage("Fujifilm raw") },
  { offset: 0, text: "FOVb", format: otherImage("Sigma raw") },
  { offset: 0, text: "\xff\x0a", format: otherImage("JPEG XL") },
  { offset: 0, text: "\0\0\0\x0cJXL \r\n\x87\n", format: otherImage("JPEG XL") },
  { offset: 0, text: "\0\0\0\x0cjP  \r\n\x87\n", format: otherImage("JPEG 2000") },
  { offset: 0, text: "\xff\x4f\xff\x51", format: otherImage("JPEG 2000") },
  { offset: 0, text: "8BPS", format: otherImage("Photoshop") },
  { offset: 0, text: "BM", format: otherImage("BMP") },
  { offset: 0, text: "\0\0\x01\0", format: otherImage("icon") },
  { offset: 0, text: "gimp xcf", format: otherImage("GIMP") },
  { offset: 0, text: "\x1a\x45\xdf\xa3", format: notImage("Matroska or WebM video") },
  { offset: 8, text: "AVI ", format: notImage("AVI video") },
  { offset: 0, text: "\0\0\x01\xba", format: notImage("MPEG video") },
  { offset: 0, text: "\0\0\x01\xb3", format: notImage("MPEG video") },
  { offset: 0, text: "FLV\x01", format: notImage("Flash video") },
  { offset: 0, text: "%PDF-", format: notImage("PDF document") },
  { offset: 0, text: "PK\x03\x04", format: notImage("ZIP archive") },
  { offset: 0, text: "\x1f\x8b", format: notImage("gzip archive") },
  { offset: 0, text: "SQLite format 3\0", format: notImage("SQLite database") },
  { offset: 8, text: "WAVE", format: notImage("WAV sound") },
  { offset: 0, text: "ID3", format: notImage("MP3 sound") },
];

/** Brands of the ISO base media file format (the box `ftyp`) that are still pictures. */
const STILL_BRANDS: ReadonlyMap<string, FileFormat> = new Map([
  ["avif", image("avif")],
  ["avis", image("avif")],
  ["heic", image("heic")],
  ["heix", image("heic")],
  ["heim", image("heic")],
  ["heis", image("heic")],
  ["hevc", image("heic")],
  ["hevx", image("heic")],
  ["crx ", otherImage("Canon CR3 raw")],
  ["jp2 ", otherImage("JPEG 2000")],
]);

/**
 * What a file is, from its first {@linkcode FORMAT_BYTES} bytes.
 *
 * @example
 * ```ts
 * import { fileFormat } from "./image_format.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const start = new TextEncoder().encode("GIF89a");
 * assertEquals(fileFormat(start), { kind: "image", format: "gif" });
 * ```
 */
export function fileFormat(start: Uint8Array): FileFormat {
  const text = latin1(start.subarray(0, FORMAT_BYTES));
  if (text.startsWith("ftyp", 4)) return mediaBoxFormat(text);
  for (const signature of SIGNATURES) {
    if (text.startsWith(signature.text, signature.offset)) return signature.format;
  }
  if (/^(\xef\xbb\xbf)?\s*(<\?xml[^]*?)?<svg[\s>]/.test(text)) return otherImage("SVG drawing");
  return isText(text) ? notImage("text") : { kind: "unknown" };
}

/** The major brand comes first; a still picture may hide behind a general one, so all are read. */
function mediaBoxFormat(text: string): FileFormat {
  const boxBytes = Math.min(
    text.charCodeAt(0) * 2 ** 24 + text.charCodeAt(1) * 2 ** 16 + text.charCodeAt(2) * 256 +
      text.charCodeAt(3),
    text.length,
  );
  for (let offset = 8; offset + 4 <= boxBytes; offset += 4) {
    // Between the major and the other brands is a version number.
    if (offset === 12) continue;
    const found = STILL_BRANDS.get(text.slice(offset, offset + 4));
    if (found !== undefined) return found;
  }
  return notImage("MP4 or QuickTime video");
}

function isText(text: string): boolean {
  // UTF-8 and Latin-1 letters count as text; control characters other than white space do not.
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return text.length > 0 && !/[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/.test(text);
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
