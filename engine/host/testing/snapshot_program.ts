/**
 * Saves one snapshot after the other: `snapshot_program.ts LIBRARY`.
 *
 * Each round commits an event, writes `begin ROUND`, saves a large snapshot, and writes `end
 * ROUND`.
 */

import { type ActorId, identifier } from "@scenekeep/engine/core";
import { SqliteJournal } from "../journal/sqlite_journal.ts";

/** The types of the record that the program writes. */
export interface SnapshotTypes {
  readonly message: string;
  readonly event: { readonly round: number };
  readonly job: string;
  readonly result: string;
}

/** The state that it saves. */
export interface SnapshotState {
  readonly round: number;
  /** `PARTS` texts, all of this round. */
  readonly parts: readonly string[];
}

/** Whose record it is. */
export const SNAPSHOT_ACTOR: ActorId = identifier("snapshot");
/** Enough for some megabytes, so that a kill has time to fall into the write. */
export const PARTS = 40_000;

/** A text of a round that hardly compresses. */
export function partOf(round: number, part: number): string {
  return (Math.imul(round * PARTS + part, 2_654_435_761) >>> 0).toString(36).padStart(7, "0")
    .repeat(2) + Math.imul(part + round, 40_503).toString(36);
}

if (import.meta.main) main(Deno.args[0] ?? "");

function main(path: string): void {
  const journal = SqliteJournal.open({ path });
  const store = journal.storeFor<SnapshotTypes>(SNAPSHOT_ACTOR);
  const opening = store.open();
  let round = (opening.snapshot as SnapshotState | null)?.round ?? 0;
  for (const event of opening.events) round = event.round;
  while (true) {
    round += 1;
    const parts = Array.from({ length: PARTS }, (_, part) => partOf(round, part));
    store.commit({
      consumed: { kind: "nothing" },
      events: [{ round }],
      outbox: [],
      replies: [],
      timersSet: [],
      timersCancelled: [],
      wallMs: 0,
    });
    say(`begin ${round}`);
    store.saveSnapshot({ round, parts });
    say(`end ${round}`);
  }
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
