import { CleanUpError } from "../clean_up/clean_up_error.ts";
import { contentsOf } from "../reading/contents_of.ts";
import { KeptLibrary, type KeptLibraryOptions } from "../clean_up/kept_library.ts";
import { syncWithFolder } from "../clean_up/sync_with_folder.ts";
import { FolderPlace } from "../folder/folder_place.ts";
import { openSystemNames, type SystemNames } from "../folder/system_names.ts";
import { readFolder } from "../scan/read_folder.ts";
import { ScanWorkers } from "../scan/scan_workers.ts";
import { ContentPlacer } from "./place_contents.ts";
import { ReceiptsLog } from "./receipts_log.ts";
import { ShotStore } from "./store_shot.ts";
import { StoredContents } from "./stored_contents.ts";

/** How far a backup, a free-up or an import is. */
export interface TransferProgress {
  readonly done: number;
  readonly total: number;
}

/** What a transfer into or out of a library is given. */
export interface TransferOptions extends Omit<KeptLibraryOptions, "standIns"> {
  /** Where hashes are remembered. @default the user's cache directory */
  readonly cache?: string | undefined;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/**
 * A library that things are put into or compared with: held alone, with its journal, its log of
 * receipts and the threads that read.
 */
export class LibrarySession implements AsyncDisposable {
  readonly kept: KeptLibrary;
  readonly workers: ScanWorkers;
  readonly log: ReceiptsLog;
  readonly place: FolderPlace;
  readonly system: SystemNames;
  readonly placer: ContentPlacer;
  readonly #signal: AbortSignal | undefined;
  readonly #closesSystem: boolean;

  private constructor(
    options: TransferOptions,
    parts: {
      readonly kept: KeptLibrary;
      readonly workers: ScanWorkers;
      readonly log: ReceiptsLog;
      readonly system: SystemNames;
    },
  ) {
    this.kept = parts.kept;
    this.workers = parts.workers;
    this.log = parts.log;
    this.system = parts.system;
    this.place = new FolderPlace(parts.kept.root, parts.system);
    this.placer = new ContentPlacer(this.place, parts.workers);
    this.#signal = options.signal;
    this.#closesSystem = options.system === undefined;
  }

  /** Opens a library; what was begun in it is finished first, what a crash left is cleared. */
  static async open(
    options: TransferOptions & { readonly makes: boolean },
  ): Promise<LibrarySession> {
    const kept = await KeptLibrary.open(options);
    const { cache = null, system } = options;
    try {
      const onNote = (): void => {};
      const workers = await ScanWorkers.open({ root: kept.root, cache, embeds: false, onNote });
      const log = ReceiptsLog.open(kept.root);
      return new LibrarySession(options, {
        kept,
        workers,
        log,
        system: system ?? openSystemNames(),
      });
    } catch (error) {
      await kept[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What the library holds of files of these sizes. */
  async contents(sizes: ReadonlySet<number>): Promise<StoredContents> {
    const folder = await readFolder(this.kept.root);
    return StoredContents.read(folder, { workers: this.workers, sizes, signal: this.#signal });
  }

  /** What puts shots into the library, which holds `stored`. */
  shots(stored: StoredContents): ShotStore {
    const hash = (path: string) => this.workers.hash(path);
    const { hashes } = this.workers;
    const modifiedNs = (full: string): bigint => this.system.modifiedNs(full);
    return new ShotStore({ stored, placer: this.placer, hashes, hash, modifiedNs });
  }

  /** Tells the librarian what the folder holds by now, and what was read of it. */
  async tellLibrarian(stored: StoredContents): Promise<(path: string) => string | null> {
    const folder = await readFolder(this.kept.root);
    const paths = new Set(stored.contentAt.keys());
    const contents = await contentsOf(folder, {
      workers: this.workers,
      paths,
      signal: this.#signal,
    });
    const contentAt = (path: string): string | null => contents.get(path) ?? null;
    const synced = await syncWithFolder(this.kept, contentAt, folder);
    await this.kept.settled();
    return (path) => synced.fileAt(path);
  }

  /** @throws {CleanUpError} `STOPPED` when the user stopped it. */
  checkStopped(): void {
    if (!this.#signal?.aborted) return;
    throw new CleanUpError("STOPPED", "Stopped. Say the same again to go on");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.log[Symbol.dispose]();
      await this.workers[Symbol.asyncDispose]();
    } finally {
      await this.kept[Symbol.asyncDispose]();
      if (this.#closesSystem) this.system.close();
    }
  }
}
