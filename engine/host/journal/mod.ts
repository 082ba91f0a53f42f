/**
 * The journal of a library: one SQLite file, held by one process, in which every turn of every
 * durable actor is one transaction.
 *
 * Survives the end of the process at any moment, a full disk, a write that fails, and a damaged
 * snapshot. Damage that it cannot get over is reported and nothing is changed. Does not survive a
 * disk that says it has written what it has not.
 *
 * @module
 */

export { JournalError, type JournalErrorCode } from "./journal_error.ts";
export { firstFormat, type RecordFormat } from "./record_format.ts";
export { SqliteJournal, type SqliteJournalOptions } from "./sqlite_journal.ts";
