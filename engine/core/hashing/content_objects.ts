import type { StoredObject } from "../library/file.ts";
import type { ContentHash } from "../library/ids.ts";

/**
 * The objects whose bytes make a content hash, in the order of its parts: the original, and after
 * it the video of a live photo. A thumbnail never counts. Empty when there is no original.
 *
 * @example
 * ```ts
 * import { contentObjects, identifier, type StoredObject } from "@scenekeep/engine/core";
 * const part = (role: StoredObject["role"]): StoredObject => ({
 *   role,
 *   name: identifier(`library/1/${role}`),
 *   sizeBytes: 1,
 * });
 * const roles = contentObjects([part("thumbnail"), part("video"), part("original")])
 *   .map(({ role }) => role);
 * if (roles.join() !== "original,video") throw new Error("The picture comes first");
 * ```
 */
export function contentObjects(objects: readonly StoredObject[]): readonly StoredObject[] {
  const original = objects.find((object) => object.role === "original");
  if (original === undefined) return [];
  const video = objects.find((object) => object.role === "video");
  return video === undefined ? [original] : [original, video];
}

/** The content hash of a file whose `contentObjects` have these hashes: `image:video` for two. */
export function joinContentHash(parts: readonly string[]): ContentHash {
  return parts.join(":") as ContentHash;
}
