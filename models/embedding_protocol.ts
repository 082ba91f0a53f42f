import type { EmbeddingFault, EmbeddingOutcome, ImageFacts } from "./embedding_outcome.ts";
import type { PreparedModel } from "./model_description.ts";
import { decodeVector, encodeVector } from "./vector.ts";

/**
 * What a pool and its processes say to each other, one JSON object a line: jobs on standard input,
 * what becomes of them on standard output. Standard error is for people.
 */

/** What a process is told when it starts, as its only argument. */
export interface ProcessSetup {
  /** The model that it runs. */
  readonly model: PreparedModel;
  /** How many photos it works on at once. */
  readonly inFlightMax: number;
}

/** One photo to embed. */
export interface EmbeddingJob {
  /** Told back with the result. */
  readonly id: number;
  /** Absolute path. */
  readonly path: string;
  /** Content hash that the file must have; null to take what is there. */
  readonly expectedHash: string | null;
}

/** What a process says. */
export type ProcessMessage =
  /** The model is loaded: jobs may come. */
  | { readonly kind: "ready" }
  /** A job is done. */
  | { readonly kind: "result"; readonly id: number; readonly outcome: EmbeddingOutcome };

/** An outcome with its vector as text. */
type WrittenOutcome =
  | { readonly kind: "embedded"; readonly vector: string; readonly facts: ImageFacts }
  | EmbeddingFault;

/** The line for a job. */
export function writeJob(job: EmbeddingJob): string {
  return `${JSON.stringify(job)}\n`;
}

/**
 * The job of a line.
 *
 * @throws {TypeError} when it is none, which is a mistake of the pool.
 */
export function readJob(line: string): EmbeddingJob {
  const { id, path, expectedHash } = readObject(line);
  const isHash = expectedHash === null || typeof expectedHash === "string";
  if (!Number.isSafeInteger(id) || typeof path !== "string" || !isHash) {
    throw new TypeError(`Cannot read a job: want id, path and expectedHash, got ${line}`);
  }
  return { id: id as number, path, expectedHash };
}

/** The line for a message. */
export function writeMessage(message: ProcessMessage): string {
  if (message.kind === "ready") return `${JSON.stringify(message)}\n`;
  const { outcome } = message;
  const written: WrittenOutcome = outcome.kind === "embedded"
    ? { ...outcome, vector: encodeVector(outcome.vector) }
    : outcome;
  return `${JSON.stringify({ ...message, outcome: written })}\n`;
}

/**
 * The message of a line. What a process wrote is only checked for its outer shape: it is our own
 * program.
 *
 * @throws {TypeError} or {SyntaxError} when it is none.
 */
export function readMessage(line: string): ProcessMessage {
  const { kind, id, outcome } = readObject(line);
  if (kind === "ready") return { kind };
  if (kind !== "result" || !Number.isSafeInteger(id) || typeof outcome !== "object") {
    throw new TypeError(`Cannot read a message of an embedding process: got ${line.slice(0, 200)}`);
  }
  const written = outcome as WrittenOutcome;
  return {
    kind,
    id: id as number,
    outcome: written.kind === "embedded"
      ? { ...written, vector: decodeVector(written.vector) }
      : written,
  };
}

/** The fields of a line that may or may not be there. */
interface LineFields {
  readonly kind?: unknown;
  readonly id?: unknown;
  readonly path?: unknown;
  readonly expectedHash?: unknown;
  readonly outcome?: unknown;
}

function readObject(line: string): LineFields {
  const value: unknown = JSON.parse(line);
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`Cannot read a line: want an object, got ${line.slice(0, 200)}`);
  }
  return value;
}
