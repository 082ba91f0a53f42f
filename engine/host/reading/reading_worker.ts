/// <reference lib="deno.worker" />
import type { WorkerAnswer, WorkerRequest } from "../workers/worker_pool.ts";
import { RUNTIME_FILES } from "./file_access.ts";
import {
  packAnswer,
  type PackedAnswer,
  type PackedRequest,
  unpackRequest,
} from "./packed_reading.ts";
import { type DigestMaker, SameSizeReader, SIDE_BY_SIDE_MAX } from "./read_same_size.ts";
import { openSystemFiles } from "./system_files.ts";

let newDigest: DigestMaker | null = null;

const reader = new SameSizeReader(openSystemFiles() ?? RUNTIME_FILES, () => {
  if (newDigest === null) throw new Error("Cannot hash: a job that needs it did not say so");
  return newDigest();
});

/** The job is to read some groups of files of one size each. */
self.onmessage = async (event: MessageEvent<WorkerRequest<PackedRequest>>): Promise<void> => {
  const { id, job } = event.data;
  if (newDigest === null && mayHash(job)) {
    // It takes as long to load as some thousand files to compare.
    const { createHash } = await import("node:crypto");
    newDigest = () => createHash("blake2b512");
  }
  const outcomes = unpackRequest(job).flatMap((files) => reader.read(files, job.depth));
  self.postMessage({ id, result: packAnswer(outcomes) } satisfies WorkerAnswer<PackedAnswer>);
};

function mayHash({ groupSizes, depth, needHash }: PackedRequest): boolean {
  if (depth === "edges") return false;
  return depth === "hashes" || needHash.length > 0 ||
    groupSizes.some((size) => size > SIDE_BY_SIDE_MAX);
}
