/**
 * What commands can fail with: a part of the host that loads nothing else.
 *
 * @module
 */

export { CleanUpError } from "./clean_up/clean_up_error.ts";
export { JournalError } from "./journal/journal_error.ts";
export { ScanError } from "./scan/scan_error.ts";
