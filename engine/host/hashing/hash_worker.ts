/// <reference lib="deno.worker" />
import { hashFileSync, readBuffer } from "./file_hash.ts";

/** What a worker is asked: hash the file at `path`. */
export interface HashRequest {
  readonly id: number;
  readonly path: string;
}

const buffer = readBuffer();

self.onmessage = (event: MessageEvent<HashRequest>): void => {
  const { id, path } = event.data;
  self.postMessage({ id, outcome: hashFileSync(path, buffer) });
};
