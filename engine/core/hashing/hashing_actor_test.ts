import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { identifier } from "../protocol/ids.ts";
import { invariant } from "../protocol/invariant.ts";
import type { FileId } from "../library/ids.ts";
import type { StoredObject } from "../library/file.ts";
import type { EngineMessage } from "../messages/engine_types.ts";
import {
  type CompletedOutcome,
  done,
  WORKER_ACTIONS,
  type WorkerStep,
  WorkerWorld,
  type WorkSource,
} from "../pulled_work/worker_world.ts";
import { joinContentHash } from "./content_objects.ts";
import { hashingActor, type HashingState, type HashResult } from "./hashing_actor.ts";

/** Files of a library whose bytes are named by object; hashes are made from the names. */
class HashSource implements WorkSource {
  readonly work = "hash";
  readonly files = new Map<FileId, { version: number; objects: readonly StoredObject[] }>();
  readonly toHash = new Set<FileId>();
  readonly results: HashResult[] = [];
  readonly lost = new Set<string>();

  add(name: string, roles: readonly StoredObject["role"][]): FileId {
    const file = identifier<FileId>(name);
    const version = (this.files.get(file)?.version ?? 0) + 1;
    const objects = roles.map((role) => ({
      role,
      name: identifier<StoredObject["name"]>(`${name}/${version}/${role}`),
      sizeBytes: 1,
    }));
    this.files.set(file, { version, objects });
    this.toHash.add(file);
    return file;
  }

  list(request: EngineMessage & { kind: "takeWork" }): EngineMessage {
    const free = [...this.toHash].filter((file) => !request.inFlight.includes(file));
    return {
      kind: "hashWork",
      items: free.slice(0, request.limit).map((file) => ({
        file,
        version: this.#fileOf(file).version,
        objects: this.#fileOf(file).objects,
      })),
    };
  }

  take(report: EngineMessage): void {
    invariant(report.kind === "filesHashed", "REPORT", report.kind);
    for (const result of report.results) {
      if (result.version !== this.#fileOf(result.file).version) continue;
      if (!this.toHash.delete(result.file)) continue;
      this.results.push(result);
    }
  }

  answer(request: Parameters<WorkSource["answer"]>[0]): CompletedOutcome {
    invariant(request.kind === "readObject" && request.read === "hash", "READ", request.kind);
    if (this.lost.has(request.object)) return { kind: "failed", error: "missing" };
    return done({ kind: "objectFacts", sizeBytes: 1, contentHash: `hash of ${request.object}` });
  }

  left(): number {
    return this.toHash.size;
  }

  #fileOf(file: FileId): { version: number; objects: readonly StoredObject[] } {
    const found = this.files.get(file);
    invariant(found !== undefined, "FILE", file);
    return found;
  }
}

function worldOf(source: HashSource, windowSize: number): WorkerWorld<HashingState> {
  return new WorkerWorld(hashingActor({ windowSize }), source);
}

Deno.test("hashing reads a photo and the two halves of a live photo, never a thumbnail", () => {
  const source = new HashSource();
  source.add("a", ["thumbnail", "original"]);
  source.add("b", ["video", "original", "thumbnail"]);
  worldOf(source, 4).settle();
  assertEquals(source.results.map(({ contentHash }) => contentHash), [
    joinContentHash(["hash of a/1/original"]),
    joinContentHash(["hash of b/1/original", "hash of b/1/video"]),
  ]);
});

Deno.test("hashing reports a file that has no original or whose bytes are missing", () => {
  const source = new HashSource();
  const bare = source.add("a", ["thumbnail"]);
  const lost = source.add("b", ["original"]);
  source.lost.add("b/1/original");
  worldOf(source, 4).settle();
  assertEquals(source.results, [
    { file: bare, version: 1, contentHash: null, reason: "noOriginal" },
    { file: lost, version: 1, contentHash: null, reason: "missing" },
  ]);
});

Deno.test("hashing gives a file up after its attempts, and says why", () => {
  const source = new HashSource();
  source.add("a", ["original"]);
  const world = new WorkerWorld(hashingActor({ attemptsMax: 3 }), source);
  world.step([0, 0, 0]);
  world.step([0, 0, 0]);
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    assertEquals(world.requests.length, 1, `attempt ${attempt}`);
    world.complete(0, "ioError");
    if (attempt < 3) { while (world.requests.length === 0) world.fireNextTimer(); }
  }
  world.settle();
  assertEquals(source.results.map(({ reason }) => reason), ["ioError"]);
});

Deno.test("hashing repeats a report that was lost, without reading again", () => {
  const source = new HashSource();
  source.add("a", ["original"]);
  const world = worldOf(source, 4);
  world.step([0, 0, 0]); // takeWork arrives
  world.step([0, 0, 0]); // hashWork arrives
  world.complete(0, null); // filesHashed and takeWork are sent
  world.step([3, 0, 0]); // filesHashed is lost
  const sentBefore = world.sent.get("filesHashed");
  world.settle();
  assertEquals(sentBefore, 1);
  assertEquals(world.sent.get("filesHashed"), 2);
  assertEquals(source.results.length, 1);
  assertEquals(world.requestsMost, 1);
});

Deno.test("hashing falls silent when there is nothing to do, and polls", () => {
  const source = new HashSource();
  const world = worldOf(source, 4);
  world.settle();
  for (let timer = 0; timer < 4; timer += 1) {
    world.step([0, 0, 0]);
    world.step([0, 0, 0]);
    world.fireNextTimer();
  }
  // One request at the start and one for each quarter of an hour.
  assertEquals(world.nowMs, 4 * 15 * 60 * 1000);
  assertEquals(world.sent.get("takeWork"), 5);
});

Deno.test("hashing asks seldom while its window stays full", () => {
  const source = new HashSource();
  for (let file = 0; file < 1000; file += 1) source.add(`f${file}`, ["original"]);
  const world = worldOf(source, 16);
  world.settle();
  assertEquals(source.results.length, 1000);
  assertLessOrEqual(world.requestsMost, 16);
  assertLessOrEqual(world.sent.get("takeWork") ?? 0, 1000 / 8 + 4);
});

Deno.test("hashing takes no more than its window, whatever a stale list says", () => {
  const source = new HashSource();
  for (const name of ["a", "b", "c", "d"]) source.add(name, ["original"]);
  const world = worldOf(source, 3);
  world.tell(source.list({ kind: "takeWork", work: "hash", inFlight: ["c", "d"], limit: 3 }));
  world.tell(source.list({ kind: "takeWork", work: "hash", inFlight: ["a", "b"], limit: 3 }));
  assertEquals(world.requests.length, 3);
  world.settle();
  assertEquals(source.results.length, 4);
});

Deno.test("hashing reads once however often a retry timer arrives", () => {
  const source = new HashSource();
  source.add("a", ["original"]);
  const world = worldOf(source, 3);
  world.step([0, 0, 0]);
  world.step([0, 0, 0]);
  world.complete(0, "timeout");
  world.deliver({ kind: "timer", key: identifier("retry/a") });
  world.deliver({ kind: "timer", key: identifier("retry/a") });
  assertEquals(world.requests.length, 1);
  world.settle();
  assertEquals(source.results.length, 1);
});

Deno.test("hashing ignores messages that are not for it", () => {
  const world = worldOf(new HashSource(), 4);
  const before = JSON.stringify([...world.sent]);
  world.tell({ kind: "workAvailable", work: "embed" });
  world.deliver({ kind: "timer", key: identifier("retry/nothing") });
  world.deliver({
    kind: "completed",
    key: identifier("hash/1/9"),
    outcome: { kind: "failed", error: "timeout" },
  });
  assertEquals(JSON.stringify([...world.sent]), before);
});

Deno.test("hashing finishes all work after any schedule, within its window", () => {
  const step: fc.Arbitrary<WorkerStep> = fc.tuple(
    fc.nat(WORKER_ACTIONS - 1),
    fc.nat(63),
    fc.nat(63),
  );
  const addition = fc.tuple(fc.nat(11), fc.boolean());
  const schedule = fc.array(fc.oneof(step, addition), { maxLength: 120 });
  fc.assert(
    fc.property(schedule, fc.integer({ min: 1, max: 5 }), (entries, windowSize) => {
      const source = new HashSource();
      const world = worldOf(source, windowSize);
      for (const entry of entries) {
        if (entry.length === 3) {
          world.step(entry);
          continue;
        }
        const [file, isLive] = entry;
        source.add(`f${file}`, isLive ? ["original", "video"] : ["original"]);
      }
      world.settle();
      assertLessOrEqual(world.requestsMost, windowSize);
      for (const [file, { objects, version }] of source.files) {
        const last = source.results.findLast((result) => result.file === file);
        assertEquals(last?.version, version);
        const good = joinContentHash(objects.map(({ name }) => `hash of ${name}`));
        assert(last?.contentHash === good || last?.reason !== null, JSON.stringify(last));
      }
    }),
    { numRuns: 400 },
  );
});
