import { assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { identifier } from "../protocol/ids.ts";
import { invariant } from "../protocol/invariant.ts";
import type { ContentHash } from "../library/ids.ts";
import type { EngineMessage, EngineResult } from "../messages/engine_types.ts";
import {
  type CompletedOutcome,
  done,
  WORKER_ACTIONS,
  type WorkerStep,
  WorkerWorld,
  type WorkSource,
} from "../pulled_work/worker_world.ts";
import { embeddingActor, type EmbeddingState, type EmbedResult } from "./embedding_actor.ts";

const DIMENSIONS = 4;
const GOOD = Int16Array.of(16_384, -16_384, 16_384, -16_384);

/** Contents to embed. What the port answers for one is the next of its plan, then a good vector. */
class EmbedSource implements WorkSource {
  readonly work = "embed";
  readonly toEmbed = new Set<ContentHash>();
  readonly results = new Map<ContentHash, EmbedResult>();
  readonly stored = new Map<ContentHash, Int16Array>();
  oddAnswers = 0;
  readonly plans = new Map<string, (EngineResult | "missing")[]>();

  add(name: string, ...plan: (EngineResult | "missing")[]): ContentHash {
    const contentHash = identifier<ContentHash>(name);
    if (!this.results.has(contentHash)) this.toEmbed.add(contentHash);
    this.plans.set(contentHash, plan);
    return contentHash;
  }

  list(request: EngineMessage & { kind: "takeWork" }): EngineMessage {
    const free = [...this.toEmbed].filter((hash) => !request.inFlight.includes(hash));
    return {
      kind: "embedWork",
      items: free.slice(0, request.limit).map((contentHash) => ({
        contentHash,
        object: { role: "original", name: identifier(`library/${contentHash}`), sizeBytes: 1 },
      })),
    };
  }

  take(report: EngineMessage): void {
    invariant(report.kind === "contentsEmbedded", "REPORT", report.kind);
    for (const result of report.results) {
      if (result.outcome === "embedded") {
        invariant(this.stored.has(result.contentHash), "NOT_STORED", result.contentHash);
      }
      if (this.toEmbed.delete(result.contentHash)) this.results.set(result.contentHash, result);
    }
  }

  answer(request: Parameters<WorkSource["answer"]>[0]): CompletedOutcome {
    invariant(request.kind === "compute", "COMPUTE", request.kind);
    const { job } = request;
    if (job.kind === "storeVector") {
      if (this.oddAnswers > 0) {
        this.oddAnswers -= 1;
        return done({ kind: "notEmbeddable", reason: "wrongSize" });
      }
      if (!this.stored.has(job.contentHash)) this.stored.set(job.contentHash, job.vector);
      return done({ kind: "vectorStored" });
    }
    invariant(job.kind === "embed", "JOB", job.kind);
    const planned = this.plans.get(job.contentHash)?.shift();
    if (planned === "missing") return { kind: "failed", error: "missing" };
    return done(planned ?? { kind: "embedding", vector: GOOD, sharpness: 7 });
  }

  left(): number {
    return this.toEmbed.size;
  }
}

function worldOf(source: EmbedSource, windowSize = 4): WorkerWorld<EmbeddingState> {
  return new WorkerWorld(
    embeddingActor({ dimensions: DIMENSIONS, windowSize, attemptsMax: 3 }),
    source,
  );
}

function embedding(...components: number[]): EngineResult {
  return { kind: "embedding", vector: Int16Array.from(components), sharpness: 1 };
}

Deno.test("embedding records a vector before it reports its content", () => {
  const source = new EmbedSource();
  const hash = source.add("a");
  worldOf(source).settle();
  assertEquals(source.stored.get(hash), GOOD);
  assertEquals(source.results.get(hash), {
    contentHash: hash,
    outcome: "embedded",
    sharpness: 7,
    reason: null,
  });
});

Deno.test("embedding passes on what the picture told besides its vector", () => {
  const source = new EmbedSource();
  const measured = { widthPixels: 40, heightPixels: 30, takenAtMs: 1_700_000_000_000 };
  const hash = source.add("a", { kind: "embedding", vector: GOOD, sharpness: 3, measured });
  worldOf(source).settle();
  assertEquals(source.results.get(hash), {
    contentHash: hash,
    outcome: "embedded",
    sharpness: 3,
    measured,
    reason: null,
  });
});

Deno.test("embedding passes on that a picture cannot be embedded", () => {
  const source = new EmbedSource();
  const hash = source.add("a", { kind: "notEmbeddable", reason: "not a picture" });
  worldOf(source).settle();
  assertEquals(source.results.get(hash)?.reason, "not a picture");
  assertEquals(source.stored.size, 0);
});

Deno.test("embedding tries a vector of the wrong size or length again, then gives up", () => {
  const source = new EmbedSource();
  const long = source.add("long", embedding(1, 2, 3, 4, 5), embedding(32_767, 0, 0, 0));
  const short = source.add("short", ...Array.from({ length: 3 }, () => embedding(9, 0, 0, 0)));
  worldOf(source).settle();
  assertEquals(source.results.get(long)?.outcome, "embedded");
  assertEquals(source.stored.get(long), Int16Array.of(32_767, 0, 0, 0));
  assertEquals(source.results.get(short)?.outcome, "notEmbeddable");
  assertEquals(
    source.results.get(short)?.reason,
    "vector must be of length 32767: its square is 81",
  );
  assertEquals([...source.stored.keys()], [long]);
});

Deno.test("embedding waits for the next poll when the bytes are missing", () => {
  const source = new EmbedSource();
  const hash = source.add("a", "missing", "missing");
  const world = worldOf(source);
  world.settle();
  assertEquals(source.results.get(hash)?.outcome, "embedded");
  assertEquals(world.nowMs, 2 * 15 * 60 * 1000);
});

Deno.test("embedding gives up on bytes that stay missing", () => {
  const source = new EmbedSource();
  const hash = source.add("a", "missing", "missing", "missing");
  worldOf(source).settle();
  assertEquals(source.results.get(hash)?.reason, "missing");
});

Deno.test("embedding never blames the content for a vector that cannot be stored", () => {
  const source = new EmbedSource();
  const hash = source.add("a");
  const world = worldOf(source);
  world.step([0, 0, 0]);
  world.step([0, 0, 0]);
  world.complete(0, null);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    while (world.requests.length === 0) world.fireNextTimer();
    world.complete(0, "diskFull");
  }
  world.settle();
  assertEquals(source.results.get(hash)?.outcome, "embedded");
});

Deno.test("embedding believes only the right answer that a vector was stored", () => {
  const source = new EmbedSource();
  const hash = source.add("a");
  source.oddAnswers = 2;
  worldOf(source).settle();
  assertEquals(source.oddAnswers, 0);
  assertEquals(source.stored.get(hash), GOOD);
  assertEquals(source.results.get(hash)?.outcome, "embedded");
});

Deno.test("embedding finishes all work after any schedule, within its window", () => {
  const step: fc.Arbitrary<WorkerStep> = fc.tuple(
    fc.nat(WORKER_ACTIONS - 1),
    fc.nat(63),
    fc.nat(63),
  );
  const result = fc.constantFrom<EngineResult | "missing">(
    "missing",
    embedding(1),
    embedding(30_000, 0, 0, 0),
    { kind: "notEmbeddable", reason: "broken" },
    { kind: "vectorStored" },
  );
  const addition = fc.tuple(fc.nat(9), fc.array(result, { maxLength: 2 }));
  const schedule = fc.array(fc.oneof(step, addition), { maxLength: 120 });
  fc.assert(
    fc.property(schedule, fc.integer({ min: 1, max: 4 }), (entries, windowSize) => {
      const source = new EmbedSource();
      const world = worldOf(source, windowSize);
      for (const entry of entries) {
        if (entry.length === 3) world.step(entry);
        else source.add(`c${entry[0]}`, ...entry[1]);
      }
      world.settle();
      assertLessOrEqual(world.requestsMost, windowSize);
      for (const vector of source.stored.values()) assertEquals(vector, GOOD);
      for (const { outcome, reason } of source.results.values()) {
        assertEquals(outcome === "embedded", reason === null);
      }
    }),
    { numRuns: 400 },
  );
});
