import {
  type ComparingPool,
  createComparingPool,
  createEmbeddingPool,
  type EmbeddingPool,
  type PreparedModel,
} from "@scenekeep/models";
import type { PhotoEmbedder } from "../embedding/embedding_compute.ts";
import { isLargeWhenDecoded, LargeOneByOne } from "../embedding/large_pictures.ts";
import type { PictureComparer } from "../looking/pair_comparison.ts";

/** Which processes there may be. */
export interface PictureProcessesOptions {
  /** How many of a kind. */
  readonly processes: number;
  /** The folder with the pictures, absolute. */
  readonly root: string;
  readonly model: PreparedModel;
}

/**
 * The child processes of a scan: those that embed, and those that only describe and compare, which
 * have no model and take less memory. They start when there is something to compute. Of the two
 * kinds there is one at a time, unless the other still has work: all that those of one kind can do
 * those that embed can do as well.
 */
export class PictureProcesses {
  readonly #options: PictureProcessesOptions;
  readonly #large = new LargeOneByOne(isLargeFile);
  #embedding: EmbeddingPool | null = null;
  #comparing: ComparingPool | null = null;
  /** Pools on their way out. */
  #closing: Promise<unknown> = Promise.resolve();

  constructor(options: PictureProcessesOptions) {
    this.#options = options;
  }

  /** What embeds. */
  embedder(): PhotoEmbedder {
    const { model, processes, root } = this.#options;
    if (this.#comparing !== null && !isBusy(this.#comparing)) {
      this.#close(this.#comparing);
      this.#comparing = null;
    }
    this.#embedding ??= createEmbeddingPool({ processes, roots: [root], model });
    const pool = this.#embedding;
    return {
      embed: (path, options) => this.#large.inTurn(path, () => pool.embed(path, options)),
    };
  }

  /** What describes and compares. */
  comparer(): PictureComparer {
    const pool = this.#comparingPool();
    return {
      describe: (path, options) => this.#large.inTurn(path, () => pool.describe(path, options)),
      measure: (path, options) => this.#large.inTurn(path, () => pool.measure(path, options)),
      pixels: (path, options) => this.#large.inTurn(path, () => pool.pixels(path, options)),
      compare: (one, others) => pool.compare(one, others),
    };
  }

  /** Ends all of them until there is something to compute again. */
  async rest(): Promise<void> {
    const pools = [this.#embedding, this.#comparing];
    this.#embedding = null;
    this.#comparing = null;
    for (const pool of pools) if (pool !== null) this.#close(pool);
    await this.#closing;
  }

  #comparingPool(): ComparingPool {
    if (this.#comparing !== null) return this.#comparing;
    if (this.#embedding !== null && isBusy(this.#embedding)) return this.#embedding;
    if (this.#embedding !== null) this.#close(this.#embedding);
    this.#embedding = null;
    const { processes, root } = this.#options;
    this.#comparing = createComparingPool({ processes, roots: [root] });
    return this.#comparing;
  }

  #close(pool: ComparingPool): void {
    this.#closing = Promise.all([this.#closing, pool.close()]);
  }
}

function isBusy(pool: ComparingPool): boolean {
  const { waiting, working } = pool.status();
  return waiting + working > 0;
}

function isLargeFile(path: string): boolean {
  try {
    return isLargeWhenDecoded(path, Deno.lstatSync(path).size);
  } catch {
    // It is gone, or may not be looked at: whoever reads it will say so.
    return false;
  }
}
