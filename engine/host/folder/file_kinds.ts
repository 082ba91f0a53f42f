import type { FileKind } from "@scenekeep/engine/core";

/** What a name's ending says of a file. The bytes have the last word when they are decoded. */
export interface NamedKind {
  readonly kind: FileKind;
  readonly raw: boolean;
  /** True for files that only describe another one: they belong to its capture. */
  readonly sidecar: boolean;
}

const PHOTO = ["avif", "bmp", "gif", "heic", "heif", "jfif", "jpeg", "jpg", "jxl", "png", "tif"];
const PHOTO_TOO = ["tiff", "webp"];
const RAW = ["3fr", "arw", "cr2", "cr3", "dng", "erf", "kdc", "mef", "mos", "mrw", "nef", "nrw"];
const RAW_TOO = ["orf", "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f"];
const VIDEO = ["3gp", "avi", "m2ts", "m4v", "mkv", "mov", "mp4", "mpg", "mpeg", "mts", "webm"];
const SIDECAR = ["xmp", "aae"];

const KINDS: ReadonlyMap<string, NamedKind> = new Map([
  ...[...PHOTO, ...PHOTO_TOO].map((ending) => entry(ending, { kind: "photo" })),
  ...[...RAW, ...RAW_TOO].map((ending) => entry(ending, { kind: "photo", raw: true })),
  ...VIDEO.map((ending) => entry(ending, { kind: "video" })),
  ...SIDECAR.map((ending) => entry(ending, { kind: "other", sidecar: true })),
]);

const OTHER: NamedKind = { kind: "other", raw: false, sidecar: false };

function entry(
  ending: string,
  kind: { kind: FileKind; raw?: boolean; sidecar?: boolean },
): [string, NamedKind] {
  return [ending, { raw: false, sidecar: false, ...kind }];
}

/** Splits `a/IMG_1.HEIC` into its name without ending, `a/IMG_1`, and its ending, `heic`. */
export function splitEnding(path: string): { stem: string; ending: string } {
  const slash = path.lastIndexOf("/");
  const dot = path.lastIndexOf(".");
  if (dot <= slash + 1) return { stem: path, ending: "" };
  return { stem: path.slice(0, dot), ending: path.slice(dot + 1).toLowerCase() };
}

/**
 * What the name says. Unknown endings are `other`: recorded, compared byte by byte, never decoded.
 */
export function kindOfName(path: string): NamedKind {
  return KINDS.get(splitEnding(path).ending) ?? OTHER;
}
