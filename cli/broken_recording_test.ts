import { LIBRARIAN } from "@scenekeep/engine/core";
import { runReplay } from "@scenekeep/sim";
import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { inRecordedPlace, linesOf } from "./testing/recorded_clean_up.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;

// deno-lint-ignore no-explicit-any -- tests break lines field by field
type Line = any;

/** Why a recording cannot be replayed. Any error but that one fails the test. */
function problemOf(lines: readonly string[]): string {
  const error = assertThrows(() => runReplay(lines), Error);
  assertEquals(error.name, "RecordingError", error.stack);
  return error.message;
}

/** The recording of a clean-up and its undo, line by line. */
async function withRecording(use: (lines: string[]) => void): Promise<void> {
  await inRecordedPlace(2, async ({ apply, record, recording, undo }) => {
    await apply(record);
    await undo(record);
    use(linesOf(recording));
  });
}

/** The first line from `from` on that is so. */
function findLine(lines: readonly string[], isSo: (line: Line) => boolean, from = 0): number {
  const at = lines.findIndex((line, index) =>
    index >= from && line !== "" && isSo(JSON.parse(line))
  );
  assert(at >= 0, "There is no such line");
  return at;
}

permittedTest({
  name: "a recording that lacks how an actor was opened is no clean one",
  needs: NEEDS,
  fn: () =>
    withRecording((lines) => {
      const isOpening = ({ kind, actor }: Line) => kind === "opening" && actor === LIBRARIAN;
      const openings = lines.filter((line) => line !== "" && isOpening(JSON.parse(line)));
      assertEquals(openings.length, 2);
      const without = lines.filter((line) => !openings.includes(line));
      assert(problemOf(without).includes(`of actor "${LIBRARIAN}", and nothing before it says`));
      assert(problemOf(without).endsWith(": take the file as it was written"));
      // Events of a record that was never opened: the second run alone has some.
      const second = lines.filter((line) => line !== openings[1]);
      const events = findLine(
        second,
        ({ kind, actor }) => kind === "events" && actor === LIBRARIAN,
      );
      assert(problemOf(second).startsWith(`Line ${events + 1} `), problemOf(second));
      // Nor does it help to leave out its first turn too.
      const isRestored = ({ actor, incoming, kind }: Line) =>
        kind === "turn" && actor === LIBRARIAN && incoming === null;
      const later = without.filter((line) => line === "" || !isRestored(JSON.parse(line)));
      const mute = later.filter((line) => !line.startsWith('{"kind":"events"'));
      assert(problemOf(mute).includes("nothing before it says"), problemOf(mute));
    }),
});

permittedTest({
  name: "a recording in which the librarian did not live is vacuous, and it cannot go on there",
  needs: NEEDS,
  fn: () =>
    withRecording((lines) => {
      const header = lines[0] ?? "";
      assertEquals(runReplay([header]).ending, "vacuous");
      const opening = findLine(
        lines,
        ({ kind, actor }) => kind === "opening" && actor === LIBRARIAN,
      );
      const restored = findLine(
        lines,
        ({ kind, actor }) => kind === "turn" && actor === LIBRARIAN,
        opening,
      );
      const turn = JSON.parse(lines[restored] ?? "");
      const failed = { outcome: "threw", reason: "Error: it cannot", effects: [], events: [] };
      // Its store could not be opened: that is all that is known, and no fault of the recording.
      const shut = JSON.stringify({ ...turn, ...failed, thrownBy: "open" });
      const unopened = runReplay([header, shut]);
      assertEquals([unopened.ending, unopened.report.turns], ["vacuous", 0]);
      // It lived, its next life could not be opened, and yet it goes on: no host does that.
      const ran = lines.slice(0, restored + 1);
      const next = lines[findLine(lines, ({ actor }) => actor === LIBRARIAN, restored + 1)] ?? "";
      const number = ran.length + 2;
      assert(problemOf([...ran, shut, next]).startsWith(`Line ${number} `));
      // Nor after a turn that threw: it was opened anew then.
      const threw = JSON.stringify({ ...JSON.parse(next), ...failed });
      assert(problemOf([...ran, threw, next]).startsWith(`Line ${number} `));
    }),
});

permittedTest({
  name: "a recording with a broken value is refused, with its line, and nobody else is blamed",
  needs: NEEDS,
  fn: () =>
    withRecording((lines) => {
      const openings = ({ kind, actor }: Line) => kind === "opening" && actor === LIBRARIAN;
      const turns = ({ kind, actor, incoming }: Line) =>
        kind === "turn" && actor === LIBRARIAN && incoming !== null;
      const completed = ({ incoming }: Line) => incoming?.kind === "completed";
      const headers = ({ kind }: Line) => kind === "header";
      const cases: readonly (readonly [(line: Line) => boolean, Line])[] = [
        [openings, { snapshot: 5 }],
        [openings, { snapshot: {} }],
        [openings, { outbox: [null] }],
        [openings, { incarnation: -3.5 }],
        [turns, { incoming: { kind: "message" } }],
        [turns, { incoming: 5 }],
        [turns, { incoming: undefined }],
        [turns, { incoming: { kind: "completed" } }],
        [turns, { clock: {} }],
        [turns, { events: [null] }],
        [turns, { outcome: "dream" }],
        [turns, { thrownBy: "open" }],
        [completed, { effectId: null }],
        [turns, { actor: "nobody" }],
        [({ kind }) => kind === "events", { events: [null] }],
        [headers, { actors: [{ id: LIBRARIAN, kind: "librarian" }] }],
        [headers, { actors: [{ id: "h", kind: "hashing", settings: { attemptsMax: "x" } }] }],
        [headers, { actors: [{ id: "h", kind: "dreaming", settings: {} }] }],
      ];
      for (const [isSo, change] of cases) {
        const at = findLine(lines, isSo);
        const changed = JSON.stringify({ ...JSON.parse(lines[at] ?? ""), ...change });
        const problem = problemOf(lines.with(at, changed));
        assert(problem.startsWith(`Line ${at + 1} `), `${changed}: ${problem}`);
        assert(problem.endsWith(": take the file as it was written"), problem);
        // An actor may refuse its settings.
        const isRefused = !problem.includes(CHOKED) || problem.includes("(InvariantError");
        assert(isRefused, `fallen over, not refused: ${changed}: ${problem}`);
      }
    }),
});

permittedTest({
  name: "a life that goes on from the last one is refused when its snapshot is broken",
  needs: NEEDS,
  fn: () =>
    withRecording((lines) => {
      const isOpening = ({ kind, actor }: Line) => kind === "opening" && actor === LIBRARIAN;
      const at = findLine(lines, isOpening, findLine(lines, isOpening) + 1);
      const opening = { ...JSON.parse(lines[at] ?? ""), snapshot: {} };
      const problem = problemOf(lines.with(at, JSON.stringify(opening)));
      assert(problem.startsWith(`Line ${at + 1} opens actor "${LIBRARIAN}" with what`), problem);
    }),
});

permittedTest({
  name: "whatever value of a recording is another one, the program never falls over it",
  needs: NEEDS,
  fn: () =>
    withRecording((lines) => {
      const tried = new Set<string>();
      let refused = 0;
      for (const [index, text] of lines.entries()) {
        if (text === "") continue;
        const line = JSON.parse(text);
        for (const path of pathsOf(line)) {
          // One of each place: what is in lists is alike.
          const what = line.incoming?.envelope?.body.kind ?? line.incoming?.key;
          const place = [line.kind, what, ...path.map((key) => Number.isInteger(key) ? "" : key)];
          if (tried.has(place.join())) continue;
          const changed = structuredClone(line);
          put(changed, path, OTHER_VALUES[tried.size % OTHER_VALUES.length]);
          tried.add(place.join());
          try {
            runReplay(lines.with(index, JSON.stringify(changed)));
          } catch (error) {
            assert(error instanceof Error && error.name === "RecordingError", `${place}: ${error}`);
            refused += 1;
            if (!error.message.includes(CHOKED)) continue;
            // What is inside of these is left to the actors; all else has a shape that is known.
            const isInside = place.some((part) => UNCHECKED.includes(`${part}`));
            assert(isInside, `${place}: ${error.message}`);
          }
        }
      }
      assert(tried.size > 500 && refused > 100, `${refused} of ${tried.size}`);
    }),
});

/** What is said where something fell over what nobody checked. */
const CHOKED = "cannot be replayed";
const UNCHECKED = ["body", "result", "events", "snapshot"];

const OTHER_VALUES = [null, -1.5, {}, [], "other", [null], undefined];

/** The places of a value and of all that is in it. */
function* pathsOf(value: Line, path: readonly (string | number)[] = []): Generator<typeof path> {
  if (path.length > 0) yield path;
  if (typeof value !== "object" || value === null) return;
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const key of keys) yield* pathsOf(value[key], [...path, key]);
}

function put(value: Line, path: readonly (string | number)[], other: unknown): void {
  let holder = value;
  for (const key of path.slice(0, -1)) holder = holder[key];
  holder[path.at(-1) ?? ""] = other;
}
