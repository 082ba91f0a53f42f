import { assert, assertEquals, assertThrows } from "@std/assert";
import type { ActorId } from "@scenekeep/engine/core";
import type { WorldView } from "../world/checker.ts";
import { after, type Diary, diary, type Script, type Scripted } from "../world/_scripted_world.ts";
import { givenOrder } from "../world/given_order.ts";
import type { World } from "../world/world.ts";
import { type ExplorationReport, explore, type ExploreOptions } from "./explore.ts";
import { scriptedSubject } from "./_scripted_subject.ts";
import { NOTES, passes, rings, SMALL_WORLDS } from "./_small_worlds.ts";
import type { Subject } from "./subject.ts";

Deno.test("explore() runs 6 messages to 3 actors in 8 of 720 orders", () => {
  const commands = Array.from(
    { length: 6 },
    (_, index) => [["a", "b", "c"][index % 3]!, `m${index}`] as const,
  );
  const subject = scriptedSubject({ actors: { a: NOTES, b: NOTES, c: NOTES }, commands });
  const report = explore(subject, { mergesStates: false });
  assertEquals(report.runsToTheEnd, 8, "(2!)^3: the order at each actor");
  assertEquals(report.endStates.size, 8);
  assertEquals([report.naiveRuns, report.isNaiveExact], [720n, true], "6!");
  const merged = explore(subject);
  assertEquals(merged.endStates, report.endStates);
  assert(merged.runs <= report.runs, `${merged.runs} runs, ${report.runs} without merging`);
});

for (const [name, subject] of Object.entries(SMALL_WORLDS)) {
  for (const extra of [{}, { lateMax: 1 }, { crashes: true }] satisfies ExploreOptions[]) {
    const what = `${name} ${JSON.stringify(extra)}`;
    Deno.test(`explore() reaches the same with and without reduction: ${what}`, () => {
      compareReductions(subject, extra);
    });
  }
}

function compareReductions(subject: Subject<Scripted>, extra: ExploreOptions): void {
  const none = { mergesStates: false, leavesOutCommuting: false };
  const naive = explore(subject, { ...extra, ...none, runsMax: 20_000 });
  assert(naive.isComplete && naive.runs >= 2, `${naive.runs} naive runs`);
  assertEquals(naive.naiveRuns, BigInt(naive.runs), "it goes through every order");
  assertEquals(naive.runsToTheEnd, naive.runs);
  for (const less of [{}, { mergesStates: false }, { leavesOutCommuting: false }]) {
    const report = explore(subject, { ...extra, ...less });
    const what = JSON.stringify(less);
    assertEquals(report.endStates, naive.endStates, what);
    assertEquals(report.failures.map(signature), naive.failures.map(signature), what);
    assertEquals([report.naiveRuns, report.isNaiveExact], [naive.naiveRuns, true], what);
    assert(report.runs <= naive.runs, `${what}: ${report.runs} runs, naive ${naive.runs}`);
  }
  const states = [true, false].map((leavesOutCommuting) =>
    explore(subject, { ...extra, leavesOutCommuting }).states
  );
  assertEquals(states[0], states[1], "leaving out events that commute leaves out no state");
}

function signature({ signature }: ExplorationReport["failures"][number]): string {
  return signature;
}

Deno.test("explore() leaves events that commute out, and goes on from each state once", () => {
  const actors = { a: NOTES, b: NOTES, c: NOTES, d: NOTES };
  const commands = [["a", "w"], ["b", "x"], ["c", "y"], ["d", "z"]] as const;
  const subject = scriptedSubject({ actors, commands });
  const runsWith = (options: ExploreOptions): number => explore(subject, options).runs;
  const neither = runsWith({ mergesStates: false, leavesOutCommuting: false });
  assertEquals(neither, 24, "4!");
  assert(runsWith({ mergesStates: false }) < neither);
  assert(runsWith({ leavesOutCommuting: false }) < neither);
  assertEquals(explore(subject).runsToTheEnd, 1);
});

Deno.test("explore() takes states for one though turns have other names", () => {
  // Neither keeps a state: which turn of "a" was whose is only in what is on its way to "c".
  const a: Script = {
    receive: (...given) =>
      passes("remote", "c").receive!(...given).filter(({ kind }) => kind !== "append"),
  };
  const commands = ["x", "y", "z"].map((text) => ["a", text] as const);
  const subject = scriptedSubject({ actors: { a, c: {} }, commands });
  const { endStates, runs, states } = explore(subject);
  assertEquals([endStates.size, states], [1, 27]);
  assert(runs <= 20, `${runs} runs`);
});

Deno.test("explore() finds the one order of 720 in which something breaks, once", () => {
  const texts = ["a", "b", "c", "d", "e", "f"];
  const subject = scriptedSubject({
    actors: { one: NOTES },
    commands: texts.map((text) => ["one", text] as const),
    wrong: ({ one = [] }) => one.join("") === "fdbeca" ? "the order is fdbeca" : null,
  });
  const { failures, isComplete, naiveRuns } = explore(subject);
  assertEquals(naiveRuns, 720n);
  assert(isComplete);
  assertEquals(failures.map(({ text }) => text), ["the order is fdbeca"]);
  assertEquals(failures[0]!.order.filter((name) => name.startsWith("message")).length, 6);
});

Deno.test("explore() tries a late message only when it may", () => {
  // The timer is due 5 ms later: only a message that is late comes after it.
  const subject = scriptedSubject({
    actors: {
      a: {
        restored: () => [after(5, "bell")],
        receive: (incoming, state, context) => NOTES.receive!(incoming, state, context),
      },
    },
    commands: [["a", "x"]],
    options: { isTimerWork: () => true },
    wrong: ({ a = [] }) => a[0] === "timer bell" ? "x was late" : null,
  });
  assertEquals(explore(subject).failures, []);
  assertEquals(explore(subject, { lateMax: 1 }).failures.map(({ text }) => text), ["x was late"]);
});

Deno.test("explore() has a process die at each place of each event, once in a run", () => {
  const worldWith = (channel: "durable" | "remote"): Subject<Scripted> =>
    scriptedSubject({
      actors: { a: passes(channel, "b"), b: NOTES },
      commands: [["a", "x"]],
      wrong: ({ a = [], b = [] }) => a.length > b.length ? "b never heard of x" : null,
    });
  assertEquals(explore(worldWith("remote")).failures, []);
  const { failures } = explore(worldWith("remote"), { crashes: true });
  assertEquals(failures.map(({ text }) => text), ["b never heard of x"]);
  assertEquals(failures[0]!.perturbations.length, 1);
  assertEquals(explore(worldWith("durable"), { crashes: true }).failures, []);
});

Deno.test("explore() has every fold recomputed in each state, not only at the end", () => {
  const isBetween = (view: WorldView): boolean =>
    ["a", "b"].map((id) => (view.state(id as ActorId) as Diary).entries.length).join() === "1,0";
  const subject = scriptedSubject({
    actors: { a: NOTES, b: NOTES },
    commands: [["a", "x"], ["b", "y"]],
    options: {
      checkers: [{
        id: "BETWEEN",
        evaluations: 1,
        recompute: (view) => isBetween(view) ? "only a was told" : null,
      }],
    },
  });
  const { failures: [failure], runsToTheEnd } = explore(subject);
  assertEquals([failure?.signature, runsToTheEnd], ["violation", 2]);
  const messages = failure!.order.filter((name) => name.startsWith("message"));
  assertEquals(messages, ["message x"], "the other order ends well");
});

Deno.test("explore() refuses a world in which a state leads back to itself", () => {
  // The timer is set again for now: nothing tells the state after it from that before.
  const actors = { a: { restored: () => [after(0, "bell")], receive: () => [after(0, "bell")] } };
  const options = { isTimerWork: () => true };
  const subject = scriptedSubject({ actors, commands: [], options });
  assertThrows(() => explore(subject), Error, "leads back");
  assertThrows(() => explore(subject, { leavesOutCommuting: false }), Error, "leads back");
});

Deno.test("explore() says when it was given up", () => {
  const commands = ["u", "v", "w"].map((text) => ["a" as ActorId, text] as const);
  const report = explore(scriptedSubject({ actors: { a: NOTES }, commands }), { runsMax: 2 });
  assertEquals([report.isComplete, report.isNaiveExact, report.runs], [false, false, 2]);
});

Deno.test("explore() hands over orders that givenOrder() repeats, late messages included", () => {
  const subject = scriptedSubject({
    actors: { a: { ...NOTES, restored: () => [after(5, "bell")] } },
    commands: ["x", "y", "z"].map((text) => ["a", text] as const),
    options: { isTimerWork: () => true },
    wrong: ({ a = [] }) => a.join(" "),
  });
  const { failures } = explore(eachOnItsOwn(subject), { lateMax: 1 });
  assert(failures.length > 6, `${failures.length} orders`);
  for (const { order, text } of failures) {
    assertEquals(diary(runInOrder(subject, order), "a").join(" "), text);
  }
});

Deno.test("explore() hands over orders that givenOrder() repeats, in the tail too", () => {
  const subject = eachOnItsOwn(scriptedSubject({
    actors: { a: rings("a"), b: rings("b"), c: NOTES },
    commands: [["a", "x"], ["b", "y"]],
    options: { isTimerWork: () => true },
    untilMs: 5,
    wrong: ({ c = [] }) => c.join(" "),
  }));
  const { failures } = explore(subject, { mergesStates: false, leavesOutCommuting: false });
  assertEquals(failures.map(({ text }) => text), ["from a from b", "from a from b"]);
  for (const { order, text } of failures) {
    assertEquals(diary(runInOrder(subject, order), "c").join(" "), text);
  }
});

/** Each order is a failure of its own, so that each is handed over. */
function eachOnItsOwn(subject: Subject<Scripted>): Subject<Scripted> {
  return {
    ...subject,
    begin: (hooks) => {
      const run = subject.begin(hooks);
      return {
        ...run,
        failure: (report, found) => {
          const failure = run.failure(report, found);
          return failure && { ...failure, signature: found.order.join() };
        },
      };
    },
  };
}

function runInOrder(subject: Subject<Scripted>, events: readonly string[]): World<Scripted> {
  const { world } = subject.begin({
    choose: givenOrder({ fromMs: subject.fromMs, events }),
    asked: { faults: [], at: () => undefined },
    observe: () => {},
  });
  assertEquals(world.run().verdict, { kind: "clean" });
  return world;
}
