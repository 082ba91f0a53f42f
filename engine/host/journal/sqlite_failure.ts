import type { CommitFailure } from "@scenekeep/engine/core";
import { corruptError, JournalError } from "./journal_error.ts";

/**
 * Primary result codes of SQLite, from https://www.sqlite.org/rescode.html. The low byte of an
 * extended code is its primary code.
 */
const PRIMARY = {
  busy: 5,
  noMemory: 7,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** The primary result code of an error of `node:sqlite`, or null for any other error. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const { errcode } = error as Error & { readonly errcode?: unknown };
  if (typeof errcode === "number") return errcode & 0xff;
  // A file that cannot be opened at all is reported without its code.
  return error.message.startsWith("unable to open database file") ? PRIMARY.cannotOpen : null;
}

/**
 * Why a transaction did not happen, or null when the error is no trouble of the disk. Such an error
 * is a bug or a damaged file and must be thrown on.
 */
export function commitFailure(error: unknown): CommitFailure | null {
  switch (sqliteCode(error)) {
    case PRIMARY.full:
      return "diskFull";
    case PRIMARY.ioError:
    case PRIMARY.readOnly:
    case PRIMARY.cannotOpen:
    case PRIMARY.noMemory:
      return "ioError";
    default:
      return null;
  }
}

/** Whether another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === PRIMARY.busy;
}

/** The clear error for whatever SQLite, or the file system, said about the file at `path`. */
export function journalError(path: string, error: unknown): unknown {
  if (error instanceof JournalError) return error;
  if (error instanceof Deno.errors.NotCapable) return error;
  switch (sqliteCode(error)) {
    case PRIMARY.corrupt:
      return corruptError(path, (error as Error).message, error);
    case PRIMARY.notADatabase:
      return foreignError(path, "it is not a SQLite file", error);
    case PRIMARY.full:
      return new JournalError("JOURNAL_FULL", {
        path,
        found: "the disk is full",
        remedy: "Free some space on its disk and try again",
        cause: error,
      });
    case PRIMARY.ioError:
    case PRIMARY.readOnly:
    case PRIMARY.cannotOpen:
      return unreadableError(path, (error as Error).message, error);
    default:
      return isPathError(error) ? unreadableError(path, error.message, error) : error;
  }
}

/** The error for a file that this program did not write. */
export function foreignError(path: string, found: string, cause?: unknown): JournalError {
  return new JournalError("JOURNAL_FOREIGN", {
    path,
    found,
    remedy: "Name another path, or move this file away",
    cause,
  });
}

function isPathError(error: unknown): error is Error {
  return error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.IsADirectory || error instanceof Deno.errors.NotADirectory;
}

function unreadableError(path: string, found: string, cause: unknown): JournalError {
  return new JournalError("JOURNAL_UNREADABLE", {
    path,
    found,
    remedy: "Make sure that its folder exists and that both can be read and written",
    cause,
  });
}
