import { assert, assertEquals, assertThrows } from "@std/assert";
import type { ChildEvents, EmbeddingChild } from "./embedding_child.ts";
import { type EmbeddingOutcome, fault } from "./embedding_outcome.ts";
import type { EmbeddingJob } from "./embedding_protocol.ts";
import { ProcessPool, type ProcessPoolOptions } from "./process_pool.ts";

/** Stands for a photo that was embedded; which kind of outcome it is plays no part in a pool. */
const DONE = fault("EMPTY", "Done");

function pathOf(job: EmbeddingJob): string {
  return job.task === "compare" ? job.one : job.path;
}

/** A process of the test: it does what it is told, when it is told. */
class SteeredChild implements EmbeddingChild {
  readonly processId: number;
  readonly events: ChildEvents;
  readonly jobs: EmbeddingJob[] = [];
  isFinished = false;
  #isGone = false;

  constructor(processId: number, events: ChildEvents) {
    this.processId = processId;
    this.events = events;
  }

  send(job: EmbeddingJob): void {
    this.jobs.push(job);
  }

  finish(): void {
    this.isFinished = true;
  }

  kill(): void {
    this.die("SIGKILL");
  }

  /** The paths that it has. */
  paths(): string[] {
    return this.jobs.map(pathOf);
  }

  ready(): void {
    this.events.onReady();
  }

  /** Answers for one of its photos. */
  answer(path: string, outcome: EmbeddingOutcome = DONE): void {
    const at = this.jobs.findIndex((job) => pathOf(job) === path);
    assert(at >= 0, `${path} was not given to this process`);
    const [job] = this.jobs.splice(at, 1);
    this.events.onResult(job!.id, outcome);
  }

  die(why: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.events.onExit(why);
  }
}

function makePool(options: Partial<ProcessPoolOptions> = {}): {
  readonly pool: ProcessPool;
  readonly children: SteeredChild[];
} {
  const children: SteeredChild[] = [];
  const pool = new ProcessPool({
    processes: 2,
    jobMsMax: 60_000,
    waitingMax: 100,
    start: (events) => {
      const child = new SteeredChild(children.length + 1, events);
      children.push(child);
      return child;
    },
    ...options,
  });
  return { pool, children };
}

/** Ends the processes that are still there, as real ones do when their input ends. */
async function closePool(pool: ProcessPool, children: readonly SteeredChild[]): Promise<void> {
  const closed = pool.close();
  for (const child of children) child.die("exit code 0");
  await closed;
}

Deno.test("embed() starts as many processes as there is work for, and no more", async () => {
  const { pool, children } = makePool();
  assertEquals(children.length, 0);
  const first = pool.embed("/1");
  assertEquals(children.length, 1);
  const rest = ["/2", "/3", "/4", "/5", "/6"].map((path) => pool.embed(path));
  assertEquals(children.length, 2);
  assertEquals(pool.status().waiting, 6);
  children[0]!.ready();
  children[1]!.ready();
  assertEquals(children.map((child) => child.paths()), [["/1", "/2"], ["/3", "/4"]]);
  children[0]!.answer("/1");
  assertEquals(await first, DONE);
  assertEquals(children[0]!.paths(), ["/2", "/5"]);
  for (const path of ["/2", "/5", "/6"]) children[0]!.answer(path);
  for (const path of ["/3", "/4"]) children[1]!.answer(path);
  assertEquals(await Promise.all(rest), [DONE, DONE, DONE, DONE, DONE]);
  assertEquals(pool.status().working, 0);
  await closePool(pool, children);
});

Deno.test("embed() tries the photos of a dead process alone, and blames only the one", async () => {
  const { pool, children } = makePool({ processes: 1 });
  const poison = pool.embed("/poison");
  const neighbour = pool.embed("/neighbour");
  const later = pool.embed("/later");
  children[0]!.ready();
  children[0]!.die("SIGSEGV");
  children[1]!.ready();
  assertEquals(children[1]!.paths(), ["/poison"]);
  children[1]!.die("SIGSEGV");
  const outcome = await poison;
  assertEquals(outcome.kind === "failed" && outcome.code, "PROCESS_DIED");
  assertEquals(outcome.kind === "failed" && outcome.reason.includes("SIGSEGV"), true);
  children[2]!.ready();
  assertEquals(children[2]!.paths(), ["/neighbour"]);
  children[2]!.answer("/neighbour");
  assertEquals(await neighbour, DONE);
  assertEquals(children[2]!.paths(), ["/later"]);
  children[2]!.answer("/later");
  assertEquals(await later, DONE);
  await closePool(pool, children);
});

Deno.test("embed() waits for a process to be free before it tries a photo alone", async () => {
  const { pool, children } = makePool();
  const outcomes = ["/1", "/2", "/3", "/4", "/5"].map((path) => pool.embed(path));
  children[0]!.ready();
  children[1]!.ready();
  children[0]!.die("SIGKILL");
  children[1]!.answer("/3");
  assertEquals(children[1]!.paths(), ["/4"]);
  children[1]!.answer("/4");
  assertEquals(children[1]!.paths(), ["/1"]);
  children[1]!.answer("/1");
  assertEquals(children[1]!.paths(), ["/2"]);
  children[1]!.answer("/2");
  assertEquals(children[1]!.paths(), ["/5"]);
  children[1]!.answer("/5");
  assertEquals(await Promise.all(outcomes), [DONE, DONE, DONE, DONE, DONE]);
  await closePool(pool, children);
});

Deno.test("embed() ends a process that takes too long, twice, then says so", async () => {
  const { pool, children } = makePool({ processes: 1, jobMsMax: 5 });
  const outcome = pool.embed("/slow");
  children[0]!.ready();
  // deno-lint-ignore no-await-in-loop -- waits for the pool's own timer
  while (children.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  children[1]!.ready();
  const result = await outcome;
  assertEquals(result.kind === "failed" && result.code, "TIMED_OUT");
  await closePool(pool, children);
});

Deno.test("embed() gives up after three processes that never got ready", async () => {
  const { pool, children } = makePool({ processes: 1 });
  const outcomes = [pool.embed("/1"), pool.embed("/2")];
  for (let start = 0; start < 3; start++) children[start]!.die(`no model ${start}`);
  for (const result of await Promise.all([...outcomes, pool.embed("/3")])) {
    assertEquals(result.kind === "failed" && result.code, "MODEL_UNAVAILABLE");
    assertEquals(result.kind === "failed" && result.reason.endsWith("no model 2"), true);
  }
  assertEquals(children.length, 3);
  await closePool(pool, children);
});

Deno.test("embed() counts failures in a row only", async () => {
  const { pool, children } = makePool({ processes: 1 });
  const outcome = pool.embed("/1");
  children[0]!.die("hiccup");
  children[1]!.die("hiccup");
  children[2]!.ready();
  children[2]!.die("SIGKILL");
  children[3]!.die("hiccup");
  children[4]!.die("hiccup");
  children[5]!.ready();
  children[5]!.answer("/1");
  assertEquals(await outcome, DONE);
  await closePool(pool, children);
});

Deno.test("embed() says that no process can be started at all", async () => {
  const { pool } = makePool({
    start: () => {
      throw new Error("Requires run access");
    },
  });
  const result = await pool.embed("/1");
  assertEquals(result, fault("MODEL_UNAVAILABLE", "Cannot embed any photo: Requires run access"));
  await pool.close();
});

Deno.test("embed() takes in only as many photos as may wait", async () => {
  const { pool, children } = makePool({ waitingMax: 2 });
  const taken = [pool.embed("/1"), pool.embed("/2")];
  const result = await pool.embed("/3");
  assertEquals(result.kind === "failed" && result.code, "BUSY");
  children[0]!.ready();
  children[0]!.answer("/1");
  children[0]!.answer("/2");
  assertEquals(await Promise.all(taken), [DONE, DONE]);
  await closePool(pool, children);
});

Deno.test("embed() lets go of a photo at once when the caller gives up", async () => {
  const { pool, children } = makePool({ processes: 1 });
  const stop = new AbortController();
  const options = { signal: stop.signal };
  const outcomes = ["/1", "/2", "/3"].map((path) => pool.embed(path, options));
  const kept = pool.embed("/4");
  children[0]!.ready();
  stop.abort();
  const cancelled = fault("CANCELLED", "The caller gave up");
  assertEquals(await Promise.all(outcomes), [cancelled, cancelled, cancelled]);
  assertEquals(await pool.embed("/5", options), cancelled);
  children[0]!.answer("/1");
  assertEquals(children[0]!.paths(), ["/2", "/4"]);
  children[0]!.answer("/4");
  children[0]!.answer("/2");
  assertEquals(await kept, DONE);
  await closePool(pool, children);
});

Deno.test("embed() does not try a photo again for a caller who gave up", async () => {
  const { pool, children } = makePool({ processes: 1 });
  const stop = new AbortController();
  const outcome = pool.embed("/1", { signal: stop.signal });
  children[0]!.ready();
  stop.abort();
  await outcome;
  children[0]!.die("SIGKILL");
  assertEquals([children.length, pool.status().waiting], [1, 0]);
  await closePool(pool, children);
});

Deno.test("close() cancels what is not done and waits for the processes", async () => {
  const { pool, children } = makePool({ processes: 1 });
  const outcomes = ["/1", "/2", "/3"].map((path) => pool.embed(path));
  children[0]!.ready();
  let isClosed = false;
  const closed = pool.close().then(() => isClosed = true);
  for (const result of await Promise.all([...outcomes, pool.embed("/4")])) {
    assertEquals(result.kind === "failed" && result.code, "CANCELLED");
  }
  assertEquals([children[0]!.isFinished, isClosed], [true, false]);
  children[0]!.answer("/1");
  children[0]!.die("exit code 0");
  await closed;
  assertEquals(pool.status().processes, []);
  await pool.close();
});

Deno.test("ProcessPool refuses numbers of processes and paths that make no sense", () => {
  for (const processes of [0, 65, 1.5]) {
    assertThrows(() => makePool({ processes }), RangeError, "1 to 64");
  }
  const { pool } = makePool();
  assertThrows(() => pool.embed("relative.jpg"), TypeError, "absolute");
});

Deno.test("ProcessPool ends a process that answers for a photo it does not have", async () => {
  const { pool, children } = makePool({ processes: 1 });
  const outcome = pool.embed("/1");
  children[0]!.ready();
  assertThrows(() => children[0]!.events.onResult(99, DONE), TypeError, "photo 99");
  children[0]!.answer("/1");
  await outcome;
  await closePool(pool, children);
});
