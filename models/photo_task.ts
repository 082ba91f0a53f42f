import { isAbsolute } from "@std/path";
import type { ComparisonJob, JobOutcome, PhotoJob } from "./embedding_protocol.ts";

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
  if (!isAbsolute(path)) {
    throw new TypeError(`Cannot do "${task}" with "${path}": want an absolute path`);
  }
  return { task, path, expectedHash };
}

/**
 * The outcome of a job that ends in one kind of it, or in a fault.
 *
 * @throws {TypeError} for another one, which is a mistake of the process.
 */
export function outcomeOfKind<Kind extends JobOutcome["kind"]>(
  outcome: JobOutcome,
  kind: Kind,
): Extract<JobOutcome, { readonly kind: Kind | "failed" }> {
  if (outcome.kind === kind || outcome.kind === "failed") {
    return outcome as Extract<JobOutcome, { readonly kind: Kind | "failed" }>;
  }
  throw new TypeError(`Cannot take "${outcome.kind}" as the outcome: want "${kind}"`);
}
