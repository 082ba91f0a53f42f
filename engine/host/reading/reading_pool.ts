import type { ReadOutcome, SizedFile } from "./read_same_size.ts";
import type { ReadingAnswer, ReadingRequest } from "./reading_worker.ts";

/** Requests in the hands of one worker at once: the next is there when one ends. */
const IN_FLIGHT_PER_WORKER = 2;

/** A worker that died is replaced so often; more is no accident, and its files are reported. */
const REPLACEMENTS_MAX = 4;

interface Waiting {
  readonly groups: ReadingRequest["groups"];
  readonly hashes: boolean;
  readonly resolve: (outcomes: ReadingAnswer["outcomes"]) => void;
}

interface Member {
  readonly worker: Worker;
  readonly inFlight: Map<number, Waiting>;
}

/**
 * Reads files in worker threads, so that the engine's own thread never waits for a disk. A worker
 * that dies fails the files in its hands with `ioError` and is replaced.
 */
export class ReadingPool {
  readonly #members: Member[] = [];
  readonly #waiting: Waiting[] = [];
  #nextId = 1;
  #replacements = 0;
  #isClosed = false;

  /** @param workers Number of threads, at least 1. */
  constructor(workers: number) {
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RangeError(`Cannot read with ${workers} workers: at least 1 is needed`);
    }
    for (let index = 0; index < workers; index += 1) this.#members.push(this.#startMember());
  }

  /** Reads groups of files of one size each, see `SameSizeReader`. Never rejects. */
  read(
    groups: readonly (readonly SizedFile[])[],
    hashes: boolean,
  ): Promise<ReadingAnswer["outcomes"]> {
    if (this.#isClosed) return Promise.resolve(failed(groups));
    return new Promise((resolve) => {
      this.#waiting.push({ groups, hashes, resolve });
      this.#dispatch();
    });
  }

  /** Ends the threads; what waits fails with `ioError`. */
  close(): void {
    this.#isClosed = true;
    for (const member of this.#members) {
      member.worker.terminate();
      this.#failAll(member);
    }
    for (const { groups, resolve } of this.#waiting.splice(0)) resolve(failed(groups));
  }

  #startMember(): Member {
    const worker = new Worker(import.meta.resolve("./reading_worker.ts"), { type: "module" });
    const member: Member = { worker, inFlight: new Map() };
    worker.onmessage = (event: MessageEvent<ReadingAnswer>): void => {
      const { id, outcomes } = event.data;
      const waiting = member.inFlight.get(id);
      member.inFlight.delete(id);
      this.#dispatch();
      waiting?.resolve(outcomes);
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
    if (index < 0 || this.#isClosed) return;
    this.#replacements += 1;
    if (this.#replacements > REPLACEMENTS_MAX) return this.close();
    this.#members[index] = this.#startMember();
    this.#dispatch();
  }

  #failAll(member: Member): void {
    for (const { groups, resolve } of member.inFlight.values()) resolve(failed(groups));
    member.inFlight.clear();
  }

  #dispatch(): void {
    for (let round = 0; round < IN_FLIGHT_PER_WORKER; round += 1) {
      for (const member of this.#members) {
        if (member.inFlight.size > round) continue;
        const next = this.#waiting.shift();
        if (next === undefined) return;
        const id = this.#nextId;
        this.#nextId += 1;
        member.inFlight.set(id, next);
        const { groups, hashes } = next;
        member.worker.postMessage({ id, groups, hashes } satisfies ReadingRequest);
      }
    }
  }
}

function failed(groups: ReadingRequest["groups"]): ReadingAnswer["outcomes"] {
  const outcome: ReadOutcome = { contentHash: null, failure: "ioError", edges: null };
  return groups.map((files) => files.map(() => outcome));
}
