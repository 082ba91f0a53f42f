/// <reference lib="deno.worker" />
import { RUNTIME_FILES } from "./file_access.ts";
import { type ReadOutcome, SameSizeReader, type SizedFile } from "./read_same_size.ts";
import { openSystemFiles } from "./system_files.ts";

/** What a worker is asked: to read some groups of files of one size each. */
export interface ReadingRequest {
  readonly id: number;
  readonly groups: readonly (readonly SizedFile[])[];
  /** False leaves equal files unhashed where a sign that they share says enough. */
  readonly hashes: boolean;
}

/** What it answers. */
export interface ReadingAnswer {
  readonly id: number;
  readonly outcomes: readonly (readonly ReadOutcome[])[];
}

const reader = new SameSizeReader(openSystemFiles() ?? RUNTIME_FILES);

self.onmessage = (event: MessageEvent<ReadingRequest>): void => {
  const { id, groups, hashes } = event.data;
  const outcomes = groups.map((files) => reader.read(files, hashes));
  self.postMessage({ id, outcomes } satisfies ReadingAnswer);
};
