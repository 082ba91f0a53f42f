import type { FileHashOutcome } from "./file_hash.ts";

/** Files in the hands of one worker at once: the next is there when one ends. */
const IN_FLIGHT_PER_WORKER = 2;

interface Waiting {
  readonly path: string;
  readonly resolve: (outcome: FileHashOutcome) => void;
}

interface Member {
  readonly worker: Worker;
  readonly inFlight: Map<number, Waiting>;
}

/**
 * Hashes files in worker threads, so that the engine's own thread never waits for a disk.
 *
 * Requests wait in a list that the caller bounds by the number of promises it keeps open. A worker
 * that dies fails the files in its hands with `ioError` and is replaced.
 */
export class HashPool implements AsyncDisposable {
  readonly #members: Member[] = [];
  #waiting: Waiting[] = [];
  #nextId = 1;
  #closed = false;

  /** @param workers Number of threads, at least 1. */
  constructor(workers: number) {
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RangeError(`Cannot hash with ${workers} workers: at least 1 is needed`);
    }
    for (let index = 0; index < workers; index += 1) this.#members.push(this.#startMember());
  }

  /** Hashes the file at `path`. Never rejects. */
  hash(path: string): Promise<FileHashOutcome> {
    if (this.#closed) return Promise.resolve({ kind: "failed", error: "ioError" });
    return new Promise((resolve) => {
      this.#waiting.push({ path, resolve });
      this.#dispatch();
    });
  }

  /** Ends the threads; files still waiting fail with `ioError`. */
  close(): void {
    this.#closed = true;
    for (const member of this.#members) {
      member.worker.terminate();
      this.#failAll(member);
    }
    for (const waiting of this.#waiting) waiting.resolve({ kind: "failed", error: "ioError" });
    this.#waiting = [];
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #startMember(): Member {
    const worker = new Worker(import.meta.resolve("./hash_worker.ts"), { type: "module" });
    const member: Member = { worker, inFlight: new Map() };
    worker.onmessage = (event: MessageEvent<{ id: number; outcome: FileHashOutcome }>): void => {
      const waiting = member.inFlight.get(event.data.id);
      member.inFlight.delete(event.data.id);
      waiting?.resolve(event.data.outcome);
      this.#dispatch();
    };
    worker.onerror = (event): void => {
      event.preventDefault();
      this.#replace(member);
    };
    return member;
  }

  #replace(member: Member): void {
    this.#failAll(member);
    member.worker.terminate();
    const index = this.#members.indexOf(member);
    if (index < 0 || this.#closed) return;
    this.#members[index] = this.#startMember();
    this.#dispatch();
  }

  #failAll(member: Member): void {
    for (const waiting of member.inFlight.values()) {
      waiting.resolve({ kind: "failed", error: "ioError" });
    }
    member.inFlight.clear();
  }

  #dispatch(): void {
    for (const member of this.#members) {
      while (member.inFlight.size < IN_FLIGHT_PER_WORKER) {
        const next = this.#waiting.shift();
        if (next === undefined) return;
        const id = this.#nextId;
        this.#nextId += 1;
        member.inFlight.set(id, next);
        member.worker.postMessage({ id, path: next.path });
      }
    }
  }
}
