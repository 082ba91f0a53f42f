import type {
  ComparisonOutcome,
  DescriptionOutcome,
  EmbeddingOutcome,
  ImageFacts,
  MeasuringOutcome,
  PixelsOutcome,
} from "./embedding_outcome.ts";
import type { PreparedModel } from "./model_description.ts";
import { decodeVector, encodeVector } from "./vector.ts";

/**
 * What a pool and its processes say to each other, one JSON object a line: jobs on standard input,
 * what becomes of them on standard output. Standard error is for people.
 */

/** What a process is told when it starts, as its only argument. */
export interface ProcessSetup {
  /** The model that it runs; null where it only describes and compares. */
  readonly model: PreparedModel | null;
  /** How many photos it works on at once. */
  readonly inFlightMax: number;
}

/** What a process is to do. */
export type EmbeddingJob = PhotoJob | ComparisonJob;

/** What became of a job. */
export type JobOutcome =
  | EmbeddingOutcome
  | DescriptionOutcome
  | MeasuringOutcome
  | PixelsOutcome
  | ComparisonOutcome;

/** What is to be done with one photo. */
export type PhotoTaskName = (typeof PHOTO_TASKS)[number];

const PHOTO_TASKS = ["embed", "describe", "measure", "pixels"] as const;

/** One photo to embed, to describe, to measure or to digest. */
export interface PhotoJob {
  /** Told back with the result. */
  readonly id: number;
  /**
   * `embed`: its vector, prints and facts. `describe`: its spots. `measure`: traces of compression,
   * and
   * what its file holds. `pixels`: what its pixels are.
   */
  readonly task: PhotoTaskName;
  /** Absolute path. */
  readonly path: string;
  /** Content hash that the file must have; null to take what is there. */
  readonly expectedHash: string | null;
}

/** Described photos to compare. */
export interface ComparisonJob {
  /** Told back with the result. */
  readonly id: number;
  /** This is one. */
  readonly task: "compare";
  /** Features of one photo, and of those that it is compared with. */
  readonly one: string;
  readonly others: readonly string[];
}

/** What a process says. */
export type ProcessMessage =
  /** The model is loaded, where there is one: jobs may come. */
  | { readonly kind: "ready" }
  /** A job is done. */
  | { readonly kind: "result"; readonly id: number; readonly outcome: JobOutcome };

/** An outcome with its vector as text. */
type WrittenOutcome =
  | {
    readonly kind: "embedded";
    readonly vector: string;
    readonly prints: { readonly whole: string | null; readonly inside: string | null };
    readonly facts: ImageFacts;
  }
  | Exclude<JobOutcome, { readonly kind: "embedded" }>;

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
  const { id, task, path, expectedHash, one, others } = readObject(line);
  if (Number.isSafeInteger(id) && task === "compare") {
    if (typeof one === "string" && Array.isArray(others)) {
      return { id: id as number, task, one, others };
    }
  } else if (Number.isSafeInteger(id) && isPhotoTask(task)) {
    const isHash = expectedHash === null || typeof expectedHash === "string";
    if (typeof path === "string" && isHash) return { id: id as number, task, path, expectedHash };
  }
  throw new TypeError(`Cannot read a job: want id, task and what it needs, got ${line}`);
}

function isPhotoTask(task: unknown): task is PhotoTaskName {
  return PHOTO_TASKS.some((name) => name === task);
}

/** The line for a message. */
export function writeMessage(message: ProcessMessage): string {
  if (message.kind === "ready") return `${JSON.stringify(message)}\n`;
  const { outcome } = message;
  const written: WrittenOutcome = outcome.kind === "embedded"
    ? {
      ...outcome,
      vector: encodeVector(outcome.vector),
      prints: {
        whole: outcome.prints.whole === null ? null : encodeVector(outcome.prints.whole),
        inside: outcome.prints.inside === null ? null : encodeVector(outcome.prints.inside),
      },
    }
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
    outcome: readOutcome(written),
  };
}

function readOutcome(written: WrittenOutcome): JobOutcome {
  if (written.kind !== "embedded") return written;
  const { whole, inside } = written.prints;
  return {
    ...written,
    vector: decodeVector(written.vector),
    prints: {
      whole: whole === null ? null : decodeVector(whole),
      inside: inside === null ? null : decodeVector(inside),
    },
  };
}

/** The fields of a line that may or may not be there. */
interface LineFields {
  readonly kind?: unknown;
  readonly id?: unknown;
  readonly task?: unknown;
  readonly one?: unknown;
  readonly others?: unknown;
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
