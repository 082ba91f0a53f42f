import type { TimerKey } from "@scenekeep/engine/core";
import { rowChecksum } from "./checksum.ts";
import { corruptError } from "./journal_error.ts";
import type { LibraryFile } from "./library_file.ts";

/**
 * The timers of an actor that are set and have not fired.
 *
 * @throws {JournalError} `JOURNAL_CORRUPT` when a row is damaged.
 */
export function readTimers(file: LibraryFile, actorNumber: number): TimerKey[] {
  const rows = file.rows(
    "SELECT key, after_ms, checksum FROM timers WHERE actor = ?",
    actorNumber,
  ) as readonly (readonly [TimerKey, number, number])[];
  return rows.map(([key, afterMs, kept]) => {
    if (rowChecksum(key, afterMs) === kept) return key;
    throw corruptError(file.path, `timer "${key}" is not as it was written`);
  });
}

/** Sets or replaces a timer. Inside a transaction. */
export function writeTimer(
  file: LibraryFile,
  actorNumber: number,
  timer: { readonly key: TimerKey; readonly afterMs: number },
): void {
  file.run(
    `INSERT INTO timers (actor, key, after_ms, checksum) VALUES (?, ?, ?, ?)
     ON CONFLICT (actor, key) DO UPDATE SET after_ms = excluded.after_ms,
       checksum = excluded.checksum`,
    actorNumber,
    timer.key,
    timer.afterMs,
    rowChecksum(timer.key, timer.afterMs),
  );
}

/** Removes a timer, if it is there. Inside a transaction. */
export function deleteTimer(file: LibraryFile, actorNumber: number, key: TimerKey): void {
  file.run("DELETE FROM timers WHERE actor = ? AND key = ?", actorNumber, key);
}
