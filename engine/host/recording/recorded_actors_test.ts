import type { CommitFailure } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { hostActor } from "../runtime/hosted_actor.ts";
import { Runtime } from "../runtime/runtime.ts";
import {
  command,
  loggingActor,
  type LoggingActorOptions,
  type LoggingTypes,
  sendTo,
} from "../testing/logging_actor.ts";
import { MemoryJournal } from "../testing/memory_journal.ts";
import { testPorts } from "../testing/test_ports.ts";
import { actorId } from "../testing/test_runtime.ts";
import { Recorder } from "./recorder.ts";

const [A, B, C] = [actorId("a"), actorId("b"), actorId("c")];
const NEEDS = { read: true, write: true } as const;

/** Starts a durable `a`, a volatile `b`, and `c`, which nobody may record. */
function start(
  recorder: Recorder,
  options: {
    readonly a?: LoggingActorOptions;
    readonly refusal?: () => CommitFailure | null;
    readonly ports?: ReturnType<typeof testPorts>;
  },
): Runtime<LoggingTypes> {
  const { refusal } = options;
  return Runtime.start<LoggingTypes>({
    journal: new MemoryJournal(refusal === undefined ? {} : { refusal }),
    actors: [
      hostActor({ id: A, definition: loggingActor(options.a ?? {}), settings: { some: 1 } }),
      hostActor({ id: B, definition: loggingActor({ durability: "volatile" }), settings: {} }),
      hostActor({ id: C, definition: loggingActor({}) }),
    ],
    ports: options.ports ?? testPorts(),
    recorder,
  });
}

// deno-lint-ignore no-explicit-any -- a test reads lines field by field
function linesOf(path: string): any[] {
  return Deno.readTextFileSync(path).trimEnd().split("\n").map((line) => JSON.parse(line));
}

permittedTest({
  name: "a recording has what each actor was given, what it decided, and how it ended",
  needs: NEEDS,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "scenekeep-recorded-" });
    const path = join(folder, "recording");
    try {
      let reason: CommitFailure | null = null;
      let crashes = 0;
      const runtime = start(new Recorder({ path }), {
        refusal: () => reason,
        a: {
          react: ({ reply, text }) => {
            if (text === "boom" && (crashes += 1) === 1) throw new RangeError("boom");
            return text === "ask" ? [reply("answer"), sendTo(B, "told")] : [reply("done")];
          },
        },
      });
      await runtime.request(A, "ask", command("1"));
      await runtime.request(A, "ask", command("1"));
      await runtime.request(A, "boom", command("2"));
      reason = "diskFull";
      await runtime.request(A, "full", command("3"));
      reason = null;
      runtime.tell(C, "secret", command("4"));
      await runtime.close({ drainMs: 0 });
      const [header, ...lines] = linesOf(path);
      assertEquals([header.library, header.leftOut], ["memory", [C]]);
      assertEquals(header.actors, [
        { id: A, kind: "logging", settings: { some: 1 } },
        { id: B, kind: "logging", settings: {} },
      ]);
      const turns = lines.filter(({ actor, kind }) => kind === "turn" && actor === A);
      assertEquals(
        turns.map(({ events, incoming, outcome }) => [
          incoming?.envelope.body ?? null,
          outcome,
          ...events,
        ]),
        [
          [null, "committed"],
          ["ask", "committed", "ask"],
          ["ask", "duplicate"],
          ["boom", "threw"],
          [null, "committed"],
          ["full", "refused", "full"],
        ],
      );
      assertEquals([turns[3].reason, turns[5].reason], ["RangeError: boom", "diskFull"]);
      const sent = turns[1].effects.map(({ effect }: { effect: { kind: string } }) => effect.kind);
      assertEquals(sent, ["reply", "send"]);
      const openings = lines.filter(({ actor, kind }) => kind === "opening" && actor === A);
      assertEquals(openings.map(({ incarnation }) => incarnation), [1, 2]);
      const found = lines.filter(({ actor, kind }) => kind === "events" && actor === A);
      assertEquals(found.map(({ events }) => events), [["ask"]]);
      const end = lines.at(-1);
      assertEquals([end.kind, end.reason, Object.keys(end.states)], ["end", "closed", [A, B]]);
      assertMatch(end.states.a, /^[0-9a-f]{64}$/);
      assertEquals(lines.some((line) => JSON.stringify(line).includes("secret")), false);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

permittedTest({
  name: "of an actor whose life could not be counted the recording says that it was not opened",
  needs: NEEDS,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "scenekeep-recorded-" });
    const path = join(folder, "recording");
    try {
      const journal = new MemoryJournal();
      journal.beginLife = () => {
        throw new RangeError("no life");
      };
      const definition = loggingActor({ durability: "volatile" });
      const actors = [hostActor({ id: B, definition, settings: {} })];
      const recorder = new Recorder({ path });
      const options = { journal, actors, ports: testPorts(), recorder };
      assertThrows(() => Runtime.start<LoggingTypes>(options), RangeError, "no life");
      const [, turn, end] = linesOf(path);
      assertEquals([turn.incoming, turn.outcome, turn.thrownBy], [null, "threw", "open"]);
      assertEquals(end.reason, "failed");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

permittedTest({
  name: "a full disk ends a recording, and not what is recorded",
  needs: NEEDS,
  skip: Deno.build.os === "linux" ? null : "/dev/full is on Linux alone",
  fn: async () => {
    const reasons: string[] = [];
    const recorder = new Recorder({ path: "/dev/full", stopped: (reason) => reasons.push(reason) });
    const ports = testPorts();
    const runtime = start(recorder, { a: { react: ({ reply }) => [reply("yes")] }, ports });
    assertEquals(await runtime.request(A, "go", command("1")), { kind: "reply", body: "yes" });
    // The turn loop rests after the answer; then what was gathered is written.
    await new Promise((resolve) => setTimeout(resolve, 1));
    ports.clock.advance(1_000);
    assertEquals([recorder.isRecording, reasons.length], [false, 1]);
    assertMatch(reasons[0] ?? "", /os error 28/);
    const asked = await runtime.request(A, "go", command("2"));
    assertEquals(asked, { kind: "reply", body: "yes" });
    await runtime.close({ drainMs: 0 });
  },
});
