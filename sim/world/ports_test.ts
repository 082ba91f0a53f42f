import { assertEquals } from "@std/assert";
import type {
  ActorId,
  EffectOf,
  ObjectName,
  Remove,
  RequestKey,
  WriteObject,
} from "@scenekeep/engine/core";
import {
  after,
  diary,
  note,
  type Scripted,
  scripted,
  scriptedWorld,
  textOf,
} from "./_scripted_world.ts";
import type { Perturbation } from "./faults/fault.ts";
import { FolderTree } from "./folder_tree.ts";
import type { Observation } from "./observation.ts";
import { ObjectStore } from "./object_store.ts";

const ANN = "ann" as ActorId;
const SOURCE = "camera/new" as ObjectName;
const OLD = "disk/old" as ObjectName;
const STORED = "disk/new" as ObjectName;
const SIZE_BYTES = 5_000_000;
const HELLO = { kind: "note", level: "info", code: "HELLO", detail: "" } as const;

Deno.test("a write copies its source and takes time; what was completed survives a crash", () => {
  const { world, seen } = ask(write(), [], 100);
  assertEquals(diary(world, "ann"), ["write done"]);
  assertEquals(world.holder("disk").content(STORED), { sizeBytes: SIZE_BYTES, contentHash: "x" });
  assertEquals(seen, ["written at 51"]);
});

Deno.test("a write that a crash cut off is torn, lost or done, and asked for again", () => {
  const torn = { fault: "tornWrite", entity: "ann/1/0/1", occurrence: 0, value: 300 };
  const lost = { fault: "lostWrite", entity: "ann/1/0/1", occurrence: 0, value: 0 };
  for (
    const [fault, first] of [[torn, "torn at 20"], [lost, null], [null, "written at 20"]] as const
  ) {
    const { world, seen, report } = ask(write(), fault === null ? [] : [fault], 20);
    assertEquals(diary(world, "ann"), ["write done"]);
    assertEquals(world.holder("disk").content(STORED), { sizeBytes: SIZE_BYTES, contentHash: "x" });
    assertEquals(seen, [...first === null ? [] : [first], "written at 81"]);
    if (fault !== null) assertEquals(report.faults[fault.fault], { delivered: 1, noticed: 1 });
  }
});

Deno.test("a process that dies half-way through a write leaves it torn", () => {
  const entity = "ann/1/0/1";
  const crash = { fault: "processCrashInOperation", entity, occurrence: 0, value: 10 };
  const torn = { fault: "tornWrite", entity, occurrence: 0, value: 300 };
  const { world, seen, report } = ask(write(), [crash, torn]);
  assertEquals(diary(world, "ann"), ["write done"]);
  assertEquals(seen, ["torn at 25", "written at 86"]);
  assertEquals(report.faults["processCrashInOperation"], { delivered: 1, noticed: 1 });
});

Deno.test("a store that dies half-way through a write leaves it torn and says so", () => {
  const entity = "ann/1/0/0";
  const perturbations = [
    { fault: "storeCrashInChange", entity, occurrence: 0, value: 10 },
    { fault: "tornWrite", entity, occurrence: 0, value: 300 },
  ];
  const world = scriptedWorld({ plan: { perturbations } });
  addHolders(world, "store");
  world.addActor(scripted({}), { id: "bob" as ActorId, process: "store" });
  const restored = (): EffectOf<Scripted>[] => [write()];
  const receive = (incoming: Parameters<typeof textOf>[0]) => [note(textOf(incoming))];
  world.addActor(scripted({ restored, receive }), { id: ANN, process: "one", tree: "camera" });
  const report = world.run();
  assertEquals(report.verdict, { kind: "clean" });
  assertEquals(diary(world, "ann"), ["write failed: ioError"]);
  const sizeBytes = SIZE_BYTES * 3 / 10;
  assertEquals(world.holder("disk").content(STORED), { sizeBytes, contentHash: "x~damaged" });
  assertEquals(report.faults["storeCrashInChange"], { delivered: 1, noticed: 1 });
  assertEquals(report.faults["tornWrite"], { delivered: 1, noticed: 1 });
});

Deno.test("a removal that a crash cut off may have succeeded, and succeeds again", () => {
  const unknown = { fault: "unknownEnd", entity: "ann/1/0/1", occurrence: 0, value: 0 };
  for (const isDone of [true, false]) {
    const { world, seen } = ask(remove({ expectedHash: "x" }), isDone ? [unknown] : [], 0);
    assertEquals(diary(world, "ann"), ["remove done"]);
    assertEquals(seen, [isDone ? "removed at 0" : "removed at 11"]);
    assertEquals(world.holder("disk").content(OLD), null);
  }
});

Deno.test("ports answer with what is wrong", () => {
  const [none, nowhere] = ["disk/none", "nowhere/x"] as ObjectName[];
  const cases: [EffectOf<Scripted>, string][] = [
    [read(none!), "read failed: missing"],
    [read(SOURCE), "read done"],
    [read(nowhere!), "read failed: refused"],
    [write({ source: "camera/none" as ObjectName }), "write failed: missing"],
    [write({ sizeBytes: 1 }), "write failed: changed"],
    [write({ object: "small/new" as ObjectName }), "write failed: diskFull"],
    [remove({ expectedHash: "y" }), "remove failed: changed"],
    [link("nowhere"), "link failed: missing"],
    [link("new"), "link done"],
  ];
  for (const [effect, expected] of cases) {
    assertEquals(diary(ask(effect, []).world, "ann"), [expected]);
  }
});

Deno.test("every fault of a port is met by the actor that asked", () => {
  const compute = { kind: "compute", key: "compute" as RequestKey, job: "think" } as const;
  const cases: [string, EffectOf<Scripted>, string[]][] = [
    ["objectReadError", read(SOURCE), ["read failed: ioError"]],
    ["objectWriteError", write(), ["write failed: ioError"]],
    ["objectDiskFull", write(), ["write failed: diskFull"]],
    ["objectRemoveError", remove({}), ["remove failed: ioError"]],
    ["linkError", link("new"), ["link failed: ioError"]],
    ["slowDisk", read(SOURCE), ["read done"]],
    ["computeFailure", compute, ["compute failed: failed"]],
    ["computeTimeout", compute, ["compute failed: timeout"]],
    ["computeLateResult", compute, ["compute failed: timeout"]],
    ["computeDuplicateResult", compute, ["compute done"]],
    ["computeWrongSize", compute, ["compute done"]],
  ];
  for (const [fault, effect, expected] of cases) {
    const value = fault === "computeWrongSize" ? 3 : 100;
    const struck = { fault, entity: "ann/1/0/1", occurrence: 0, value };
    const { world, report } = ask(effect, [struck]);
    assertEquals(diary(world, "ann"), expected, fault);
    assertEquals(report.faults[fault], { delivered: 1, noticed: 1 }, fault);
    const isTwice = fault === "computeLateResult" || fault === "computeDuplicateResult";
    assertEquals(report.counts.stale, isTwice ? 1 : 0, fault);
  }
});

Deno.test("a removal past its deadline, or of another boot, is refused", () => {
  const inTime = remove({ deadline: { bootId: "one/1", monotonicMs: 50 } });
  assertEquals(diary(ask(inTime, []).world, "ann"), ["remove done"]);
  const slow = { fault: "slowDisk", entity: "ann/1/0/1", occurrence: 0, value: 100 };
  assertEquals(diary(ask(inTime, [slow]).world, "ann"), ["remove failed: refused"]);
  const restarted = ask(inTime, [], 0);
  assertEquals(diary(restarted.world, "ann"), ["remove failed: refused"]);
});

Deno.test("a store in a process that is down cannot be reached", () => {
  const world = scriptedWorld({
    plan: {
      perturbations: [
        { fault: "processCrashBeforeEffect", entity: "ben/1/0/0", occurrence: 0, value: 500 },
      ],
    },
  });
  addHolders(world, "two");
  const restored = () => [note("asked"), write()];
  const receive = (incoming: Parameters<typeof textOf>[0]) => [note(textOf(incoming))];
  world.addActor(scripted({ restored, receive }), { id: ANN, process: "one" });
  world.addActor(scripted({ restored: () => [HELLO] }), { id: "ben" as ActorId, process: "two" });
  assertEquals(world.run().verdict, { kind: "clean" });
  assertEquals(diary(world, "ann"), ["asked", "write failed: ioError"]);
});

/**
 * Ann asks for one thing when she first starts, and writes down the answers. Her process may die
 * while she waits; it comes back 10 ms later.
 */
function ask(
  effect: EffectOf<Scripted>,
  perturbations: readonly Perturbation[],
  crashAtMs: number | null = null,
) {
  const seen: string[] = [];
  // The write is done after 51 ms: its completion is then the first turn, the timer the second.
  const entity = crashAtMs !== null && crashAtMs > 51 ? "ann/1/2" : "ann/1/1";
  const death = { fault: "processCrashBeforeCommit", entity, occurrence: 0, value: 10 };
  const world = scriptedWorld({
    plan: { perturbations: crashAtMs === null ? perturbations : [...perturbations, death] },
    compute: {
      run: () => ({ durationMs: 5, outcome: { kind: "done", result: answer("well") } }),
      wrongSize: (_, variant) => answer(`w${"e".repeat(variant)}ll`),
    },
    drive: (observation: Observation<Scripted>, { nowMs }) => {
      if (observation.kind === "object") seen.push(`${observation.change} at ${nowMs}`);
    },
  });
  addHolders(world, "one");
  const restored = (context: { incarnation: number }): EffectOf<Scripted>[] => {
    if (context.incarnation > 1) return [];
    return [crashAtMs === null ? HELLO : after(crashAtMs, "tick"), effect];
  };
  const receive = (incoming: Parameters<typeof textOf>[0]) => {
    if (incoming.kind === "timer") return [];
    return [note(textOf(incoming))];
  };
  const placement = { id: ANN, process: "one", tree: "camera" };
  world.addActor(scripted({ restored, receive }), placement);
  const report = world.run();
  assertEquals(report.verdict, { kind: "clean" });
  return { world, seen, report };
}

function addHolders(world: ReturnType<typeof scriptedWorld>, process: string): void {
  const camera = new FolderTree({ name: "camera" });
  camera.put(SOURCE, { sizeBytes: SIZE_BYTES, contentHash: "x" });
  world.addHolder(camera);
  const disk = new ObjectStore({ name: "disk", process });
  disk.put(OLD, { sizeBytes: 1, contentHash: "x" });
  world.addHolder(disk);
  world.addHolder(new ObjectStore({ name: "small", capacityBytes: 10 }));
}

function read(object: ObjectName): EffectOf<Scripted> {
  return { kind: "readObject", key: "read" as RequestKey, object, read: "hash" };
}

function write(parts: Partial<WriteObject> = {}): EffectOf<Scripted> {
  const key = "write" as RequestKey;
  const sizeBytes = SIZE_BYTES;
  return { kind: "writeObject", key, object: STORED, source: SOURCE, sizeBytes, ...parts };
}

function remove(parts: Partial<Remove>): EffectOf<Scripted> {
  const key = "remove" as RequestKey;
  return { kind: "remove", key, object: OLD, expectedHash: null, ...parts };
}

function link(target: string): EffectOf<Scripted> {
  const key = "link" as RequestKey;
  const nothing = { slot: null, expectedHash: null, sameAs: null };
  return { kind: "link", key, steps: [{ action: "add", path: "again", target, ...nothing }] };
}

function answer(text: string): Scripted["result"] {
  return { kind: "answer", text };
}
