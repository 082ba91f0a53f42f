import { WorkerPool } from "../workers/worker_pool.ts";
import type { ReadOutcome, SizedFile } from "./read_same_size.ts";
import type { ReadingJob, ReadingResult } from "./reading_worker.ts";

/** Reads files in worker threads; those whose worker dies fail with `ioError`. */
export class ReadingPool {
  readonly #pool: WorkerPool<ReadingJob, ReadingResult>;

  /** @param workers Number of threads, at least 1. */
  constructor(workers: number) {
    this.#pool = new WorkerPool({
      module: import.meta.resolve("./reading_worker.ts"),
      workers,
      failed: ({ groups }) => failed(groups),
    });
  }

  /** Reads groups of files of one size each, see `SameSizeReader`. Never rejects. */
  read(groups: readonly (readonly SizedFile[])[], hashes: boolean): Promise<ReadingResult> {
    return this.#pool.do({ groups, hashes });
  }

  /** Ends the threads; what waits fails with `ioError`. */
  close(): void {
    this.#pool.close();
  }
}

function failed(groups: ReadingJob["groups"]): ReadingResult {
  const outcome: ReadOutcome = { contentHash: null, failure: "ioError", edges: null };
  return groups.map((files) => files.map(() => outcome));
}
