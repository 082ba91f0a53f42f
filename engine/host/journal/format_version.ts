import { JournalError } from "./journal_error.ts";

/** "SCKP": marks a SQLite file as a library of this program, in its header. */
export const APPLICATION_ID = 0x53434b50;

/**
 * The format of the tables. A file of an older format is brought forward when it is opened; one of
 * a newer format is left alone.
 */
export const FORMAT_VERSION = 2;

/** The error for a file, or a record in it, of a later version of this program. */
export function newerError(
  path: string,
  newer: { readonly what: string; readonly format: number },
): JournalError {
  return new JournalError("JOURNAL_NEWER", {
    path,
    found: `${newer.what} has format ${newer.format}, which this version does not know`,
    remedy: "Use the version that wrote it, or a later one",
  });
}
