import { dataChecksum } from "./checksum.ts";
import { LOG_START, type LogPosition } from "./event_log.ts";
import { newerError } from "./format_version.ts";
import { corruptError } from "./journal_error.ts";
import type { LibraryFile } from "./library_file.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot_codec.ts";

/** A snapshot as it stands in the file: which row, and which events it covers. */
export interface SnapshotBase extends LogPosition {
  /** Number of the row, or null where no snapshot was ever made. */
  readonly row: number | null;
}

/** What a restart starts from. */
export interface FoundSnapshot {
  readonly base: SnapshotBase;
  /** The state, decoded, with the format that wrote it; null where there is none. */
  readonly state: { readonly value: unknown; readonly format: number } | null;
  /** What is wrong with a later snapshot that could not be used, or null. */
  readonly damage: string | null;
}

type SnapshotRow = readonly [
  row: number,
  seq: number,
  chain: number,
  format: number,
  checksum: number,
  data: Uint8Array,
];

/**
 * The latest snapshot that is as it was written. The one before it is kept with all events since,
 * so falling back loses nothing.
 *
 * @throws {JournalError} When there are snapshots and none can be used.
 */
export function findSnapshot(
  file: LibraryFile,
  actorNumber: number,
  formatMax: number,
): FoundSnapshot {
  const rows = file.rows(
    `SELECT number, seq, chain, format, checksum, data FROM snapshots
     WHERE actor = ? ORDER BY number DESC`,
    actorNumber,
  ) as readonly SnapshotRow[];
  let damage: string | null = null;
  for (const [row, seq, chain, format, kept, data] of rows) {
    if (format > formatMax) throw newerError(file.path, { what: "the snapshot", format });
    if (dataChecksum(data, actorNumber, seq, chain, format) === kept) {
      const state = { value: decodeSnapshot(data), format };
      return { base: { row, seq, chain }, state, damage };
    }
    damage = `the snapshot at event ${seq} is not as it was written`;
  }
  if (damage !== null) throw corruptError(file.path, damage);
  return { base: { row: null, ...LOG_START }, state: null, damage };
}

/** What to write as the next snapshot. */
export interface NextSnapshot {
  readonly actorNumber: number;
  /** The snapshot before, which stays with the events since. */
  readonly base: SnapshotBase;
  /** The last event that the state covers. */
  readonly at: LogPosition;
  readonly format: number;
  readonly state: unknown;
}

/** Bytes ready to be written, made outside the transaction. */
export interface EncodedSnapshot extends Omit<NextSnapshot, "state"> {
  readonly data: Uint8Array;
}

/** Makes the bytes of a snapshot. */
export function encodeNext(next: NextSnapshot): EncodedSnapshot {
  const { state, ...rest } = next;
  return { ...rest, data: encodeSnapshot(state) };
}

/** Writes a snapshot, and forgets what the one before the last covered. Inside a transaction. */
export function writeSnapshot(file: LibraryFile, next: EncodedSnapshot): SnapshotBase {
  const { actorNumber, base, at, format, data } = next;
  file.run(
    `INSERT INTO snapshots (actor, seq, chain, format, checksum, data)
     VALUES (?, ?, ?, ?, ?, ?)`,
    actorNumber,
    at.seq,
    at.chain,
    format,
    dataChecksum(data, actorNumber, at.seq, at.chain, format),
    data,
  );
  const row = Number(file.row("SELECT last_insert_rowid()")?.[0]);
  file.run(
    "DELETE FROM snapshots WHERE actor = ? AND number <> ? AND number IS NOT ?",
    actorNumber,
    row,
    base.row,
  );
  file.run("DELETE FROM events WHERE actor = ? AND seq <= ?", actorNumber, base.seq);
  return { row, seq: at.seq, chain: at.chain };
}
