/** Requests in the hands of one worker at once: the next is there when one ends. */
const IN_FLIGHT_PER_WORKER = 2;

/** Dead workers are replaced so often; more is no accident, and what waits is failed. */
const REPLACEMENTS_MAX = 4;

/** What a worker is sent. */
export interface WorkerRequest<Job> {
  readonly id: number;
  readonly job: Job;
}

/** What it sends back. */
export interface WorkerAnswer<Result> {
  readonly id: number;
  readonly result: Result;
}

/** What a pool is made of. */
export interface WorkerPoolOptions<Job, Result> {
  /** The module of the worker. */
  readonly module: string;
  /** Number of threads, at least 1. */
  readonly workers: number;
  /** The answer to a job whose worker died, or that came too late. */
  readonly failed: (job: Job) => Result;
}

interface Waiting<Job, Result> {
  readonly job: Job;
  readonly resolve: (result: Result) => void;
}

interface Member<Job, Result> {
  readonly worker: Worker;
  readonly inFlight: Map<number, Waiting<Job, Result>>;
}

/**
 * Does jobs in worker threads, so that the engine's own thread never waits for a disk.
 *
 * Jobs wait in a list that the caller bounds by the number of promises it keeps open. A worker that
 * dies fails the jobs in its hands and is replaced; when a fifth dies the pool closes.
 */
export class WorkerPool<Job, Result> {
  readonly #options: WorkerPoolOptions<Job, Result>;
  readonly #members: Member<Job, Result>[] = [];
  readonly #waiting: Waiting<Job, Result>[] = [];
  #nextId = 1;
  #replacements = 0;
  #isClosed = false;

  /** @throws {RangeError} When `workers` is no whole number of at least 1. */
  constructor(options: WorkerPoolOptions<Job, Result>) {
    const { workers } = options;
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RangeError(`Cannot work with ${workers} threads: at least 1 is needed`);
    }
    this.#options = options;
    for (let index = 0; index < workers; index += 1) this.#members.push(this.#startMember());
  }

  /** Has a job done. Never rejects. */
  do(job: Job): Promise<Result> {
    if (this.#isClosed) return Promise.resolve(this.#options.failed(job));
    return new Promise((resolve) => {
      this.#waiting.push({ job, resolve });
      this.#dispatch();
    });
  }

  /** Ends the threads; what waits fails. */
  close(): void {
    this.#isClosed = true;
    for (const member of this.#members) {
      member.worker.terminate();
      this.#failAll(member);
    }
    for (const waiting of this.#waiting.splice(0)) this.#fail(waiting);
  }

  #startMember(): Member<Job, Result> {
    const worker = new Worker(this.#options.module, { type: "module" });
    const member: Member<Job, Result> = { worker, inFlight: new Map() };
    worker.onmessage = (event: MessageEvent<WorkerAnswer<Result>>): void => {
      const { id, result } = event.data;
      const waiting = member.inFlight.get(id);
      member.inFlight.delete(id);
      this.#dispatch();
      waiting?.resolve(result);
    };
    worker.onerror = (event): void => {
      event.preventDefault();
      this.#replace(member);
    };
    return member;
  }

  #replace(member: Member<Job, Result>): void {
    this.#failAll(member);
    member.worker.terminate();
    const index = this.#members.indexOf(member);
    if (index < 0 || this.#isClosed) return;
    this.#replacements += 1;
    if (this.#replacements > REPLACEMENTS_MAX) return this.close();
    this.#members[index] = this.#startMember();
    this.#dispatch();
  }

  #failAll(member: Member<Job, Result>): void {
    for (const waiting of member.inFlight.values()) this.#fail(waiting);
    member.inFlight.clear();
  }

  #fail({ job, resolve }: Waiting<Job, Result>): void {
    resolve(this.#options.failed(job));
  }

  /** Gives each worker one job before any gets its second. */
  #dispatch(): void {
    for (let round = 0; round < IN_FLIGHT_PER_WORKER; round += 1) {
      for (const member of this.#members) {
        if (member.inFlight.size > round) continue;
        const next = this.#waiting.shift();
        if (next === undefined) return;
        const id = this.#nextId;
        this.#nextId += 1;
        member.inFlight.set(id, next);
        member.worker.postMessage({ id, job: next.job } satisfies WorkerRequest<Job>);
      }
    }
  }
}
