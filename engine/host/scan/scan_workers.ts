import {
  DEFAULT_MODEL_ID,
  FEATURES_VERSION,
  findModel,
  type ModelDescription,
  ModelError,
  type PreparedModel,
  prepareModel,
  PRINTS_VERSION,
  SAMENESS_VERSION,
  TRACES_VERSION,
} from "@scenekeep/models";
import type { DatabaseSync } from "node:sqlite";
import { DescriptionCache } from "../cache/description_cache.ts";
import { EmbeddingCache } from "../cache/embedding_cache.ts";
import { FitCache } from "../cache/fit_cache.ts";
import { HashCache } from "../cache/hash_cache.ts";
import { DigestCache } from "../cache/digest_cache.ts";
import { TraceCache } from "../cache/trace_cache.ts";
import type { PhotoEmbedder } from "../embedding/embedding_compute.ts";
import type { FileHasher } from "../folder/folder_objects.ts";
import { HashPool } from "../hashing/hash_pool.ts";
import { LookDesk, type LookWatchers } from "../looking/look_desk.ts";
import { SecondLook, type SecondLookOptions } from "../looking/second_look.ts";
import { ReadingPool } from "../reading/reading_pool.ts";
import { coreCount, READING_THREADS_MAX } from "../reading/reading_threads.ts";
import { PictureProcesses } from "./picture_processes.ts";
import { openScanCache } from "./scan_cache.ts";
import { ScanError } from "./scan_error.ts";

/** What is computed for a scan, and where it is remembered. */
export interface ScanWorkersOptions {
  /** The folder that is scanned, absolute. */
  readonly root: string;
  /** Null for the user's cache directory. */
  readonly cache: string | null;
  /** False to leave the model out: nothing of it is loaded then. */
  readonly embeds: boolean;
  /** The model; absent for the default one. */
  readonly description?: ModelDescription | undefined;
  /** How many processes embed; absent: one for each core, two at most. */
  readonly processes?: number | undefined;
  /** Told, line by line, what takes long: packages that are being fetched. */
  readonly onNote: (line: string) => void;
}

/** The model of a scan and the vectors that it made before. */
export interface ScanModel {
  readonly prepared: PreparedModel;
  readonly cache: EmbeddingCache;
  /** How its pictures fit each other. */
  readonly fits: FitCache;
}

/**
 * The caches of a scan, and the threads and processes that compute what is not in them. They start
 * when there is something to compute, so that a folder that is known costs none of them.
 */
export class ScanWorkers implements AsyncDisposable, FileHasher {
  readonly hashes: HashCache;
  /** Null where the model is left out. */
  readonly model: ScanModel | null;
  /** How many child processes embed. */
  readonly processes: number;
  readonly #database: DatabaseSync;
  readonly #onNote: (line: string) => void;
  #hashPool: HashPool | null = null;
  #readingPool: ReadingPool | null = null;
  readonly #pictures: PictureProcesses | null;
  readonly #looks: LookDesk[] = [];
  #isClosed = false;

  private constructor(
    options: ScanWorkersOptions,
    made: { readonly database: DatabaseSync; readonly prepared: PreparedModel | null },
  ) {
    const { database, prepared } = made;
    this.#database = database;
    this.#onNote = options.onNote;
    this.processes = options.processes ?? Math.min(EMBEDDING_PROCESSES_MAX, coreCount());
    this.hashes = new HashCache(database);
    const { processes } = this;
    this.#pictures = prepared === null
      ? null
      : new PictureProcesses({ processes, root: options.root, model: prepared });
    this.model = prepared === null ? null : {
      prepared,
      cache: new EmbeddingCache(database, {
        model: prepared.onnxSha256,
        preprocessing: `${prepared.description.preprocessing}+${PRINTS_VERSION}`,
      }),
      fits: new FitCache(database, FEATURES_VERSION),
    };
  }

  /**
   * Opens the caches and, unless it is left out, makes the model ready.
   *
   * @throws {ScanError} `CACHE_UNUSABLE` or `MODEL_UNAVAILABLE`.
   */
  static async open(options: ScanWorkersOptions): Promise<ScanWorkers> {
    const database = openScanCache(options.cache);
    try {
      const prepared = options.embeds ? await prepare(options) : null;
      return new ScanWorkers(options, { database, prepared });
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** While pictures are embedded every core is busy; one thread keeps ahead of them all. */
  get #threads(): number {
    return this.model === null ? Math.min(READING_THREADS_MAX, coreCount()) : 1;
  }

  hash(path: string): ReturnType<FileHasher["hash"]> {
    this.#hashPool ??= new HashPool(this.#threads);
    return this.#hashPool.hash(path);
  }

  /** The threads that read files stage by stage. */
  reader(): ReadingPool {
    this.#readingPool ??= new ReadingPool(this.#threads);
    return this.#readingPool;
  }

  /** The processes that embed. Only where there is a model. */
  embedder(): PhotoEmbedder {
    return this.#pictureProcesses().embedder();
  }

  #pictureProcesses(): PictureProcesses {
    if (this.#pictures === null) throw new ScanError("ENGINE", "Cannot embed: there is no model");
    if (this.#isClosed) throw new ScanError("STOPPED", "The scan was stopped");
    return this.#pictures;
  }

  /**
   * Looks at pictures again, with the processes that compare.
   *
   * @param options `pathOf`: where the bytes of a content are, absolute; null where they cannot be
   * reached. `onDone`: told when a look has ended. `onUnavailable`: told that none can be had.
   */
  lookDesk(
    { onDone, onUnavailable, ...options }:
      & Pick<SecondLookOptions, "pathOf" | "onProgress">
      & Pick<LookWatchers, "onUnavailable">
      & Partial<Pick<LookWatchers, "onDone">>,
  ): LookDesk {
    const desk = new LookDesk(this.secondLook(options), {
      onDone: onDone ?? ((): void => {}),
      onFailed: (reason) => this.#onNote(`Cannot compare pictures now, trying again: ${reason}`),
      onUnavailable,
    });
    this.#looks.push(desk);
    return desk;
  }

  /** A second look at the pictures of this scan; by other rules than those of the model if told. */
  secondLook(
    options:
      & Pick<SecondLookOptions, "pathOf" | "onProgress" | "spotsMin">
      & Partial<Pick<SecondLookOptions, "distances">>,
  ): SecondLook {
    if (this.model === null) throw new ScanError("ENGINE", "Cannot compare: there is no model");
    const { cache, fits, prepared } = this.model;
    const { dimensions, thresholds } = prepared.description;
    return new SecondLook({
      comparer: () => this.#pictureProcesses().comparer(),
      vectors: cache,
      fits,
      descriptions: new DescriptionCache(this.#database),
      traces: new TraceCache(this.#database, TRACES_VERSION),
      digests: new DigestCache(this.#database, SAMENESS_VERSION),
      dimensions,
      distances: {
        close: thresholds.close.distance,
        similar: thresholds.similar.distance,
        related: thresholds.related.distance,
      },
      atOnce: this.processes * 2,
      isStopped: () => this.#isClosed,
      onUncompared: ({ first, second }, reason) =>
        this.#onNote(
          `Cannot compare two pictures, going by how alike they look: ${reason} ` +
            `(${first.slice(0, 12)}, ${second.slice(0, 12)})`,
        ),
      ...options,
    });
  }

  /** Ends the threads that read stage by stage until there is something to read again. */
  restReading(): void {
    this.#readingPool?.close();
    this.#readingPool = null;
  }

  /** Ends threads and processes until there is something to compute again: most of the memory. */
  async rest(): Promise<void> {
    this.restReading();
    this.#hashPool?.close();
    this.#hashPool = null;
    await this.#pictures?.rest();
  }

  /** Ends threads and processes, and closes the caches. What was computed stays remembered. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.rest();
    await Promise.all(this.#looks.map((desk) => desk.rest()));
    this.#database.close();
  }
}

/**
 * A process takes some 210 MiB, the program itself 120, and one large picture up to 500 on top:
 * with two of them a scan stays below 1 GiB.
 */
const EMBEDDING_PROCESSES_MAX = 2;

async function prepare(
  { cache, description = findModel(DEFAULT_MODEL_ID), onNote }: ScanWorkersOptions,
): Promise<PreparedModel> {
  try {
    return await prepareModel(description, {
      ...(cache === null ? {} : { cacheDirectory: cache }),
      onNote: (line) => onNote(line),
    });
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const advice = error.code === "MODEL_DOWNLOAD_REFUSED"
      ? `Get it with deno task get-model "${description.id}", or use`
      : "Use";
    const message = `${error.message}. ${advice} --exact-only to scan without it`;
    throw new ScanError("MODEL_UNAVAILABLE", message, error);
  }
}
