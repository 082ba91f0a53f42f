import type { CommitFailure } from "@scenekeep/engine/core";

/** What is wrong with a library file, as a name that does not change. */
export type JournalErrorCode =
  /** Another process, or another part of this one, holds the library. Retryable. */
  | "LIBRARY_BUSY"
  /** The file is not a library file of this program. */
  | "JOURNAL_FOREIGN"
  /** The file, or a record in it, was written by a newer version of this program. */
  | "JOURNAL_NEWER"
  /** The file was a library file and its content is damaged. */
  | "JOURNAL_CORRUPT"
  /** The file belongs to another library than the one that was asked for. */
  | "JOURNAL_OTHER_LIBRARY"
  /** The file or its folder cannot be read or written. Retryable. */
  | "JOURNAL_UNREADABLE"
  /** There is no room to write to the file. Retryable. */
  | "JOURNAL_FULL";

/**
 * A library file that cannot be used. The message says what is wrong, where, and what to do.
 *
 * Whoever catches it may show `message` as it is. Nothing in the file has been changed.
 */
export class JournalError extends Error {
  override readonly name = "JournalError";
  /** Stable name of the problem. */
  readonly code: JournalErrorCode;
  /** Path of the library file. */
  readonly path: string;
  readonly #problem: { path: string; found: string; remedy: string; cause?: unknown };

  constructor(
    code: JournalErrorCode,
    problem: { path: string; found: string; remedy: string; cause?: unknown },
  ) {
    const options = problem.cause === undefined ? {} : { cause: problem.cause };
    super(`Cannot use library "${problem.path}": ${problem.found}: ${problem.remedy}`, options);
    this.code = code;
    this.path = problem.path;
    this.#problem = problem;
  }

  /** The same error with more of what to do. */
  withAdvice(advice: string): JournalError {
    const remedy = `${this.#problem.remedy}. ${advice}`;
    return new JournalError(this.code, { ...this.#problem, remedy, cause: this });
  }

  /** Whether trying again later can help without anyone touching the file. */
  get isRetryable(): boolean {
    return this.code === "LIBRARY_BUSY" || this.code === "JOURNAL_UNREADABLE" ||
      this.code === "JOURNAL_FULL";
  }
}

/** The error for damaged content. `found` says what is damaged and where. */
export function corruptError(path: string, found: string, cause?: unknown): JournalError {
  return new JournalError("JOURNAL_CORRUPT", {
    path,
    found: `its content is damaged: ${found}`,
    remedy: "Keep this file as it is and put a backup in its place; check the disk",
    cause,
  });
}

/** The error for a disk that refuses to write. */
export function refusedError(path: string, reason: CommitFailure): JournalError {
  const full = reason === "diskFull";
  return new JournalError(full ? "JOURNAL_FULL" : "JOURNAL_UNREADABLE", {
    path,
    found: full ? "the disk is full" : "the disk refuses to write",
    remedy: full ? "Free some space on its disk and try again" : "Check the disk and try again",
  });
}
