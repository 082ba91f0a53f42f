import type { ActorId, CommitFailure } from "@scenekeep/engine/core";
import { rowChecksum } from "./checksum.ts";
import { corruptError, refusedError } from "./journal_error.ts";
import type { LibraryFile } from "./library_file.ts";

/** An actor of a library file: the number that its rows bear, and how many lives it has had. */
export interface ActorRow {
  readonly number: number;
  readonly incarnation: number;
}

type Row = readonly [actor: string, number: number, incarnation: number, checksum: number];

/**
 * The row of `actor`, or null when it never lived. Every row is checked: one whose name is damaged
 * would make its actor look new.
 *
 * @throws {JournalError} `JOURNAL_CORRUPT` when a row is not as it was written.
 */
export function readActor(file: LibraryFile, actor: ActorId): ActorRow | null {
  const rows = file.rows(
    "SELECT actor, number, incarnation, checksum FROM actors",
  ) as readonly Row[];
  let found: ActorRow | null = null;
  for (const [name, number, incarnation, kept] of rows) {
    if (rowChecksum(name, number, incarnation) !== kept) {
      throw corruptError(file.path, `the row of actor "${name}" is not as it was written`);
    }
    if (name === actor) found = { number, incarnation };
  }
  return found;
}

/** A number that no actor of the file bears. */
export function freeActorNumber(file: LibraryFile): number {
  return Number(file.row("SELECT coalesce(max(number), 0) + 1 FROM actors")?.[0]);
}

/**
 * Writes that `actor` lives its life number `row.incarnation`.
 *
 * @throws {JournalError} `JOURNAL_FULL` or `JOURNAL_UNREADABLE` when the disk refuses.
 */
export function writeActor(file: LibraryFile, actor: ActorId, row: ActorRow): void {
  const { number, incarnation } = row;
  const failure: CommitFailure | null = file.transact(() => {
    file.run(
      `INSERT INTO actors (actor, number, incarnation, checksum) VALUES (?, ?, ?, ?)
       ON CONFLICT (actor) DO UPDATE SET incarnation = excluded.incarnation,
         checksum = excluded.checksum`,
      actor,
      number,
      incarnation,
      rowChecksum(actor, number, incarnation),
    );
    return null;
  });
  if (failure !== null) throw refusedError(file.path, failure);
}

/** The number of the life that holds the record of the actor now. */
export function livingIncarnation(file: LibraryFile, actor: ActorId): number {
  return Number(file.row("SELECT incarnation FROM actors WHERE actor = ?", actor)?.[0] ?? 0);
}
