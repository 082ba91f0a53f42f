/// <reference lib="deno.worker" />
import type { WorkerAnswer, WorkerRequest } from "../workers/worker_pool.ts";
import { RUNTIME_FILES } from "./file_access.ts";
import { type ReadOutcome, SameSizeReader, type SizedFile } from "./read_same_size.ts";
import { openSystemFiles } from "./system_files.ts";

/** What a worker is asked: to read some groups of files of one size each. */
export interface ReadingJob {
  readonly groups: readonly (readonly SizedFile[])[];
  /** False leaves equal files unhashed where a sign that they share says enough. */
  readonly hashes: boolean;
}

/** What it answers, in the order of the files. */
export type ReadingResult = readonly (readonly ReadOutcome[])[];

const reader = new SameSizeReader(openSystemFiles() ?? RUNTIME_FILES);

self.onmessage = (event: MessageEvent<WorkerRequest<ReadingJob>>): void => {
  const { id, job } = event.data;
  const result = job.groups.map((files) => reader.read(files, job.hashes));
  self.postMessage({ id, result } satisfies WorkerAnswer<ReadingResult>);
};
