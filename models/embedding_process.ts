/**
 * The program of an embedding process: photos to embed come on standard input, one JSON object a
 * line, results go to standard output. It ends when its input does, after the photos that it has.
 *
 * It is started by `embedding_pool.ts`, with leave to read the photos and nothing else.
 *
 * @module
 */

import { createEmbedder, type Embedder } from "./embedder.ts";
import {
  type EmbeddingJob,
  type ProcessMessage,
  type ProcessSetup,
  readJob,
  writeMessage,
} from "./embedding_protocol.ts";
import { readLines } from "./lines.ts";

/** Where jobs come from and results go. */
export interface JobStreams {
  /** Lines of {@linkcode EmbeddingJob}. */
  readonly jobs: AsyncIterable<string>;
  /** Takes one message; called once per job, in the order of completion. */
  readonly send: (message: ProcessMessage) => void;
}

/**
 * Works on jobs until there are no more. Never has more than `inFlightMax` at once: it does not
 * read the next line before one is done, so that a full pipe holds the other side back.
 */
export async function serveJobs(
  embedder: Embedder,
  inFlightMax: number,
  streams: JobStreams,
): Promise<void> {
  const working = new Set<Promise<void>>();
  for await (const line of streams.jobs) {
    const work = workOn(embedder, readJob(line), streams.send);
    const tracked: Promise<void> = work.finally(() => working.delete(tracked));
    working.add(tracked);
    if (working.size >= inFlightMax) await Promise.race(working);
  }
  await Promise.all(working);
}

async function workOn(
  embedder: Embedder,
  job: EmbeddingJob,
  send: JobStreams["send"],
): Promise<void> {
  const outcome = await embedder.embed(job.path, job.expectedHash);
  send({ kind: "result", id: job.id, outcome });
}

/** Writes the whole line before it returns: the pool reads all the time. */
function writeToStandardOutput(message: ProcessMessage): void {
  const bytes = new TextEncoder().encode(writeMessage(message));
  let written = 0;
  while (written < bytes.length) written += Deno.stdout.writeSync(bytes.subarray(written));
}

async function main(): Promise<void> {
  const setup: ProcessSetup = JSON.parse(Deno.args[0] ?? "null");
  const embedder = await createEmbedder(setup.model);
  writeToStandardOutput({ kind: "ready" });
  await serveJobs(embedder, setup.inFlightMax, {
    jobs: readLines(Deno.stdin.readable),
    send: writeToStandardOutput,
  });
  await embedder.dispose();
}

if (import.meta.main) {
  // Standard output is for results: whatever a library wants to say goes to standard error.
  // deno-lint-ignore no-console -- a redirection, not a use
  Object.assign(console, { log: console.error, info: console.error });
  await main();
}
