import type { ActorTypes, EffectId, NamedEffect } from "@scenekeep/engine/core";
import { rowChecksum } from "./checksum.ts";
import { newerError } from "./format_version.ts";
import { corruptError } from "./journal_error.ts";
import type { LibraryFile } from "./library_file.ts";
import type { RecordFormat } from "./record_format.ts";

/** What is outstanding of an actor, oldest first, and the number of the latest row ever seen. */
export interface FoundOutbox<Types extends ActorTypes> {
  readonly effects: readonly NamedEffect<Types>[];
  readonly numberMax: number;
}

type OutboxRow = readonly [
  id: EffectId,
  number: number,
  format: number,
  checksum: number,
  json: string,
];

/**
 * Reads the outbox of an actor.
 *
 * @throws {JournalError} When a row is damaged or newer.
 */
export function readOutbox<Types extends ActorTypes>(
  file: LibraryFile,
  actorNumber: number,
  current: RecordFormat<Types>,
): FoundOutbox<Types> {
  const rows = file.rows(
    `SELECT effect_id, number, format, checksum, json FROM outbox
     WHERE actor = ? ORDER BY number`,
    actorNumber,
  ) as readonly OutboxRow[];
  const effects = rows.map(([id, number, format, kept, json]) => {
    if (rowChecksum(id, number, format, json) !== kept) {
      throw corruptError(file.path, `effect "${id}" of the outbox is not as it was written`);
    }
    return { id, effect: currentEffect(file, current, { format, json }) };
  });
  return { effects, numberMax: rows.at(-1)?.[1] ?? 0 };
}

/** Adds an effect. Inside a transaction. */
export function writeOutbox<Types extends ActorTypes>(
  file: LibraryFile,
  named: NamedEffect<Types>,
  row: { readonly actorNumber: number; readonly number: number; readonly format: number },
): void {
  const json = JSON.stringify(named.effect);
  file.run(
    `INSERT INTO outbox (actor, effect_id, number, format, checksum, json)
     VALUES (?, ?, ?, ?, ?, ?)`,
    row.actorNumber,
    named.id,
    row.number,
    row.format,
    rowChecksum(named.id, row.number, row.format, json),
    json,
  );
}

/** Removes an effect, if it is there. Inside a transaction. */
export function deleteOutbox(file: LibraryFile, actorNumber: number, id: EffectId): void {
  file.run("DELETE FROM outbox WHERE actor = ? AND effect_id = ?", actorNumber, id);
}

/** Whether an effect is there. */
export function isInOutbox(file: LibraryFile, actorNumber: number, id: EffectId): boolean {
  return file.row(
    "SELECT 1 FROM outbox WHERE actor = ? AND effect_id = ?",
    actorNumber,
    id,
  ) !== undefined;
}

/** An effect as it was written, in the shape of today. */
export function currentEffect<Types extends ActorTypes>(
  file: LibraryFile,
  current: RecordFormat<Types>,
  written: { readonly format: number; readonly json: string },
): NamedEffect<Types>["effect"] {
  const { format, json } = written;
  if (format > current.version) throw newerError(file.path, { what: "an effect", format });
  const effect: unknown = JSON.parse(json);
  return format === current.version
    ? effect as NamedEffect<Types>["effect"]
    : current.upgradeEffect(effect, format);
}
