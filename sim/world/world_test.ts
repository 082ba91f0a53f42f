import { assert, assertEquals, assertThrows } from "@std/assert";
import { type ActorId, InvariantError, type ObjectName } from "@scenekeep/engine/core";
import {
  command,
  note,
  type Scripted,
  scripted,
  scriptedWorld,
  textOf,
} from "./_scripted_world.ts";
import type { Checker } from "./checker.ts";
import { hashText } from "./draw.ts";
import { FolderTree } from "./folder_tree.ts";
import { readTraceLine } from "./trace_line.ts";
import type { WorldOptions } from "./world_options.ts";

const ANN = "ann" as ActorId;
const BEN = "ben" as ActorId;
const RARE = { rate: { numerator: 1, denominator: 1 << 20 } };

Deno.test("a checker sees every committed turn, and its first violation ends the run", () => {
  const seen: string[] = [];
  const checker: Checker<Scripted> = {
    id: "NO-THIRD",
    evaluations: 3,
    observe: (observation, report) => {
      if (observation.kind !== "turn") return;
      for (const event of observation.events) {
        seen.push(event);
        if (event === "word2") report("there is a third word", event);
      }
    },
  };
  const world = counting({ checkers: [checker] });
  const { verdict, checks } = world.run();
  assert(verdict.kind === "violation");
  assertEquals(verdict.violations, [{
    checker: "NO-THIRD",
    message: "there is a third word",
    entity: "word2",
    event: 3,
    virtualMs: 40,
  }]);
  assertEquals(seen, ["word0", "word1", "word2"]);
  assertEquals(checks, { "NO-THIRD": 3 });
});

Deno.test("evaluate, recompute and settle are called when they are due", () => {
  const calls: string[] = [];
  const checker: Checker<Scripted> = {
    id: "CALLS",
    evaluations: 1,
    observe: () => {},
    evaluate: (_report, view) => {
      calls.push(`evaluate ${view.eventCount}`);
    },
    recompute: (view) => {
      calls.push(`recompute ${view.eventCount}`);
      return view.eventCount === 8 ? "the fold is wrong" : null;
    },
    settle: () => {
      calls.push("settle");
    },
  };
  const watch = { evaluateEvery: 3, recomputeEvery: 4 };
  const { verdict } = counting({ checkers: [checker], watch, violationsMax: 5 }).run();
  assert(verdict.kind === "violation");
  assertEquals(verdict.violations.map(({ message }) => message), ["recomputed: the fold is wrong"]);
  assertEquals(calls, [
    "evaluate 3",
    "recompute 4",
    "evaluate 6",
    "recompute 8",
    "evaluate 9",
    "evaluate 10",
    "recompute 10",
    "settle",
  ]);
});

Deno.test("a run that delivered no fault, or judged nothing, says that it was vacuous", () => {
  const checker = { id: "IDLE", evaluations: 0, observe: () => {} };
  const plan = {
    profile: "default",
    enabled: ["journalIoError"],
    settings: { journalIoError: RARE },
  } as const;
  assertEquals(counting({ checkers: [checker], plan }).run().vacuous, [
    'fault "journalIoError" was never delivered',
    'checker "IDLE" judged nothing',
  ]);
  assertEquals(counting({}).run().vacuous, []);
});

Deno.test("an actor's broken invariant is a violation of that name", () => {
  const world = scriptedWorld({ operations: [command(0, "ann", "one"), command(9, "ann", "two")] });
  const definition = {
    ...scripted({ receive: (incoming) => [note(textOf(incoming))] }),
    invariants: [{
      id: "INV-SHORT",
      check: (state: { entries: string[] }) => state.entries.length > 1 ? "too long" : null,
    }],
  };
  world.addActor(definition, { id: ANN, process: "one" });
  const { verdict } = world.run();
  assert(verdict.kind === "violation");
  assertEquals(verdict.violations[0]?.checker, "INV-SHORT");
  assertEquals(verdict.violations[0]?.entity, "ann");
});

Deno.test("an actor that stops is a crash that names the turn", () => {
  const world = scriptedWorld({ operations: [command(0, "ann", "hello")] });
  const receive = () => {
    throw new InvariantError("ANN-BROKEN", "she is");
  };
  world.addActor(scripted({ receive }), { id: ANN, process: "one" });
  assertEquals(world.run().verdict, {
    kind: "crash",
    code: "ANN-BROKEN",
    message: "she is",
    where: "ann/1/1",
  });
});

Deno.test("what happens outside of all actors is done by the world's act, and seen", () => {
  const object = "camera/photo" as ObjectName;
  const seen: string[] = [];
  const world = scriptedWorld({
    operations: [
      { kind: "act", id: "shoot", atMs: 5, name: "put", data: { sizeBytes: 3, contentHash: "x" } },
      { kind: "act", id: "lose", atMs: 9, name: "erase", data: null },
    ],
    act: ({ data }, outside) => outside.changeOutside(object, data as never),
    drive: (observation) => {
      if (observation.kind !== "object") return;
      seen.push(`${observation.change} ${observation.facts?.sizeBytes ?? "nothing"}`);
    },
  });
  world.addHolder(new FolderTree({ name: "camera" }));
  world.addActor(scripted({}), { id: ANN, process: "one" });
  assertEquals(world.run().verdict, { kind: "clean" });
  assertEquals(seen, ["put 3", "erased nothing"]);
});

Deno.test("a driver submits further commands as it sees answers", () => {
  const world = scriptedWorld({
    operations: [command(0, "ann", "0")],
    drive: (observation, outside) => {
      if (observation.kind !== "acknowledged" || observation.request === "4") return;
      const next = `${Number(observation.request) + 1}`;
      outside.submit(command(outside.nowMs + 10, "ann", next));
    },
  });
  world.addActor(answering(), { id: ANN, process: "one" });
  const { verdict, virtualMs } = world.run();
  assertEquals([verdict.kind, world.isAnswered("4")], ["clean", true]);
  assert(virtualMs >= 5 * 40 + 4 * 10);
});

Deno.test("an ordering strategy decides between what is due at one instant", () => {
  const order = (ordering: WorldOptions<Scripted>["ordering"]) => {
    const seen: string[] = [];
    const names = ["ann", "ben", "eve", "dan"];
    const world = scriptedWorld({
      operations: names.map((name) => command(0, name, `to ${name}`)),
      ...(ordering === undefined ? {} : { ordering }),
      drive: (observation) => {
        if (observation.kind === "turn" && observation.incoming !== null) {
          seen.push(observation.actor);
        }
      },
    });
    for (const name of names) world.addActor(answering(), { id: name as ActorId, process: "one" });
    assertEquals(world.run().verdict, { kind: "clean" });
    return seen;
  };
  assertEquals(order(null), ["ann", "ben", "eve", "dan"]);
  const byName = order((payload) => payload.kind === "item" ? hashText(payload.to.id) : 0);
  assertEquals(byName.toSorted(), ["ann", "ben", "dan", "eve"]);
  const hashes = byName.map((name) => hashText(name));
  assertEquals(hashes, hashes.toSorted((a, b) => a - b));
});

Deno.test("the trace has one line for each turn, and can be read", () => {
  const lines: string[] = [];
  const world = counting({ trace: (line) => lines.push(line) });
  const { counts, traceLines } = world.run();
  assertEquals(lines.length, traceLines);
  const turns = lines.map(readTraceLine).filter(({ who }) => who === "ann");
  assertEquals(turns[0]?.what, "restored");
  assertEquals(turns.length, counts.events + 1);
  assertEquals(turns.at(-1), {
    event: 10,
    virtualMs: 110,
    who: "ann",
    what: "message:body",
    effects: "append+reply",
    detail: {
      effects: [
        { append: "word9" },
        { reply: { body: "word9!", channel: "remote", inReplyTo: "word9", to: "client" } },
      ],
      incoming: { message: { body: "word9", channel: "remote", from: "client", id: "word9" } },
    },
  });
});

Deno.test("World refuses what is set up twice, too late, or unknown", () => {
  const world = scriptedWorld();
  world.addActor(scripted({}), { id: ANN, process: "one" });
  assertThrows(() => world.addActor(scripted({}), { id: ANN, process: "two" }), InvariantError);
  assertThrows(() => world.holder("none"), InvariantError, "none");
  assertThrows(() => world.state(BEN), InvariantError, "ben");
  world.run();
  assertThrows(
    () => world.addActor(scripted({}), { id: BEN, process: "one" }),
    InvariantError,
    "too late",
  );
});

Deno.test("a snapshot is saved once enough events have gathered, and opened after a crash", () => {
  const perturbations = [{
    fault: "actorCrashBeforeCommit",
    entity: "ann/1/9",
    occurrence: 0,
    value: 5,
  }];
  const { verdict, counts } = counting({ plan: { perturbations } }).run();
  assertEquals([verdict.kind, counts.snapshots, counts.restarts], ["clean", 2, 1]);
});

/** Ann is told ten words, one every ten ms, and writes them down. */
function counting(options: Parameters<typeof scriptedWorld>[0] & object) {
  const operations = Array.from({ length: 10 }, (_, index) => {
    return command(index * 10, "ann", `word${index}`);
  });
  const world = scriptedWorld({ operations, ...options });
  world.addActor(answering(), { id: ANN, process: "one", snapshotEventsMin: 4 });
  return world;
}

function answering() {
  return scripted({
    restored: () => [],
    receive: (incoming) => {
      if (incoming.kind !== "message") return [];
      const { id, from, body } = incoming.envelope;
      const reply = { kind: "reply", inReplyTo: id, to: from, channel: "remote" } as const;
      return [note(body), { ...reply, body: `${body}!` }];
    },
  });
}
