import { type CommitFailure, InvariantError } from "@scenekeep/engine/core";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { setImmediate } from "node:timers";
import { command, computation, loggingActor, sendTo, timer } from "../testing/logging_actor.ts";
import { MemoryJournal } from "../testing/memory_journal.ts";
import { testPorts } from "../testing/test_ports.ts";
import { actorId, testLibrary } from "../testing/test_runtime.ts";
import { hostActor } from "./hosted_actor.ts";
import { Runtime } from "./runtime.ts";
import { RuntimeError } from "./runtime_error.ts";

const [A, B] = [actorId("a"), actorId("b")];

Deno.test("Runtime tries a refused turn again, keeps the order, and refuses commands", async () => {
  let reason: CommitFailure | null = null;
  const library = testLibrary({
    actors: {
      a: { durability: "volatile", react: ({ text }) => [sendTo(B, text)] },
      b: {
        react: ({ text, reply, incoming }) =>
          incoming.kind === "message" && text === "command" ? [reply("done")] : [],
      },
    },
    refusal: () => reason,
    limits: { commitRetryFirstMs: 100, commitRetryLastMs: 300 },
  });
  const { runtime, ports, log, quiet } = library;
  await runtime.request(B, "command", command("before"));
  reason = "diskFull";
  assertEquals(await runtime.request(B, "command", command("b")), {
    kind: "refused",
    reason: "diskFull",
  });
  for (const text of ["1", "2", "3"]) void runtime.request(A, text, command(text));
  await quiet();
  // Waits of 100, 200, 300 and 300 ms.
  for (const [waitMs, refusals] of [[99, 2], [1, 3], [200, 4], [300, 5], [299, 5], [1, 6]]) {
    ports.clock.advance(waitMs ?? 0);
    // deno-lint-ignore no-await-in-loop -- time passes step by step
    await quiet();
    assertEquals(runtime.counts.refused, refusals);
  }
  assertEquals(log(B), ["command"]);
  reason = null;
  ports.clock.advance(300);
  await quiet();
  assertEquals(log(B), ["command", "1", "2", "3"]);
  assertEquals(await runtime.request(B, "command", command("b")), { kind: "reply", body: "done" });
  assertEquals(
    library.outputs.map((output) => output.kind === "note" && output.note.code),
    ["COMMIT_REFUSED"],
  );
  await runtime.close({ drainMs: 0 });
});

Deno.test("Runtime keeps timers and completions that were refused", async () => {
  let reason: CommitFailure | null = null;
  const library = testLibrary({
    actors: {
      a: { react: ({ text }) => text === "go" ? [timer("t", 10), computation("job")] : [] },
    },
    refusal: () => reason,
  });
  const { runtime, ports, quiet } = library;
  void runtime.request(A, "go", command("go"));
  await quiet();
  reason = "ioError";
  ports.pending[0]?.answer({ kind: "done", result: "result" });
  ports.clock.advance(10);
  await quiet();
  assertEquals(library.log(A), ["go"]);
  reason = null;
  ports.clock.advance(5_000);
  await quiet();
  assertEquals([...library.log(A)].sort(), ["go", "job done result", "timer t"]);
  await runtime.close();
});

Deno.test("Runtime restarts an actor that crashed, with what its record holds", async () => {
  let crashes = 0;
  const library = testLibrary({
    actors: {
      a: {
        react: ({ text, incoming, reply, context }) => {
          if (text === "bad" && ++crashes <= 2) throw new Error("A turn that fails");
          if (incoming.kind !== "message") return [];
          const answer = reply(`life ${context.incarnation}`);
          return text === "go" ? [timer("t", 1_000), computation("job"), answer] : [answer];
        },
      },
    },
  });
  const { runtime, ports, quiet } = library;
  await runtime.request(A, "go", command("go"));
  const bad = () => runtime.request(A, "bad", command("bad"));
  assertEquals(await bad(), { kind: "crashed" });
  assertEquals(await bad(), { kind: "crashed" });
  assertEquals(await bad(), { kind: "reply", body: "life 3" });
  await quiet();
  // The timer was due at each restart; the computation that runs was not begun again.
  assertEquals(library.log(A), ["go", "timer t", "bad"]);
  assertEquals(ports.begun, ["a/1/1/2"]);
  ports.pending[0]?.answer({ kind: "done", result: "result" });
  await quiet();
  assertEquals(library.log(A), ["go", "timer t", "bad", "job done result"]);
  assertEquals(runtime.counts.crashes, 2);
  await runtime.close();
});

Deno.test("Runtime does not lose a durable message on which its receiver crashed", async () => {
  let crashes = 0;
  const library = testLibrary({
    actors: {
      a: { react: ({ text }) => text === "go" ? [sendTo(B, "sent", "durable")] : [] },
      b: {
        react: () => {
          if (++crashes <= 3) throw new Error("A turn that fails");
          return [];
        },
      },
    },
  });
  void library.runtime.request(A, "go", command("go"));
  await library.quiet();
  assertEquals(library.log(B), ["sent"]);
  await library.runtime.close();
});

Deno.test("Runtime drops what answers an earlier life of a volatile actor", async () => {
  const library = testLibrary({
    actors: {
      a: {
        durability: "volatile",
        react: ({ text }) => {
          if (text === "crash") throw new Error("A turn that fails");
          return text === "go" ? [computation("job"), timer("t", 10)] : [];
        },
      },
    },
  });
  const { runtime, ports, quiet } = library;
  void runtime.request(A, "go", command("go"));
  await quiet();
  await runtime.request(A, "crash", command("crash"));
  ports.pending[0]?.answer({ kind: "done", result: "late" });
  ports.clock.advance(10);
  await quiet();
  assertEquals(library.log(A), []);
  await runtime.close();
});

Deno.test("Runtime gives up when an actor crashes too often", async () => {
  const library = testLibrary({
    actors: {
      a: {
        react: () => {
          throw new Error("A turn that fails");
        },
      },
    },
    limits: { restartIntensity: { restartsMax: 3, withinMs: 1_000 } },
  });
  const { runtime, ports } = library;
  const crash = (id: string) => runtime.request(A, "bad", command(id));
  for (const id of ["1", "2", "3"]) {
    // deno-lint-ignore no-await-in-loop -- one crash after the other
    assertEquals(await crash(id), { kind: "crashed" });
  }
  // After a while the old crashes count no more.
  ports.clock.advance(1_001);
  for (const id of ["4", "5", "6", "7"]) {
    // deno-lint-ignore no-await-in-loop -- one crash after the other
    assertEquals(await crash(id), { kind: "crashed" });
  }
  const reason = await runtime.stopped;
  assertMatch(
    reason.kind === "failed" ? `${reason.error.code}: ${reason.error.message}` : "",
    /^RUNTIME_ACTOR_FAILED: Actor "a" crashed again after 3 restarts within 1000 ms: Error: A turn/,
  );
  assertEquals(await crash("8"), { kind: "closed" });
  await runtime.close();
});

Deno.test("Runtime.start() says why it cannot start", () => {
  const error = assertThrows(
    () =>
      testLibrary({ actors: { a: { restored: () => [timer("t", 1)] } }, refusal: () => "ioError" }),
    RuntimeError,
    `Cannot start actor "a": its first turn was refused (ioError): Free some space`,
  );
  assertEquals(error.code, "RUNTIME_START_REFUSED");
});

Deno.test("Runtime.start() leaves nothing running when it cannot start", () => {
  const ports = testPorts();
  const journal = new MemoryJournal();
  const effects = [timer("t", 1_000), computation("job"), sendTo(B, "nobody is there")];
  const definition = loggingActor({ restored: () => effects });
  assertThrows(
    () => Runtime.start({ journal, actors: [hostActor({ id: A, definition })], ports }),
    InvariantError,
    `"b" does not run here`,
  );
  assertEquals([journal.isClosed, ports.clock.pending], [true, 0]);
});

Deno.test("Runtime.close() ends what is under way and leaves the rest for later", async () => {
  const library = testLibrary({
    actors: {
      a: { react: ({ text }) => text === "go" ? ["1", "2", "3"].map(computation) : [] },
    },
    limits: { computationsAtOnce: 2 },
  });
  const { runtime, ports, quiet } = library;
  void runtime.request(A, "go", command("go"));
  await quiet();
  const closed = runtime.close({ drainMs: 1_000 });
  ports.pending[0]?.answer({ kind: "done", result: "one" });
  await quiet();
  assertEquals(ports.pending.length, 2);
  ports.clock.advance(1_000);
  await closed;
  assertEquals(ports.pending[1]?.context.signal.aborted, true);
  assertEquals(await runtime.stopped, { kind: "closed" });
  assertEquals(library.log(A), ["go", "1 done one"]);
  assertEquals(ports.clock.pending, 0);
  const next = library.crash();
  await next.quiet();
  assertEquals(next.ports.pending.map(({ request }) => request.job), ["2", "3"]);
});

Deno.test("Runtime lets the event loop go on while actors are busy without end", async () => {
  const library = testLibrary({
    actors: {
      a: { durability: "volatile", react: ({ text }) => [sendTo(A, text)] },
    },
    limits: { turnsPerSlice: 50 },
  });
  void library.runtime.request(A, "again", command("go"));
  const turns: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    // deno-lint-ignore no-await-in-loop -- each round follows the one before
    await new Promise((resolve) => setImmediate(() => resolve(null)));
    turns.push(library.runtime.counts.turns);
  }
  const steps = turns.slice(1).map((count, index) => count - (turns[index] ?? 0));
  assertEquals(steps.every((step) => step <= 50), true);
  assertEquals((turns.at(-1) ?? 0) > 500, true);
  const closed = library.runtime.close({ drainMs: 10 });
  library.ports.clock.advance(10);
  await closed;
});

Deno.test("Runtime makes snapshots, and forgets answers only when they are old", async () => {
  const library = testLibrary({
    actors: { a: { react: ({ reply }) => [reply("done")] } },
    limits: { snapshotEvents: 3, appliedRetentionMs: 1_000, snapshotEventsAtClose: 1 },
  });
  const { runtime, ports } = library;
  const ask = (id: string) => runtime.request(A, id, command(id));
  await ask("1");
  // A wall clock that jumps ahead by a year makes nothing old.
  ports.clock.wallOffsetMs += 365 * 86_400_000;
  for (const id of ["2", "3", "1"]) {
    // deno-lint-ignore no-await-in-loop -- one command after the other
    await ask(id);
  }
  assertEquals(runtime.counts.snapshots, 1);
  assertEquals(library.log(A), ["1", "2", "3"]);
  ports.clock.wallOffsetMs -= 365 * 86_400_000;
  ports.clock.advance(2_000);
  for (const id of ["4", "5", "6", "1"]) {
    // deno-lint-ignore no-await-in-loop -- one command after the other
    await ask(id);
  }
  assertEquals(library.log(A), ["1", "2", "3", "4", "5", "6", "1"]);
  await runtime.close();
  assertEquals(runtime.counts.snapshots, 3);
  assertEquals(library.crash().log(A), ["1", "2", "3", "4", "5", "6", "1"]);
});
