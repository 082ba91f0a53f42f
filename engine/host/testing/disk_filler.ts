/**
 * Fills a library until the disk refuses, waits until somebody made room, and goes on.
 *
 * `disk_filler.ts FOLDER`: writes `FOLDER/library.sqlite`, and `FOLDER/ballast`, which it removes
 * to make room. Writes a line of JSON, a `FillerReport`, once the disk refuses and one at the end;
 * each is followed by a wait for a line.
 */

import type { ActorId, CommitFailure, DurableStore, TurnRecord } from "@scenekeep/engine/core";
import { identifier } from "@scenekeep/engine/core";
import { join } from "@std/path";
import { JournalError } from "../journal/journal_error.ts";
import { SqliteJournal } from "../journal/sqlite_journal.ts";

/** What a filler says when the disk refuses, and at the end. */
export interface FillerReport {
  /** Why the disk refused; null when it never did. */
  readonly reason: CommitFailure | null;
  /** Turns that were called committed. */
  readonly committed: number;
  /** Turns that a new life found; -1 when it was not asked. */
  readonly found: number;
  /** What SQLite says of the file. */
  readonly integrity: string;
  /** Code of the error that a new library gets while the disk is full, or null. */
  readonly newLibrary: string | null;
}

interface FillerTypes {
  readonly message: string;
  readonly event: { readonly turn: number; readonly part: number; readonly text: string };
  readonly job: string;
  readonly result: string;
}

const ACTOR = identifier<ActorId>("filler");
/** Two parts a turn, so that half a turn would show. */
const PARTS = 2;
const PART_SIZE_BYTES = 3_000;
/** Room for the last turn, and for the log to be written back. */
const BALLAST_SIZE_BYTES = 1024 * 1024;
/** More than any disk that a test gives it. */
const TURNS_MAX = 20_000;

if (import.meta.main) await main(Deno.args[0] ?? "");

async function main(folder: string): Promise<void> {
  const path = join(folder, "library.sqlite");
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();
  await Deno.writeFile(join(folder, "ballast"), new Uint8Array(BALLAST_SIZE_BYTES));
  let journal = SqliteJournal.open({ path });
  let store = journal.storeFor<FillerTypes>(ACTOR);
  store.open();
  let committed = 0;
  const reason = fill(store, () => committed += 1);
  const newLibrary = newLibraryError(join(folder, "second.sqlite"));
  await report({ reason, committed, found: -1, integrity: "not asked", newLibrary });
  await lines.read();
  await Deno.remove(join(folder, "ballast"));
  const after = store.commit(turn(committed + 1));
  if (after.kind === "committed") committed += 1;
  journal.close();
  journal = SqliteJournal.open({ path });
  store = journal.storeFor<FillerTypes>(ACTOR);
  const found = wholeTurns(store);
  journal.close();
  await report({ reason, committed, found, integrity: integrityOf(path), newLibrary });
  await lines.read();
}

function fill(store: DurableStore<FillerTypes>, count: () => number): CommitFailure | null {
  for (let at = 1; at <= TURNS_MAX; at += 1) {
    const outcome = store.commit(turn(at));
    if (outcome.kind === "failed") return outcome.reason;
    count();
  }
  return null;
}

function turn(at: number): TurnRecord<FillerTypes> {
  const events = Array.from({ length: PARTS }, (_, part) => ({
    turn: at,
    part,
    text: String(at).padStart(PART_SIZE_BYTES, "."),
  }));
  return {
    consumed: { kind: "nothing" },
    events,
    outbox: [],
    replies: [],
    timersSet: [],
    timersCancelled: [],
    wallMs: 0,
  };
}

/** How many turns are there, each whole and in its place; throws when one is not. */
function wholeTurns(store: DurableStore<FillerTypes>): number {
  let count = 0;
  for (const event of store.open().events) {
    const expected = { turn: Math.floor(count / PARTS) + 1, part: count % PARTS };
    if (event.turn !== expected.turn || event.part !== expected.part) {
      throw new Error(`Event ${count} is of turn ${event.turn}, part ${event.part}`);
    }
    count += 1;
  }
  return count / PARTS;
}

function integrityOf(path: string): string {
  const journal = SqliteJournal.open({ path });
  try {
    return journal.checkIntegrity();
  } finally {
    journal.close();
  }
}

function newLibraryError(path: string): string | null {
  try {
    SqliteJournal.open({ path }).close();
    return null;
  } catch (error) {
    if (error instanceof JournalError) return error.code;
    throw error;
  }
}

async function report(found: FillerReport): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(found)}\n`));
}
