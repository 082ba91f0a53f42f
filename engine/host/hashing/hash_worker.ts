/// <reference lib="deno.worker" />
import type { WorkerAnswer, WorkerRequest } from "../workers/worker_pool.ts";
import { type FileHashOutcome, hashFileSync, readBuffer } from "./file_hash.ts";

const buffer = readBuffer();

/** The job is the path of a file to hash. */
self.onmessage = (event: MessageEvent<WorkerRequest<string>>): void => {
  const { id, job } = event.data;
  const result = hashFileSync(job, buffer);
  self.postMessage({ id, result } satisfies WorkerAnswer<FileHashOutcome>);
};
