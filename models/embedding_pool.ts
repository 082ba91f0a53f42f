import { isAbsolute } from "@std/path";
import { startEmbeddingChild } from "./embedding_child.ts";
import type { PreparedModel } from "./model_description.ts";
import type { ComparingPool, EmbeddingPool } from "./photo_pool.ts";
import { IN_FLIGHT_MAX, ProcessPool } from "./process_pool.ts";

/** What a pool is made of. */
export interface EmbeddingPoolOptions {
  /** How many processes: from 1 to 64; as many as processor cores is a good number. */
  readonly processes: number;
  /** Folders with photos, absolute: what is outside cannot be read, unless a link leads there. */
  readonly roots: readonly string[];
  /** The model that every process runs. */
  readonly model: PreparedModel;
  /**
   * How many milliseconds one photo may take.
   *
   * @default {60_000}
   */
  readonly jobMsMax?: number;
  /**
   * How many photos may wait; beyond that the outcome is `BUSY`.
   *
   * @default {1024}
   */
  readonly waitingMax?: number;
}

/**
 * Makes a pool. Processes start when the first photos come.
 *
 * A process that dies, or takes too long for a photo, is replaced; the photos that it had are tried
 * once more, each alone in a process, so that none is blamed for another. Needs leave to run Deno
 * and to read environment variables.
 *
 * @example
 * ```ts ignore
 * const model = await prepareModel(findModel(DEFAULT_MODEL_ID));
 * await using pool = createEmbeddingPool({ processes: 2, roots: ["/photos"], model });
 * const outcome = await pool.embed("/photos/cat.jpg");
 * if (outcome.kind === "embedded") console.log(outcome.vector.length, outcome.facts.camera);
 * else console.log(outcome.code, outcome.reason);
 * ```
 */
export function createEmbeddingPool(options: EmbeddingPoolOptions): EmbeddingPool {
  return createPool(options, options.model);
}

/**
 * Makes a pool like that of {@linkcode createEmbeddingPool} that describes and compares photos and
 * embeds none: without a model a process takes 30 MB less.
 */
export function createComparingPool(options: Omit<EmbeddingPoolOptions, "model">): ComparingPool {
  return createPool(options, null);
}

function createPool(
  options: Omit<EmbeddingPoolOptions, "model">,
  model: PreparedModel | null,
): ProcessPool {
  const { jobMsMax = 60_000, processes, roots, waitingMax = 1024 } = options;
  const folders = model === null ? roots : [...roots, model.directory];
  const relative = folders.find((folder) => !isAbsolute(folder));
  if (relative !== undefined) {
    throw new TypeError(`Cannot use "${relative}": want an absolute path`);
  }
  return new ProcessPool({
    processes,
    jobMsMax,
    waitingMax,
    start: (events) => startEmbeddingChild({ roots, model, inFlightMax: IN_FLIGHT_MAX }, events),
  });
}
