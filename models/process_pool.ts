import type { EmbeddingPool, EmbeddingPoolStatus, EmbedOptions } from "./photo_pool.ts";
import type { EmbeddingChild, StartChild } from "./embedding_child.ts";
import {
  type ComparisonOutcome,
  type DescriptionOutcome,
  type EmbeddingOutcome,
  fault,
  type MeasuringOutcome,
  type PixelsOutcome,
} from "./embedding_outcome.ts";
import type { JobOutcome } from "./embedding_protocol.ts";
import { outcomeOfKind, photoTask, type Task } from "./photo_task.ts";

/**
 * How many photos a process is given at once: while the model works on one, the next is decoded.
 * More would only hold memory.
 */
export const IN_FLIGHT_MAX = 2;

/** How often a photo is given to a process: once, and once more, alone, if that process ended. */
const ATTEMPTS_MAX = 2;

/** After so many processes in a row that never got ready, the pool gives up. */
const START_FAILURES_MAX = 3;

/** How long a process may take to get ready: it may have to fetch its packages the first time. */
const START_MS_MAX = 5 * 60_000;

/** How long processes may take to end by themselves when the pool is closed. */
const CLOSE_MS_MAX = 5_000;

/** What {@linkcode ProcessPool} is made of; `start` can be anything that behaves like a process. */
export interface ProcessPoolOptions {
  /** How many processes at most. */
  readonly processes: number;
  /** How many milliseconds one photo may take. */
  readonly jobMsMax: number;
  /** How many photos may wait. */
  readonly waitingMax: number;
  /** Starts a process. */
  readonly start: StartChild;
}

type Timer = ReturnType<typeof setTimeout>;

interface Job {
  readonly id: number;
  readonly task: Task;
  /** Tells the caller; only the first call counts. */
  readonly settle: (outcome: JobOutcome) => void;
  isSettled: boolean;
  attempts: number;
  timer: Timer | null;
}

interface Slot {
  child: EmbeddingChild;
  isReady: boolean;
  /** Whether its one photo is tried alone. */
  isExclusive: boolean;
  /** Ends a process that never gets ready. */
  startTimer: Timer;
  /** The photo that took too long, for which the process was ended. */
  overdue: Job | null;
  readonly working: Map<number, Job>;
}

/** The pool's rules, apart from what a process is. */
export class ProcessPool implements EmbeddingPool {
  readonly #options: ProcessPoolOptions;
  readonly #slots = new Set<Slot>();
  readonly #waiting = new Map<number, Job>();
  /** Photos whose process ended; each is tried alone. They go first. */
  readonly #suspects = new Map<number, Job>();
  readonly #closed = Promise.withResolvers<void>();
  #nextId = 1;
  #startFailures = 0;
  /** Why no process can be started; null as long as that is not known. */
  #brokenBecause: string | null = null;
  #isClosing = false;

  /** A pool without processes; they start with the first photos. */
  constructor(options: ProcessPoolOptions) {
    if (
      !(Number.isInteger(options.processes) && options.processes >= 1 && options.processes <= 64)
    ) {
      throw new RangeError(`Cannot run ${options.processes} processes: want 1 to 64`);
    }
    this.#options = options;
  }

  /** See {@linkcode EmbeddingPool}. */
  embed(path: string, options: EmbedOptions = {}): Promise<EmbeddingOutcome> {
    const done = this.#submit(photoTask("embed", path, options), options);
    return done.then((outcome) => outcomeOfKind(outcome, "embedded"));
  }

  /** See {@linkcode EmbeddingPool}. */
  describe(path: string, options: EmbedOptions = {}): Promise<DescriptionOutcome> {
    const done = this.#submit(photoTask("describe", path, options), options);
    return done.then((outcome) => outcomeOfKind(outcome, "described"));
  }

  /** See {@linkcode EmbeddingPool}. */
  measure(path: string, options: EmbedOptions = {}): Promise<MeasuringOutcome> {
    const done = this.#submit(photoTask("measure", path, options), options);
    return done.then((outcome) => outcomeOfKind(outcome, "measured"));
  }

  /** See {@linkcode EmbeddingPool}. */
  pixels(path: string, options: EmbedOptions = {}): Promise<PixelsOutcome> {
    const done = this.#submit(photoTask("pixels", path, options), options);
    return done.then((outcome) => outcomeOfKind(outcome, "pixelsDigested"));
  }

  /** See {@linkcode EmbeddingPool}. */
  compare(
    one: string,
    others: readonly string[],
    options: Pick<EmbedOptions, "signal"> = {},
  ): Promise<ComparisonOutcome> {
    const done = this.#submit({ task: "compare", one, others }, options);
    return done.then((outcome) => outcomeOfKind(outcome, "compared"));
  }

  #submit(task: Task, { signal }: Pick<EmbedOptions, "signal">): Promise<JobOutcome> {
    if (this.#isClosing) return Promise.resolve(fault("CANCELLED", "The pool is closed"));
    if (signal?.aborted) return Promise.resolve(fault("CANCELLED", "The caller gave up"));
    if (this.#brokenBecause !== null) return Promise.resolve(this.#unavailable());
    if (this.#waiting.size + this.#suspects.size >= this.#options.waitingMax) {
      const reason = `Cannot take the photo in: ${this.#waiting.size} wait already`;
      return Promise.resolve(fault("BUSY", reason));
    }
    return new Promise((resolve) => {
      const job: Job = {
        id: this.#nextId++,
        task,
        settle: (outcome): void => {
          if (job.isSettled) return;
          job.isSettled = true;
          signal?.removeEventListener("abort", onAbort);
          resolve(outcome);
        },
        isSettled: false,
        attempts: 0,
        timer: null,
      };
      const onAbort = (): void => this.#cancel(job, "The caller gave up");
      signal?.addEventListener("abort", onAbort);
      this.#waiting.set(job.id, job);
      this.#pump();
    });
  }

  /** See {@linkcode EmbeddingPool}. */
  status(): EmbeddingPoolStatus {
    const processes = [...this.#slots].map((slot) => ({
      processId: slot.child.processId,
      isReady: slot.isReady,
      working: slot.working.size,
    }));
    return {
      waiting: this.#waiting.size + this.#suspects.size,
      working: this.#workingCount(),
      processes,
    };
  }

  /** See {@linkcode EmbeddingPool}. */
  close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      const working = [...this.#slots].flatMap((slot) => [...slot.working.values()]);
      for (const job of [...this.#waiting.values(), ...this.#suspects.values(), ...working]) {
        this.#cancel(job, "The pool was closed");
      }
      for (const slot of this.#slots) slot.child.finish();
      const killTimer = setTimeout(() => this.#killAll(), CLOSE_MS_MAX);
      void this.#closed.promise.then(() => clearTimeout(killTimer));
      this.#resolveIfClosed();
    }
    return this.#closed.promise;
  }

  /** The same as {@linkcode ProcessPool.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Gives photos to processes, and starts processes, as far as there is need and room. */
  #pump(): void {
    if (this.#isClosing || this.#brokenBecause !== null) return;
    for (const slot of this.#slots) this.#fill(slot);
    const unassigned = this.#waiting.size + this.#suspects.size;
    const starting = [...this.#slots].filter((slot) => !slot.isReady).length;
    // Those that start will take some of what waits.
    let needed = Math.ceil(unassigned / IN_FLIGHT_MAX) - starting;
    while (needed-- > 0 && this.#slots.size < this.#options.processes) {
      if (!this.#start()) return;
    }
  }

  #fill(slot: Slot): void {
    if (!slot.isReady || slot.isExclusive || slot.overdue !== null) return;
    if (this.#suspects.size > 0) {
      // While a photo waits to be tried alone nothing else is handed out, so that a process gets
      // free.
      const suspect = this.#suspects.values().next().value;
      if (slot.working.size > 0 || suspect === undefined) return;
      this.#suspects.delete(suspect.id);
      slot.isExclusive = true;
      this.#assign(slot, suspect);
      return;
    }
    for (const job of this.#waiting.values()) {
      if (slot.working.size >= IN_FLIGHT_MAX) return;
      this.#waiting.delete(job.id);
      this.#assign(slot, job);
    }
  }

  #assign(slot: Slot, job: Job): void {
    job.attempts++;
    slot.working.set(job.id, job);
    job.timer = setTimeout(() => {
      slot.overdue = job;
      slot.child.kill();
    }, this.#options.jobMsMax);
    slot.child.send({ ...job.task, id: job.id });
  }

  /** Whether a process could be started at all; if not, trying again is of no use. */
  #start(): boolean {
    try {
      this.#slots.add(this.#startSlot());
      return true;
    } catch (error) {
      this.#giveUp(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  #startSlot(): Slot {
    const child = this.#options.start({
      onReady: (): void => {
        clearTimeout(slot.startTimer);
        slot.isReady = true;
        this.#startFailures = 0;
        this.#pump();
      },
      onResult: (id, outcome): void => this.#finish(slot, id, outcome),
      onExit: (why): void => this.#bury(slot, why),
    });
    const slot: Slot = {
      child,
      isReady: false,
      isExclusive: false,
      startTimer: setTimeout(() => child.kill(), START_MS_MAX),
      overdue: null,
      working: new Map(),
    };
    return slot;
  }

  #finish(slot: Slot, id: number, outcome: JobOutcome): void {
    const job = slot.working.get(id);
    if (job === undefined) {
      throw new TypeError(`Cannot take a result for photo ${id}: not given out`);
    }
    this.#release(slot, job);
    job.settle(outcome);
    this.#pump();
  }

  /** Takes the photo back from the process. */
  #release(slot: Slot, job: Job): void {
    if (job.timer !== null) clearTimeout(job.timer);
    job.timer = null;
    slot.working.delete(job.id);
    slot.isExclusive = false;
  }

  /** After the end of a process: its photos are tried again or given up. */
  #bury(slot: Slot, why: string): void {
    clearTimeout(slot.startTimer);
    this.#slots.delete(slot);
    if (!slot.isReady && !this.#isClosing) this.#countStartFailure(why);
    for (const job of [...slot.working.values()]) {
      this.#release(slot, job);
      if (job.isSettled) continue;
      if (job.attempts < ATTEMPTS_MAX) this.#suspects.set(job.id, job);
      else if (job === slot.overdue) job.settle(this.#timedOut());
      else job.settle(fault("PROCESS_DIED", `The process that embedded the photo died: ${why}`));
    }
    this.#resolveIfClosed();
    this.#pump();
  }

  #timedOut(): JobOutcome {
    const limit = `${this.#options.jobMsMax} ms`;
    return fault(
      "TIMED_OUT",
      `Cannot embed the photo within ${limit}, tried ${ATTEMPTS_MAX} times`,
    );
  }

  #countStartFailure(why: string): void {
    this.#startFailures++;
    if (this.#startFailures >= START_FAILURES_MAX) {
      this.#giveUp(`${START_FAILURES_MAX} processes in a row ended before they were ready: ${why}`);
    }
  }

  #giveUp(why: string): void {
    this.#brokenBecause = why;
    for (const job of [...this.#waiting.values(), ...this.#suspects.values()]) {
      job.settle(this.#unavailable());
    }
    this.#waiting.clear();
    this.#suspects.clear();
  }

  #unavailable(): JobOutcome {
    return fault("MODEL_UNAVAILABLE", `Cannot embed any photo: ${this.#brokenBecause}`);
  }

  /**
   * The caller hears at once; a process that has the photo finishes it, and the result is dropped.
   */
  #cancel(job: Job, reason: string): void {
    this.#waiting.delete(job.id);
    this.#suspects.delete(job.id);
    job.settle(fault("CANCELLED", reason));
  }

  #workingCount(): number {
    let count = 0;
    for (const slot of this.#slots) count += slot.working.size;
    return count;
  }

  #killAll(): void {
    for (const slot of this.#slots) slot.child.kill();
  }

  #resolveIfClosed(): void {
    if (this.#isClosing && this.#slots.size === 0) this.#closed.resolve();
  }
}
