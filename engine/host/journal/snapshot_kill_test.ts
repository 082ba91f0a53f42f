import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startProgram } from "../testing/program.ts";
import {
  partOf,
  PARTS,
  SNAPSHOT_ACTOR,
  type SnapshotState,
  type SnapshotTypes,
} from "../testing/snapshot_program.ts";
import { SqliteJournal } from "./sqlite_journal.ts";

const KILLS = 12;

permittedTest({
  name: "SqliteStore keeps one whole snapshot and every event through kills while it saves",
  needs: { read: true, write: true, run: [Deno.execPath()] },
  timeoutMs: 120_000,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const path = join(folder, "library.sqlite");
    let killsWhileSaving = 0;
    let saveMs = 40;
    try {
      for (let kill = 0; kill < KILLS; kill += 1) {
        // deno-lint-ignore no-await-in-loop -- one life after the other
        const life = await killWhileSaving(path, { waitMs: (saveMs * (kill + 0.5)) / KILLS });
        if (life.ended < life.begun) killsWhileSaving += 1;
        if (life.saveMs !== null) saveMs = life.saveMs;
        // The event of the next round may be on disk before the program could say so.
        const next = life.ended === life.begun ? life.begun + 1 : life.begun;
        const round = roundOf(path);
        assert(round === life.begun || round === next, `${round} of ${JSON.stringify(life)}`);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    assert(killsWhileSaving >= KILLS / 2, `Only ${killsWhileSaving} kills met a snapshot`);
  },
});

interface Life {
  readonly begun: number;
  readonly ended: number;
  readonly saveMs: number | null;
}

/** Kills the program so long after it began its third snapshot. */
async function killWhileSaving(path: string, kill: { readonly waitMs: number }): Promise<Life> {
  const folder = join(path, "..");
  const flags = [`--allow-read=${folder}`, `--allow-write=${folder}`];
  const program = startProgram({ file: "snapshot_program.ts", args: [path], flags });
  const life = { begun: 0, ended: 0, saveMs: null as number | null };
  const timers: ReturnType<typeof setTimeout>[] = [];
  let begins = 0;
  let beginMs = 0;
  while (true) {
    // deno-lint-ignore no-await-in-loop -- one line after the other
    const line = await program.nextLine();
    if (line === null) break;
    const [what, round] = line.split(" ");
    if (what === "end") {
      life.ended = Number(round);
      life.saveMs = performance.now() - beginMs;
      continue;
    }
    life.begun = Number(round);
    beginMs = performance.now();
    begins += 1;
    if (begins === 3) timers.push(setTimeout(() => program.kill(), kill.waitMs));
  }
  for (const timer of timers) clearTimeout(timer);
  await program.ended();
  return life;
}

/** The round that the record has come to; fails when its snapshot is not whole. */
function roundOf(path: string): number {
  const journal = SqliteJournal.open({ path });
  try {
    assertEquals(journal.checkIntegrity(), "ok");
    const opening = journal.storeFor<SnapshotTypes>(SNAPSHOT_ACTOR).open();
    assertEquals(journal.warnings, []);
    const state = opening.snapshot as SnapshotState | null;
    let round = state?.round ?? 0;
    if (state !== null) {
      assertEquals(state.parts.length, PARTS);
      assert(state.parts.every((text, part) => text === partOf(state.round, part)));
    }
    for (const event of opening.events) {
      assertEquals(event.round, round + 1);
      round = event.round;
    }
    return round;
  } finally {
    journal.close();
  }
}
