import type { ActorTypes, MessageId, NamedReply } from "@scenekeep/engine/core";
import { rowChecksum } from "./checksum.ts";
import { newerError } from "./format_version.ts";
import { corruptError } from "./journal_error.ts";
import type { LibraryFile } from "./library_file.ts";
import type { RecordFormat } from "./record_format.ts";

type AppliedRow = readonly [
  id: MessageId,
  wallMs: number,
  format: number,
  checksum: number,
  replies: string,
];

const COLUMNS = "message_id, wall_ms, format, checksum, replies";

/**
 * Checks every applied message of an actor: one whose name is damaged would be applied again.
 *
 * @throws {JournalError} When a row is damaged or newer.
 */
export function checkApplied(file: LibraryFile, actorNumber: number, formatMax: number): void {
  let after = "";
  while (true) {
    const rows = file.rows(
      `SELECT ${COLUMNS} FROM applied WHERE actor = ? AND message_id > ?
       ORDER BY message_id LIMIT 512`,
      actorNumber,
      after,
    ) as readonly AppliedRow[];
    for (const row of rows) {
      checkRow(file, row);
      const [id, , format] = row;
      if (format > formatMax) throw newerError(file.path, { what: `message "${id}"`, format });
      after = id;
    }
    if (rows.length === 0) return;
  }
}

/**
 * The replies to an applied message, or null when it was never applied.
 *
 * @throws {JournalError} When the row is damaged.
 */
export function readApplied<Types extends ActorTypes>(
  file: LibraryFile,
  entry: { readonly actorNumber: number; readonly id: MessageId },
  current: RecordFormat<Types>,
): readonly NamedReply<Types["message"]>[] | null {
  const row = file.row(
    `SELECT ${COLUMNS} FROM applied WHERE actor = ? AND message_id = ?`,
    entry.actorNumber,
    entry.id,
  ) as AppliedRow | undefined;
  if (row === undefined) return null;
  checkRow(file, row);
  const [, , format, , text] = row;
  const replies = JSON.parse(text) as NamedReply<Types["message"]>[];
  if (format === current.version) return replies;
  return replies.map(({ id, effect }) => ({
    id,
    effect: current.upgradeEffect(effect, format) as typeof effect,
  }));
}

/** Writes that a message is applied, and its replies so far. Inside a transaction. */
export function writeApplied<Types extends ActorTypes>(
  file: LibraryFile,
  entry: {
    readonly actorNumber: number;
    readonly id: MessageId;
    readonly wallMs: number;
    readonly format: number;
    readonly replies: readonly NamedReply<Types["message"]>[];
  },
): void {
  const { actorNumber, id, wallMs, format } = entry;
  const text = JSON.stringify(entry.replies);
  file.run(
    `INSERT INTO applied (actor, message_id, wall_ms, format, checksum, replies)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (actor, message_id) DO UPDATE SET wall_ms = excluded.wall_ms,
       format = excluded.format, checksum = excluded.checksum, replies = excluded.replies`,
    actorNumber,
    id,
    wallMs,
    format,
    rowChecksum(id, wallMs, format, text),
    text,
  );
}

/** Forgets the messages of an actor from before `wallMs`. Inside a transaction. */
export function deleteAppliedBefore(
  file: LibraryFile,
  actorNumber: number,
  wallMs: number,
): void {
  file.run("DELETE FROM applied WHERE actor = ? AND wall_ms < ?", actorNumber, wallMs);
}

function checkRow(file: LibraryFile, row: AppliedRow): void {
  const [id, wallMs, format, kept, text] = row;
  if (rowChecksum(id, wallMs, format, text) !== kept) {
    throw corruptError(file.path, `applied message "${id}" is not as it was written`);
  }
}
