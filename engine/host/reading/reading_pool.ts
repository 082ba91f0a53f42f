import { WorkerPool } from "../workers/worker_pool.ts";
import {
  failedAnswer,
  type PackedAnswer,
  type PackedRequest,
  packRequest,
  unpackAnswer,
} from "./packed_reading.ts";
import type { ReadingDepth, ReadOutcome, SizedFile } from "./read_same_size.ts";

/** Reads files in worker threads; those whose worker dies fail with `ioError`. */
export class ReadingPool {
  readonly #pool: WorkerPool<PackedRequest, PackedAnswer>;

  /** @param workers Number of threads, at least 1. */
  constructor(workers: number) {
    this.#pool = new WorkerPool({
      module: import.meta.resolve("./reading_worker.ts"),
      workers,
      failed: failedAnswer,
    });
  }

  /**
   * Reads groups of files of one size each, see `SameSizeReader`; answers in the order of the
   * files. Never rejects.
   */
  async read(
    groups: readonly (readonly SizedFile[])[],
    depth: ReadingDepth,
  ): Promise<ReadOutcome[][]> {
    const request = packRequest(groups, depth);
    return unpackAnswer(await this.#pool.do(request), request.groupSizes);
  }

  /** Ends the threads; what waits fails with `ioError`. */
  close(): void {
    this.#pool.close();
  }
}
