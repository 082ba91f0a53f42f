import {
  ENGINE_VERSION,
  LIBRARIAN,
  LIBRARIAN_ACTOR,
  type LibraryEvent,
  restoreState,
} from "@scenekeep/engine/core";
import { SqliteJournal } from "@scenekeep/engine/host";
import { engineActors, PLANTED_BUGS, runReplay, VIRTUAL_MODEL } from "@scenekeep/sim";
import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { lstatSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { EXIT } from "./exit_codes.ts";
import { runQuietly } from "./testing/run_quietly.ts";
import { trashCommand } from "./trash.ts";
import { inRecordedPlace, linesOf } from "./testing/recorded_clean_up.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;

/** Bugs that break promises of a clean-up of exact copies in a folder, or of its undo. */
const BUGS = ["no-stand-ins", "no-obligations", "trash-is-free", "undo-keeps-the-stand-in"];

permittedTest({
  name: "a clean-up and its undo are replayed as they were, to the state that is on the disk",
  needs: NEEDS,
  fn: () =>
    inRecordedPlace(5, async ({ apply, record, recording, root, undo }) => {
      await apply(record);
      const applied = runReplay(linesOf(recording));
      assertEquals([applied.ending, applied.reasons], ["clean", []]);
      assertEquals(applied.library?.files, 5);
      await undo(record);
      const { ending, library, reasons, report } = runReplay(linesOf(recording));
      assertEquals([ending, reasons], ["clean", []]);
      assertEquals([report.runs, report.beginnings, report.divergingTurns], [2, 1, 0]);
      assertEquals([library?.files, library?.trashBytes], [10, 0]);
      assertEquals(report.statesCompared, 4);
      assertEquals(report.states[LIBRARIAN], stateOnDisk(root));
      const judged = ["INV-ALBUM-1", "INV-ALBUM-2", "INV-QUOTA-1", "INV-BYTES-1", "INV-LOSS-1"];
      for (const promise of [...judged, "INV-LOSS-2", "INV-UNDO-1"]) {
        assert((report.checks[promise] ?? 0) > 0, promise);
      }
      assertEquals(runReplay(linesOf(recording)).report.traceHash, report.traceHash);
    }),
});

permittedTest({
  name: "what others did to a folder between two runs is in the recording of the second",
  needs: NEEDS,
  fn: () =>
    inRecordedPlace(5, async ({ apply, record, recording, root, undo }) => {
      await apply(record);
      rmSync(join(root, "2020/a0.jpg"));
      writeFileSync(join(root, "2020/a1.jpg"), "another picture");
      renameSync(join(root, "2020/a2.jpg"), join(root, "2020/moved.jpg"));
      writeFileSync(join(root, "2021/new.jpg"), "picture 3");
      await apply(record);
      await undo(record);
      const { ending, reasons, report } = runReplay(linesOf(recording));
      assertEquals([ending, reasons], ["clean", []]);
      assertEquals([report.runs, report.beginnings], [3, 1]);
      assert(linesOf(recording).some((line) => line.includes('"fileVanished"')));
    }),
});

permittedTest({
  name: "what a trash gave back and deleted is replayed with what the folder answered",
  needs: NEEDS,
  fn: () =>
    inRecordedPlace(3, async ({ apply, record, recording, root }) => {
      await apply(record);
      for (const words of [["restore", "--files", "2"], ["empty", "--yes"]]) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        const { code, error } = await runQuietly(trashCommand, [root, ...words, ...record]);
        assertEquals(code, EXIT.done, error);
      }
      const { ending, library, reasons, report } = runReplay(linesOf(recording));
      assertEquals([ending, reasons, report.beginnings], ["clean", [], 1]);
      assertEquals([library?.files, library?.trashBytes], [4, 0]);
      assert((report.checks["INV-OBJECT-1"] ?? 0) >= 2);
    }),
});

permittedTest({
  name: "what an undo had to leave, as somebody has changed the folder, breaks no promise",
  needs: NEEDS,
  fn: () =>
    inRecordedPlace(3, async ({ apply, record, recording, root, undo }) => {
      await apply(record);
      const isLink = (name: string): boolean => lstatSync(join(root, name)).isSymbolicLink();
      const link = ["2020/a0.jpg", "2021/b0.jpg"].find(isLink);
      assert(link !== undefined);
      rmSync(join(root, link));
      symlinkSync("../2020/a1.jpg", join(root, link));
      await undo(record, EXIT.partly);
      assert(linesOf(recording).some((line) => line.includes("could not be put back: changed")));
      const { ending, reasons, report } = runReplay(linesOf(recording));
      assertEquals([ending, reasons, report.beginnings], ["clean", [], 1]);
    }),
});

permittedTest({
  name: "a recording that begins with a snapshot is replayed from there",
  needs: NEEDS,
  fn: () =>
    inRecordedPlace(130, async ({ apply, record, recording, undo }) => {
      await apply();
      await undo(record);
      const opening = linesOf(recording).map((line) => line === "" ? null : JSON.parse(line))
        .find((line) => line?.kind === "opening" && line.actor === LIBRARIAN);
      assert(opening.snapshot !== null, "There is no snapshot");
      const { ending, reasons, report } = runReplay(linesOf(recording));
      assertEquals([ending, reasons], ["clean", []]);
      assert((report.checks["INV-LOSS-2"] ?? 0) > 0);
      assert(report.turns > 200, `${report.turns}`);
      await apply(record);
      const again = runReplay(linesOf(recording));
      assertEquals([again.ending, again.reasons], ["clean", []]);
      assertEquals([again.report.runs, again.report.beginnings], [report.runs + 1, 1]);
      assert(again.report.turns > report.turns + 100, `${again.report.turns}`);
    }),
});

permittedTest({
  name: "a life that was not recorded lets the promises begin anew, and is said",
  needs: NEEDS,
  fn: () =>
    inRecordedPlace(3, async ({ apply, record, recording, undo }) => {
      await apply(record);
      await undo();
      await apply(record);
      const { ending, reasons, report } = runReplay(linesOf(recording));
      assertEquals([ending, reasons, report.beginnings], ["clean", [], 2]);
    }),
});

permittedTest({
  name: "one value that is changed in a recording is found and named",
  needs: NEEDS,
  fn: () =>
    inRecordedPlace(3, async ({ apply, record, recording }) => {
      await apply(record);
      const lines = linesOf(recording);
      const at = lines.findIndex((line) => line.includes('"itemApplied"'));
      const turn = JSON.parse(lines[at] ?? "");
      const index = turn.events.findIndex(({ kind }: { kind: string }) => kind === "entryAdded");
      assert(index >= 0, JSON.stringify(turn.events));
      const { album } = turn.events[index];
      turn.events[index].album = "elsewhere";
      const changed = lines.with(at, JSON.stringify(turn));
      const { ending, report } = runReplay(changed);
      assertEquals([ending, report.divergingTurns], ["notDeterministic", 1]);
      assert(report.divergence !== null);
      const { actor, field, line, recorded, replayed } = report.divergence;
      assertEquals([actor, field, line], [LIBRARIAN, `events[${index}].album`, at + 1]);
      assertEquals([recorded, replayed], ['"elsewhere"', JSON.stringify(album)]);

      const end = lines.findLastIndex((line) => line.includes('"states"'));
      const states = lines[end]?.replace(/"librarian":"[0-9a-f]{2}/, '"librarian":"zz') ?? "";
      const other = runReplay(lines.with(end, states));
      assertEquals([other.ending, other.report.divergence?.field], ["notDeterministic", "state"]);
    }),
});

permittedTest({
  name: "a recording of a sound run shows what a bug that is planted since would break",
  needs: NEEDS,
  fn: () =>
    inRecordedPlace(3, async ({ apply, record, recording, undo }) => {
      await apply(record);
      await undo(record);
      for (const id of BUGS) {
        const bug = PLANTED_BUGS.find((known) => known.id === id);
        assert(bug?.actors !== undefined, id);
        const actors = bug.actors(engineActors(VIRTUAL_MODEL));
        const { ending, report } = runReplay(linesOf(recording), { actors });
        assertEquals([ending, report.divergence?.actor], ["violation", LIBRARIAN], id);
        const broken = report.violations.map(({ checker }) => checker);
        assert(broken.includes(bug.promise), `${id}: ${broken.join(", ")}`);
      }
    }),
});

permittedTest({
  name: "of a replay that stops at its twentieth violation nobody says that a run has no end",
  needs: NEEDS,
  fn: () =>
    inRecordedPlace(25, async ({ apply, record, recording }) => {
      await apply(record);
      const bug = PLANTED_BUGS.find(({ id }) => id === "trash-is-free");
      assert(bug?.actors !== undefined);
      const actors = bug.actors(engineActors(VIRTUAL_MODEL));
      const { report } = runReplay(linesOf(recording), { actors });
      assert(report.violations.length >= 20, `${report.violations.length}`);
      assertEquals([report.runs, report.runsWithoutEnd], [1, 0]);
    }),
});

permittedTest({
  name: "engines and actors that were left out are told of every run",
  needs: NEEDS,
  fn: () =>
    inRecordedPlace(1, async ({ apply, record, recording, undo }) => {
      await apply(record);
      await undo(record);
      const lines = linesOf(recording);
      const header = { ...JSON.parse(lines[0] ?? ""), engine: "0.0.9", leftOut: ["grouping"] };
      const { ending, report } = runReplay(lines.with(0, JSON.stringify(header)));
      assertEquals(ending, "clean");
      assertEquals([report.engines, report.leftOut], [["0.0.9", ENGINE_VERSION], ["grouping"]]);
    }),
});

permittedTest({
  name: "a recording that is cut anywhere is replayed up to there",
  needs: NEEDS,
  fn: () =>
    inRecordedPlace(3, async ({ apply, record, recording, undo }) => {
      await apply(record);
      const whole = linesOf(recording).join("\n");
      const all = runReplay(whole.split("\n")).report.turns;
      for (const part of [0.3, 0.6, 0.95]) {
        const text = whole.slice(0, Math.floor(whole.length * part));
        const { ending, reasons, report } = runReplay(text.split("\n"));
        assertEquals([ending, reasons, report.runsWithoutEnd], ["clean", [], 1]);
        assert(report.turns > 0 && report.turns < all, `${report.turns} of ${all}`);
      }
      // A process that was killed: the next run goes on behind half a line.
      writeFileSync(recording, whole.slice(0, -40));
      await undo(record);
      const { ending, report } = runReplay(linesOf(recording));
      assertEquals([ending, report.runs, report.beginnings], ["clean", 2, 2]);
      assertEquals(report.recordsCompared, 1);
      const at = linesOf(recording).findLastIndex((line) => line.startsWith('{"kind":"events"'));
      const found = JSON.parse(linesOf(recording)[at] ?? "");
      found.events.splice(3, 1);
      const lost = runReplay(linesOf(recording).with(at, JSON.stringify(found)));
      assertEquals([lost.ending, lost.report.violations[0]?.checker], ["violation", "INV-LOSS-2"]);
      assertEquals(lost.report.violations[0]?.entity, "record");
      const damaged = linesOf(recording).with(5, "{");
      assertThrows(() => runReplay(damaged), Error, "Line 6 is no JSON");
    }),
});

/** SHA-256 of the librarian's state as its journal in the folder makes it, as JSON text. */
function stateOnDisk(root: string): string {
  const journal = SqliteJournal.open({ path: join(root, ".scenekeep/library.sqlite") });
  try {
    const { events, snapshot } = journal.storeFor(LIBRARIAN).open();
    const state = restoreState(LIBRARIAN_ACTOR, {
      snapshot,
      events: events as Iterable<LibraryEvent>,
    });
    const text = JSON.stringify(LIBRARIAN_ACTOR.encode(state));
    return createHash("sha256").update(text).digest("hex");
  } finally {
    journal.close();
  }
}
