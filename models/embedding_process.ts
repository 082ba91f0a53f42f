/**
 * The program of an embedding process: photos to embed, to describe, to measure, to digest and to
 * compare come on standard input, one JSON object a line, results go to standard output. It ends
 * when its input does, after the photos that it has.
 *
 * It is started by `embedding_pool.ts`, with leave to read the photos and nothing else.
 *
 * @module
 */

import { describePhoto, digestPixels, measurePhoto } from "./describer.ts";
import { createEmbedder, type Embedder } from "./embedder.ts";
import type { ComparisonOutcome } from "./embedding_outcome.ts";
import {
  type EmbeddingJob,
  type JobOutcome,
  type ProcessMessage,
  type ProcessSetup,
  readJob,
  writeMessage,
} from "./embedding_protocol.ts";
import { fastRowProducts } from "./fast_row_products.ts";
import { comparePictures } from "./features/compare_pictures.ts";
import { decodeFeatures } from "./features/feature_bytes.ts";
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
 *
 * @param embedder Null where nothing is to be embedded.
 */
export async function serveJobs(
  embedder: Embedder | null,
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
  embedder: Embedder | null,
  job: EmbeddingJob,
  send: JobStreams["send"],
): Promise<void> {
  send({ kind: "result", id: job.id, outcome: await outcomeOf(embedder, job) });
}

async function outcomeOf(embedder: Embedder | null, job: EmbeddingJob): Promise<JobOutcome> {
  switch (job.task) {
    case "embed":
      if (embedder === null) throw new TypeError("Cannot embed: this process has no model");
      return await embedder.embed(job.path, job.expectedHash);
    case "describe":
      return await describePhoto(job.path, job.expectedHash);
    case "measure":
      return await measurePhoto(job.path, job.expectedHash);
    case "pixels":
      return await digestPixels(job.path, job.expectedHash);
    case "compare":
      return await compared(job.one, job.others);
  }
}

async function compared(one: string, others: readonly string[]): Promise<ComparisonOutcome> {
  const left = decodeFeatures(one);
  const fits = await comparePictures(left, others.map(decodeFeatures), fastRowProducts);
  return { kind: "compared", fits };
}

/** Writes the whole line before it returns: the pool reads all the time. */
function writeToStandardOutput(message: ProcessMessage): void {
  const bytes = new TextEncoder().encode(writeMessage(message));
  let written = 0;
  while (written < bytes.length) written += Deno.stdout.writeSync(bytes.subarray(written));
}

async function main(): Promise<void> {
  const setup: ProcessSetup = JSON.parse(Deno.args[0] ?? "null");
  const embedder = setup.model === null ? null : await createEmbedder(setup.model);
  writeToStandardOutput({ kind: "ready" });
  await serveJobs(embedder, setup.inFlightMax, {
    jobs: readLines(Deno.stdin.readable),
    send: writeToStandardOutput,
  });
  await embedder?.dispose();
}

if (import.meta.main) {
  // Standard output is for results: whatever a library wants to say goes to standard error.
  // deno-lint-ignore no-console -- a redirection, not a use
  Object.assign(console, { log: console.error, info: console.error });
  await main();
}
