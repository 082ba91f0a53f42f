/**
 * What two files have in common that hold the same picture though their bytes differ. Digests are
 * compared and nothing else; whoever makes them gives contents of equal compressed data equal ones
 * of pixels, or none.
 */
export interface PictureDigests {
  /** Of the compressed picture without what else is said of it; null where nobody can tell. */
  readonly imageData: string | null;
  /** Of the decoded upright pixels and their colours; null where nobody has looked. */
  readonly pixels: string | null;
}

/**
 * How sure it is that two files of other bytes hold the same picture: the compressed data of the
 * picture is equal, and they differ in what else they say; or the decoded pixels are.
 */
export type PictureSameness = keyof PictureDigests;

/**
 * Whether two digests are of one picture, and how sure that is; null where they are not, or where
 * nobody knows. What is missing equals nothing.
 *
 * @example Copies of a picture that differ in what else they say
 * ```ts
 * import { sameDigests } from "./same_picture.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const known = { imageData: "a", pixels: null };
 * assertEquals(sameDigests(known, { imageData: "a", pixels: "p" }), "imageData");
 * assertEquals(sameDigests(known, { imageData: "b", pixels: null }), null);
 * ```
 */
export function sameDigests(
  left: PictureDigests | undefined,
  right: PictureDigests | undefined,
): PictureSameness | null {
  if (left === undefined || right === undefined) return null;
  if (left.imageData !== null && left.imageData === right.imageData) return "imageData";
  return left.pixels !== null && left.pixels === right.pixels ? "pixels" : null;
}
