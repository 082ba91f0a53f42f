import { assert } from "@std/assert";
import { CleanUpError } from "../clean_up/clean_up_error.ts";
import { JournalError } from "../journal/journal_error.ts";
import { ScanError } from "../scan/scan_error.ts";

/** What a user is told of a failure. Throws it on when it has no name that says what to do. */
export function messageOfNamed(error: unknown): string {
  const isNamed = error instanceof CleanUpError || error instanceof JournalError ||
    error instanceof ScanError;
  if (!isNamed) throw error;
  assert(error.code !== "ENGINE", `${error.code}: ${error.message}`);
  return error.message;
}
