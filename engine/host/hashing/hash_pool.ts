import { WorkerPool } from "../workers/worker_pool.ts";
import type { FileHashOutcome } from "./file_hash.ts";

/** Hashes files in worker threads; one whose worker dies fails with `ioError`. */
export class HashPool implements AsyncDisposable {
  readonly #pool: WorkerPool<string, FileHashOutcome>;

  /** @param workers Number of threads, at least 1. */
  constructor(workers: number) {
    this.#pool = new WorkerPool<string, FileHashOutcome>({
      module: import.meta.resolve("./hash_worker.ts"),
      workers,
      failed: () => ({ kind: "failed", error: "ioError" }),
    });
  }

  /** Hashes the file at `path`. Never rejects. */
  hash(path: string): Promise<FileHashOutcome> {
    return this.#pool.do(path);
  }

  /** Ends the threads; files still waiting fail with `ioError`. */
  close(): void {
    this.#pool.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}
