import { isAbsolute } from "@std/path";
import type { ComparisonJob, PhotoJob } from "./embedding_protocol.ts";

/** A job without its number. */
export type Task = Omit<PhotoJob, "id"> | Omit<ComparisonJob, "id">;

/**
 * What is to be done with a photo.
 *
 * @throws {TypeError} when the path is not absolute.
 */
export function photoTask(
  task: PhotoJob["task"],
  path: string,
  { expectedHash = null }: { readonly expectedHash?: string | null },
): Task {
  if (!isAbsolute(path)) throw new TypeError(`Cannot ${task} "${path}": want an absolute path`);
  return { task, path, expectedHash };
}
