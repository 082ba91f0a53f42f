/** What a part of a picture file is for. */
export type PartRole =
  /** Says what its pixels are. */
  | "picture"
  /** Says which colours the pixels mean. */
  | "colour"
  /** Something else that would be lost with the file: a video behind the picture, another frame. */
  | "besides";

/** A part of a picture file that is no word about the picture. */
export interface PicturePart {
  /** What its format calls it; one of a file at most where `pieces` are several. */
  readonly name: string;
  readonly role: PartRole;
  /** Views of the file's bytes, one part when joined. */
  readonly pieces: readonly Uint8Array[];
}

/**
 * Most pieces that a file is taken apart into: 320 MiB of PNG in pieces of 8 KiB, as its library
 * writes them, are 40,960. A file of nothing but empty pieces would take a hundred times its size.
 */
export const PIECES_MAX = 65_536;

/**
 * What stands behind the end of a picture, as a part of its own: none where there is nothing, or
 * zeros alone, with which some programs fill up. O(bytes).
 */
export function partBehind(rest: Uint8Array): PicturePart[] {
  const isPadding = rest.every((byte) => byte === 0);
  return isPadding ? [] : [{ name: "behind", role: "besides", pieces: [rest] }];
}
