import type {
  ComparisonOutcome,
  DescriptionOutcome,
  EmbeddingOutcome,
  MeasuringOutcome,
  PixelsOutcome,
} from "./embedding_outcome.ts";

/** What to watch out for when embedding one photo. */
export interface EmbedOptions {
  /** Ends the wait: the outcome is then `CANCELLED`. */
  readonly signal?: AbortSignal;
  /** Content hash that the file must have, else the outcome is `CHANGED`. */
  readonly expectedHash?: string;
}

/** How a pool is doing. */
export interface EmbeddingPoolStatus {
  /** Photos that no process has yet. */
  readonly waiting: number;
  /** Photos that a process has. */
  readonly working: number;
  /** The processes that run now. */
  readonly processes: readonly {
    /** Number in the operating system. */
    readonly processId: number;
    /** Whether its model is loaded. */
    readonly isReady: boolean;
    /** Photos that it has. */
    readonly working: number;
  }[];
}

/** Describes and compares photos in several processes. */
export interface ComparingPool extends AsyncDisposable {
  /**
   * The spots of one photo, see `localFeatures`: always an outcome, never a rejection.
   *
   * @param path Absolute path of a file inside one of the pool's folders.
   * @throws {TypeError} when the path is not absolute.
   */
  describe(path: string, options?: EmbedOptions): Promise<DescriptionOutcome>;
  /**
   * Traces of compression on one photo and the digest of its image data, as
   * {@linkcode ComparingPool.describe} its spots.
   */
  measure(path: string, options?: EmbedOptions): Promise<MeasuringOutcome>;
  /** The digest of the pixels of one photo, as {@linkcode ComparingPool.describe} its spots. */
  pixels(path: string, options?: EmbedOptions): Promise<PixelsOutcome>;
  /** How a described photo fits others, each in that order. Never rejects. */
  compare(
    one: string,
    others: readonly string[],
    options?: Pick<EmbedOptions, "signal">,
  ): Promise<ComparisonOutcome>;
  /** How it is doing. */
  status(): EmbeddingPoolStatus;
  /** Cancels all that is not done and ends the processes; resolves when they are gone. */
  close(): Promise<void>;
}

/** Embeds photos, too, in several processes. */
export interface EmbeddingPool extends ComparingPool {
  /** The vector, prints and facts of one photo, as {@linkcode ComparingPool.describe} its spots. */
  embed(path: string, options?: EmbedOptions): Promise<EmbeddingOutcome>;
}
