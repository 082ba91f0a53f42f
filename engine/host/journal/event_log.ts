import type { ActorTypes } from "@scenekeep/engine/core";
import { chainChecksum } from "./checksum.ts";
import { newerError } from "./format_version.ts";
import { corruptError } from "./journal_error.ts";
import type { LibraryFile } from "./library_file.ts";
import type { RecordFormat } from "./record_format.ts";

/** Where the events of an actor stand: how far, and the checksum up to there. */
export interface LogPosition {
  /** Number of the last event; 0 before the first. */
  readonly seq: number;
  /** Checksum of the last event, chained from all before it. */
  readonly chain: number;
}

/** Before the first event. */
export const LOG_START: LogPosition = { seq: 0, chain: 0 };

/** Rows read at a time: many more cost memory, many fewer cost a call into SQLite each. */
const BATCH_ROWS = 512;

const SELECT_BATCH = `SELECT seq, format, checksum, json FROM events
  WHERE actor = ? AND seq > ? ORDER BY seq LIMIT ${BATCH_ROWS}`;

/** Whose events, and where the reading starts. */
export interface LogRange {
  readonly actorNumber: number;
  readonly from: LogPosition;
}

/**
 * Checks every event after `range.from` and returns where they end.
 *
 * @throws {JournalError} `JOURNAL_CORRUPT` when one is missing or changed, `JOURNAL_NEWER` when one
 * has a format above `formatMax`.
 */
export function checkEvents(
  file: LibraryFile,
  range: LogRange,
  formatMax: number,
): LogPosition {
  let at = range.from;
  for (const batch of batches(file, range)) {
    for (const [seq, format, kept, json] of batch) {
      const chain = chainChecksum({ format, json }, at.chain);
      if (seq !== at.seq + 1) throw corruptError(file.path, `event ${at.seq + 1} is missing`);
      if (chain !== kept) throw corruptError(file.path, `event ${seq} is not as it was written`);
      if (format > formatMax) throw newerError(file.path, { what: `event ${seq}`, format });
      at = { seq, chain };
    }
  }
  return at;
}

/** The events after `range.from`, in order, in the shape of today. Read as they are asked for. */
export function* readEvents<Types extends ActorTypes>(
  file: LibraryFile,
  range: LogRange,
  format: RecordFormat<Types>,
): Generator<Types["event"], void, undefined> {
  for (const batch of batches(file, range)) {
    for (const [, written, , json] of batch) {
      const event: unknown = JSON.parse(json);
      yield written === format.version
        ? event as Types["event"]
        : format.upgradeEvent(event, written);
    }
  }
}

type EventRow = readonly [seq: number, format: number, checksum: number, json: string];

function* batches(file: LibraryFile, range: LogRange): Generator<readonly EventRow[]> {
  let after = range.from.seq;
  while (true) {
    const rows = file.rows(SELECT_BATCH, range.actorNumber, after) as readonly EventRow[];
    if (rows.length === 0) return;
    yield rows;
    if (rows.length < BATCH_ROWS) return;
    after = rows[rows.length - 1]?.[0] ?? after;
  }
}
