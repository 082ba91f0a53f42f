import { assert, assertEquals } from "@std/assert";
import type { ActorId, IncomingOf } from "@scenekeep/engine/core";
import {
  after,
  command,
  diary,
  note,
  type Scripted,
  scripted,
  scriptedWorld,
  send,
  textOf,
} from "./_scripted_world.ts";
import type { Perturbation } from "./faults/fault.ts";

const ANN = "ann" as ActorId;
const BEN = "ben" as ActorId;

Deno.test("an actor that dies before its commit has not had the turn", () => {
  const { world, report } = talk([crash("actorCrashBeforeCommit", "ben/1/1", 5)]);
  assertEquals(report.verdict, { kind: "clean" });
  assertEquals(diary(world, "ben"), ["hello", "said hello"]);
  assertEquals(diary(world, "ann"), ["asked", "hello!"]);
});

Deno.test("an actor that dies between two effects has its durable ones released again", () => {
  // The last one is a turn: the crash then comes after all its effects.
  for (const effect of ["ben/1/1/1", "ben/1/1/2", "ben/1/1"]) {
    const { world, report } = talk([crash("actorCrashBeforeEffect", effect, 5)]);
    assertEquals(report.verdict, { kind: "clean" }, effect);
    assertEquals(diary(world, "ben"), ["hello", "said hello"], effect);
    assertEquals(diary(world, "ann"), ["asked", "hello!"], effect);
    assertEquals(report.faults["actorCrashBeforeEffect"], { delivered: 1, noticed: 1 });
  }
});

Deno.test("a process that dies takes all its actors, and comes back with a new boot", () => {
  const seen: string[] = [];
  const { world, report } = talk([crash("processCrashBeforeEffect", "ben/1/1/1", 50)], (boot) => {
    seen.push(boot);
  });
  assertEquals(report.verdict, { kind: "clean" });
  assertEquals(seen, ["one/1 at 0", "two/1 at 0", "one/2 at 0"]);
  assertEquals(diary(world, "ann"), ["asked", "hello!"]);
});

Deno.test("a volatile actor forgets, and is told by its restored to ask again", () => {
  const restored = () => [send("local", "ann", "what have I missed")];
  const world = scriptedWorld({
    operations: [command(10, "ann", "one"), command(30, "ann", "two")],
    plan: { perturbations: [crash("actorCrashBeforeCommit", "ben/1/1", 5)] },
  });
  const receive = (incoming: IncomingOf<Scripted>) => {
    if (incoming.kind !== "message") return [];
    const { id, from, body } = incoming.envelope;
    if (body === "what have I missed") return [note(body)];
    const answer = { kind: "reply", inReplyTo: id, to: from, channel: "remote", body } as const;
    return [send("local", "ben", body), note(body), answer];
  };
  world.addActor(scripted({ receive }), { id: ANN, process: "one" });
  world.addActor(scripted({ durability: "volatile", restored }), { id: BEN, process: "one" });
  assertEquals(world.run().verdict, { kind: "clean" });
  const asked = "what have I missed";
  assertEquals(diary(world, "ann"), [asked, "one", asked, "two"]);
});

Deno.test("an actor that crashes too often takes its process down", () => {
  const perturbations = Array.from({ length: 6 }, (_, index) => {
    return crash("actorCrashBeforeCommit", `ann/${index + 1}/1`, 0);
  });
  const world = scriptedWorld({
    operations: [command(0, "ann", "hello")],
    timing: { clientRetryFirstMs: 10, clientRetryLastMs: 10 },
    plan: { perturbations },
  });
  const boots: string[] = [];
  const restored = (context: { bootId: string }) => {
    boots.push(context.bootId);
    return [];
  };
  const receive = (incoming: IncomingOf<Scripted>) => {
    if (incoming.kind !== "message") return [];
    const { id, from, body } = incoming.envelope;
    return [{ kind: "reply", inReplyTo: id, to: from, channel: "remote", body } as const];
  };
  world.addActor(scripted({ restored, receive }), { id: ANN, process: "one" });
  assertEquals(world.run().verdict, { kind: "clean" });
  assertEquals(boots, ["one/1", "one/1", "one/1", "one/1", "one/1", "one/1", "one/2"]);
});

Deno.test("a refused commit never happened; the turn is tried again when it may be", () => {
  const { world, report } = talk([
    { fault: "journalDiskFull", entity: "ben/1/1", occurrence: 0, value: 400 },
    { fault: "journalIoError", entity: "ann/1/1", occurrence: 0, value: 0 },
  ]);
  assertEquals(report.verdict, { kind: "clean" });
  assert(report.counts.refused > 3);
  assertEquals(diary(world, "ann"), ["asked", "hello!"]);
  assertEquals(report.faults["journalDiskFull"], { delivered: 1, noticed: 4 });
});

Deno.test("a durable timer is due at once after a restart, a volatile one is gone", () => {
  for (const durability of ["durable", "volatile"] as const) {
    const seen: string[] = [];
    const world = scriptedWorld({
      operations: [command(50, "ann", "die")],
      timing: { clientAttemptsMax: 1 },
      plan: { perturbations: [crash("actorCrashBeforeCommit", "ann/1/1", 5)] },
    });
    const restored = ({ incarnation }: { incarnation: number }) =>
      incarnation === 1 ? [after(1_000, "alarm")] : [];
    const receive = (incoming: IncomingOf<Scripted>, _: unknown, at: { monotonicMs: number }) => {
      seen.push(`${textOf(incoming)} at ${at.monotonicMs}`);
      return [];
    };
    world.addActor(scripted({ durability, restored, receive }), { id: ANN, process: "one" });
    assertEquals(world.run().verdict, { kind: "clean" });
    assertEquals(seen, durability === "durable" ? ["timer alarm at 75"] : []);
  }
});

Deno.test("a timer fires at its time, once, unless it is cancelled or replaced", () => {
  const world = scriptedWorld();
  const restored = () => [
    after(30, "kept"),
    after(10, "moved"),
    after(10, "cancelled"),
    { kind: "cancelTimer", key: "cancelled" as never } as const,
    after(40, "moved"),
  ];
  const receive = (incoming: IncomingOf<Scripted>, _: unknown, at: { monotonicMs: number }) => [
    note(`${textOf(incoming)} at ${at.monotonicMs}`),
  ];
  world.addActor(scripted({ restored, receive }), { id: ANN, process: "one" });
  assertEquals(world.run().verdict, { kind: "clean" });
  assertEquals(diary(world, "ann"), ["timer kept at 30", "timer moved at 40"]);
});

Deno.test("a stale timer arrives after it was cancelled", () => {
  const stale = { fault: "staleTimer", entity: "ann/1/0/1", occurrence: 0, value: 0 };
  const world = scriptedWorld({ plan: { perturbations: [stale] } });
  const key = "alarm" as never;
  const restored = () => [after(10, "alarm"), { kind: "cancelTimer", key } as const];
  const receive = (incoming: IncomingOf<Scripted>) => [note(textOf(incoming))];
  world.addActor(scripted({ restored, receive }), { id: ANN, process: "one" });
  const { faults } = world.run();
  assertEquals(diary(world, "ann"), ["timer alarm"]);
  assertEquals(faults["staleTimer"], { delivered: 1, noticed: 1 });
});

Deno.test("the wall clock jumps, the monotonic one does not", () => {
  const jump = { fault: "clockJumpRunning", entity: "ann/1/2", occurrence: 0, value: -5_000 };
  const world = scriptedWorld({ startWallMs: 1_000_000, plan: { perturbations: [jump] } });
  const restored = () => [after(10, "one"), after(20, "two"), after(30, "three")];
  const receive = (
    _: IncomingOf<Scripted>,
    _state: unknown,
    at: { wallMs: number; monotonicMs: number },
  ) => [note(`${at.wallMs} ${at.monotonicMs}`)];
  world.addActor(scripted({ restored, receive }), { id: ANN, process: "one" });
  world.run();
  assertEquals(diary(world, "ann"), ["1000010 10", "995020 20", "995030 30"]);
});

Deno.test("timers in the background keep no world from being at rest, work timers do", () => {
  for (const isWork of [false, true]) {
    const world = scriptedWorld({
      plan: { chaosEndsMs: 100 },
      budgetMs: 1_000,
      isTimerWork: () => isWork,
    });
    const again = () => [after(60, "sweep")];
    world.addActor(scripted({ restored: again, receive: again }), { id: ANN, process: "one" });
    const { verdict, virtualMs } = world.run();
    assertEquals([verdict.kind, virtualMs], isWork ? ["noProgress", 1_080] : ["clean", 60]);
  }
});

Deno.test("actors that never rest within one instant are no endless loop", () => {
  const world = scriptedWorld({ turnsPerInstantMax: 1_000 });
  const talkOn = (to: string) => () => [send("local", to, "and another thing")];
  world.addActor(scripted({ restored: talkOn("ben"), receive: talkOn("ben") }), {
    id: ANN,
    process: "one",
  });
  world.addActor(scripted({ receive: talkOn("ann") }), { id: BEN, process: "one" });
  const { verdict } = world.run();
  assert(verdict.kind === "crash" && verdict.code === "INSTANT_WITHOUT_END");
});

/** Ann asks Ben over a durable channel; Ben answers, and tells himself. */
function talk(perturbations: Perturbation[], onBoot: (boot: string) => void = () => {}) {
  const world = scriptedWorld({ plan: { perturbations } });
  const ann = scripted({
    restored: ({ bootId, monotonicMs }, { entries }) => {
      onBoot(`${bootId} at ${monotonicMs}`);
      return entries.length === 0 ? [note("asked"), send("durable", "ben", "hello")] : [];
    },
    receive: (incoming) => [note(textOf(incoming))],
  });
  const ben = scripted({
    restored: ({ bootId, monotonicMs }) => {
      onBoot(`${bootId} at ${monotonicMs}`);
      return [];
    },
    receive: (incoming) => {
      if (incoming.kind !== "message") return [];
      const { id, from, body } = incoming.envelope;
      if (from === BEN) return [note(body)];
      const reply = { kind: "reply", inReplyTo: id, to: from, channel: "durable" } as const;
      const toSelf = send("durable", "ben", `said ${body}`);
      return [note(body), { ...reply, body: `${body}!` }, toSelf];
    },
  });
  world.addActor(ben, { id: BEN, process: "one" });
  world.addActor(ann, { id: ANN, process: "two" });
  return { world, report: world.run() };
}

function crash(fault: string, entity: string, downMs: number): Perturbation {
  return { fault, entity, occurrence: 0, value: downMs };
}
