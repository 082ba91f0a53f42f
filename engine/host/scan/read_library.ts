import {
  type ContentHash,
  type EngineJob,
  type EngineResult,
  type FileId,
  type FileKind,
  type HashResult,
  identifier,
  type ObjectName,
  type ReviewTier,
} from "@scenekeep/engine/core";
import type { ModelDescription } from "@scenekeep/models";
import { join, resolve } from "@std/path";
import { EmbeddingCompute } from "../embedding/embedding_compute.ts";
import type { FileSelection } from "../folder/file_selection.ts";
import { folderPath } from "../folder/folder_path.ts";
import { contentPath } from "../looking/content_path.ts";
import type { ComputePort, ObjectPort } from "../runtime/ports.ts";
import { SYSTEM_CLOCK } from "../runtime/system_clock.ts";
import { listedFiles } from "../reading/staged_files.ts";
import { StagedReading, type StagedResult } from "../reading/staged_reading.ts";
import { modelActors } from "./model_actors.ts";
import type { FolderEntry, UnreadableEntry } from "../folder/folder_entry.ts";
import { readNotDuplicates } from "./not_duplicates_file.ts";
import { changedFiles, type ReadFolder, readFolder, withoutChanged } from "./read_folder.ts";
import { ScanError } from "./scan_error.ts";
import { scanCache } from "./scan_cache.ts";
import { type ScanModel, ScanWorkers } from "./scan_workers.ts";
import { TransientLibrary } from "./transient_library.ts";
import { type ReadingProgress, waitUntilRead } from "./wait_until_read.ts";

/**
 * Passes after which a folder that does not come to rest is no longer looked at again. What changes
 * then is found when a plan is applied: each item is checked once more.
 */
const PASSES_MAX = 3;

/** What to read, and who watches. */
export interface ReadOptions {
  /** The folder. */
  readonly root: string;
  /** Where hashes, vectors and models are remembered. @default the user's cache directory */
  readonly cache?: string | undefined;
  /** False leaves the model out: pictures are not embedded. */
  readonly embeds: boolean;
  /** The model; absent for the default one. */
  readonly description?: ModelDescription | undefined;
  /** How many processes embed; absent: one for each core, two at most. The result is the same. */
  readonly processes?: number | undefined;
  /** True to compare the bytes of copies once more, whatever is remembered. @default false */
  readonly verifies?: boolean | undefined;
  /** How far apart the pictures of a scene may be. @default "similar" */
  readonly tier?: ReviewTier | undefined;
  /** Which files take part, and which may not go. @default all, and all may */
  readonly selection?: FileSelection | undefined;
  /** Stops the scan. What was computed stays remembered. */
  readonly signal?: AbortSignal | undefined;
  /** Told how far it is, some five times a second. */
  readonly onProgress?: ((progress: ReadingProgress) => void) | undefined;
  /** Told, line by line, what takes long or is odd. */
  readonly onNote?: ((line: string) => void) | undefined;
}

/** A folder whose files have all been read, as a library that can be asked. */
export interface ReadLibrary {
  readonly folder: ReadFolder;
  readonly library: TransientLibrary;
  readonly compute: EmbeddingCompute | null;
  readonly model: ScanModel | null;
}

/**
 * Reads a folder into a transient library, hands it to `use`, and cleans up after it.
 *
 * Files that changed or vanished since they were listed are found by a second look when all is
 * read; then the library is made once more without them, from what is remembered by now. So what
 * `use` gets is one state of the folder, apart from what happens after that look.
 *
 * @throws {ScanError} With a code that says why nothing could be read, or that it was stopped.
 */
export async function readLibrary<Result>(
  options: ReadOptions,
  use: (read: ReadLibrary) => Promise<Result>,
): Promise<Result> {
  const root = resolve(options.root);
  const folder = await readFolder(root, scanCache(options.cache ?? null), options.selection);
  await using workers = await ScanWorkers.open({
    root,
    cache: options.cache ?? null,
    embeds: options.embeds,
    description: options.description,
    processes: options.processes,
    onNote: options.onNote ?? ((): void => {}),
  });
  return await readSteadily(
    options,
    { root, workers, folder, pass: 1 },
    use,
  );
}

/** Reads the folder; if files changed meanwhile, once more without them. */
async function readSteadily<Result>(
  options: ReadOptions,
  made: ReadingParts & { readonly pass: number },
  use: (read: ReadLibrary) => Promise<Result>,
): Promise<Result> {
  const { folder, pass } = made;
  let changed: readonly UnreadableEntry[];
  {
    await using reading = new Reading(options, made);
    await reading.read();
    changed = pass > PASSES_MAX ? [] : await reading.changedFiles();
    if (changed.length === 0) {
      await made.workers.rest();
      return await use(reading);
    }
  }
  options.onNote?.(`${changed.length} files changed while they were read: leaving them out`);
  const steady = withoutChanged(folder, changed);
  return await readSteadily(options, { ...made, folder: steady, pass: pass + 1 }, use);
}

/** What a pass over a folder needs. */
interface ReadingParts {
  readonly root: string;
  readonly folder: ReadFolder;
  readonly workers: ScanWorkers;
}

interface StagedLibraryFile {
  readonly file: FileId;
  readonly entry: FolderEntry;
  readonly kind: FileKind;
}

/** One pass over a folder. */
class Reading implements ReadLibrary, AsyncDisposable {
  readonly folder: ReadFolder;
  readonly library: TransientLibrary;
  readonly compute: EmbeddingCompute | null;
  readonly model: ScanModel | null;
  readonly #options: ReadOptions;
  readonly #made: ReadingParts;
  /** Files that have a hash, or failed to get one: by the path of the first name. */
  readonly #hashed = new Set<string>();
  readonly #files: readonly StagedLibraryFile[];
  readonly #onAbort = (): void => {
    this.library.stop(new ScanError("STOPPED", "The scan was stopped"));
  };

  constructor(options: ReadOptions, made: ReadingParts) {
    const { root, folder, workers } = made;
    this.#options = options;
    this.folder = folder;
    this.model = workers.model;
    this.#made = made;
    this.#files = folder.library.files.flatMap(({ file, fileKind }) => {
      const entry = folder.library.entries.get(file);
      return entry === undefined ? [] : [{ file, entry, kind: fileKind }];
    });
    const onUnavailable = (reason: string): void =>
      this.library.stop(new ScanError("MODEL_UNAVAILABLE", reason));
    this.compute = workers.model === null ? null : new EmbeddingCompute({
      embedder: () => workers.embedder(),
      cache: workers.model.cache,
      looks: workers.lookDesk({
        pathOf: (hash) => contentPath(root, this.library.state, hash),
        onProgress: (done, total) => this.#tellComparing(done, total),
        // Everything has been read by then, and it was the last that needs processes.
        onDone: () => void workers.rest(),
        onUnavailable,
      }),
      pathOf: (object) => absolutePath(root, object),
      onUnavailable,
    });
    this.library = new TransientLibrary({
      root,
      ports: { clock: SYSTEM_CLOCK, objects: NO_OBJECTS, compute: this.compute ?? NO_COMPUTE },
      computationsAtOnce: workers.processes * 2 + 2,
      modelActors: workers.model === null
        ? []
        : modelActors(workers.model.prepared, options.tier ?? "similar"),
    });
    options.signal?.addEventListener("abort", this.#onAbort);
  }

  /** Records the folder and waits until all of it is read that has to be. */
  async read(): Promise<void> {
    if (this.#options.signal?.aborted) this.#onAbort();
    // Two contents that the user holds apart must be known before they are grouped.
    const apart = this.compute === null ? [] : await readNotDuplicates(this.#made.root);
    const recorded = this.library.record(this.folder.library, apart);
    // A reading that fails first leaves nobody to wait for this.
    recorded.catch(() => {});
    let reports: Promise<void> = recorded;
    const staged = this.#staged((results) => {
      const found = results.map((result) => this.#hashResult(result));
      for (const { file } of found) this.#hashed.add(file);
      reports = reports.then(() => this.library.report(found));
      // Whoever waits for the last report hears of it.
      reports.catch(() => {});
      this.#tellProgress(staged.left);
    });
    const whole = async (): Promise<void> => {
      await staged.run();
      // To embed takes far longer, and what they hold grows with the files that they read.
      this.#made.workers.restReading();
      await reports;
    };
    if (this.compute === null) return await whole();
    let isWhole = false;
    const reading = whole().then(() => isWhole = true);
    await recorded;
    const waiting = waitUntilRead({
      client: this.library.client,
      embeds: true,
      picturesTotal: this.#picturesTotal,
      picturesDone: () => this.compute?.embeddedCount ?? 0,
      filesLeft: () => isWhole ? 0 : Math.max(1, staged.left),
      onProgress: (progress) => this.#options.onProgress?.(progress),
    });
    await Promise.all([reading, waiting]);
  }

  /**
   * Files that changed since they were listed. Of a scan for copies alone only files that have one
   * matter: nothing is planned for the others.
   */
  async changedFiles(): Promise<readonly UnreadableEntry[]> {
    const { root, folder } = this.#made;
    const exactOnly = this.compute === null;
    return await changedFiles(root, folder, ({ path }) => !exactOnly || this.#hashed.has(path));
  }

  #staged(onResults: (results: readonly StagedResult[]) => void): StagedReading {
    const { root, workers } = this.#made;
    const needsHash = (place: number): boolean =>
      this.compute !== null && this.#files[place]?.kind === "photo";
    return new StagedReading({
      root,
      files: listedFiles(this.#files.map(({ entry }) => entry), needsHash),
      cache: workers.hashes,
      verifies: this.#options.verifies ?? false,
      isStopped: () => this.#options.signal?.aborted ?? false,
      pool: () => workers.reader(),
      nowMs: () => Date.now(),
      onResults,
    });
  }

  #hashResult({ place, contentHash, failure }: StagedResult): HashResult {
    const read = this.#files[place];
    if (read === undefined) throw new RangeError(`Nobody asked for file ${place}`);
    return {
      file: read.file,
      version: 1,
      contentHash: contentHash === null ? null : identifier<ContentHash>(contentHash),
      reason: failure,
    };
  }

  get #picturesTotal(): number {
    return this.folder.library.files.filter(({ fileKind }) => fileKind === "photo").length;
  }

  #tellProgress(filesLeft: number): void {
    if (this.compute !== null) return;
    this.#options.onProgress?.({
      filesTotal: this.folder.library.files.length,
      filesLeft,
      picturesTotal: 0,
      picturesDone: 0,
    });
  }

  #tellComparing(pairsDone: number, pairsTotal: number): void {
    this.#options.onProgress?.({
      filesTotal: this.folder.library.files.length,
      filesLeft: 0,
      picturesTotal: this.#picturesTotal,
      picturesDone: this.#picturesTotal,
      pairsDone,
      pairsTotal,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    await this.library[Symbol.asyncDispose]();
  }
}

/** A scan reads stage by stage, and changes nothing: the actors ask for no object. */
const NO_OBJECTS: ObjectPort = {
  readObject: () => Promise.resolve({ kind: "failed", error: "refused" }),
  writeObject: () => Promise.resolve({ kind: "failed", error: "refused" }),
  link: () => Promise.resolve({ kind: "failed", error: "refused" }),
  remove: () => Promise.resolve({ kind: "failed", error: "refused" }),
};

/** Without a model nobody computes. */
const NO_COMPUTE: ComputePort<EngineJob, EngineResult> = {
  compute: () => Promise.resolve({ kind: "failed", error: "refused" }),
};

function absolutePath(root: string, object: ObjectName): string | null {
  const path = folderPath(object);
  return path === null ? null : join(root, path);
}
