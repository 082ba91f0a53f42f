import { type AlbumId, identifier, LIBRARIAN, type LibraryId } from "@scenekeep/engine/core";
import type { UnreadableEntry } from "../folder/folder_entry.ts";
import type { FolderLibrary } from "../folder/folder_library.ts";
import { LibraryClient } from "../scan/library_client.ts";
import { changedFiles, type ReadFolder, readFolder, withoutChanged } from "../scan/read_folder.ts";
import { ScanError, type ScanErrorCode } from "../scan/scan_error.ts";
import { ScanWorkers } from "../scan/scan_workers.ts";
import { type ReadingProgress, waitUntilRead } from "../scan/wait_until_read.ts";
import type { FolderReading } from "./library_parts.ts";
import type { OpenLibrary } from "./open_library.ts";

/** Passes over a folder that does not come to rest: as many as the command line makes. */
const PASSES_MAX = 3;
/** Files recorded by one command: a turn of some milliseconds. */
const FILES_PER_COMMAND = 500;

/** How far a scan is. */
export interface ScanState {
  readonly phase: "preparing" | "reading" | "finished" | "failed";
  /** Null before the folder has been listed. */
  readonly progress: ReadingProgress | null;
  /** Names that take no part, so far as known. */
  readonly unreadable: readonly UnreadableEntry[];
  /** What takes long or is odd, the last line. */
  readonly note: string | null;
  readonly problem: { readonly code: ScanErrorCode; readonly detail: string } | null;
}

/** What a scan reads, and where it puts it. */
export interface FolderScanOptions {
  readonly library: LibraryId;
  readonly root: string;
  /** False to look for exact copies alone. */
  readonly embeds: boolean;
  /** Where hashes, vectors and models are remembered; null for the user's cache directory. */
  readonly cache: string | null;
  /**
   * Empties the library and lets the work use it on this reading, which belongs to the library from
   * then on.
   */
  readonly renew: <Result>(
    reading: FolderReading,
    work: (library: OpenLibrary) => Promise<Result>,
  ) => Promise<Result>;
}

/**
 * One scan of a folder library: makes the library anew from what the folder holds now. Hashes and
 * vectors are remembered, so a second scan reads only what is new. Changes nothing in the folder.
 */
export class FolderScan {
  /** Fulfilled when the scan has ended, however that was. */
  readonly ended: Promise<void>;
  readonly #options: FolderScanOptions;
  #stopReason: ScanError | null = null;
  #state: ScanState = {
    phase: "preparing",
    progress: null,
    unreadable: [],
    note: null,
    problem: null,
  };

  constructor(options: FolderScanOptions) {
    this.#options = options;
    this.ended = this.#run().catch((error) => this.#fail(error));
  }

  get state(): ScanState {
    return this.#state;
  }

  get isRunning(): boolean {
    return this.#state.phase === "preparing" || this.#state.phase === "reading";
  }

  /** Stops the scan. What was computed stays remembered. */
  stop(): void {
    this.#stopReason ??= new ScanError("STOPPED", "The scan was stopped");
  }

  async #run(): Promise<void> {
    const { root, renew } = this.#options;
    let folder = await readFolder(root);
    for (let pass = 1;; pass += 1) {
      this.#change({ unreadable: folder.unreadable });
      // deno-lint-ignore no-await-in-loop -- one pass after the other
      const workers = await this.#openWorkers();
      const onUnavailable = (reason: string): void => {
        this.#stopReason ??= new ScanError("MODEL_UNAVAILABLE", reason);
      };
      const reading = { folder, workers, onUnavailable };
      // deno-lint-ignore no-await-in-loop -- as above
      await renew(reading, (library) => this.#read(library, folder));
      // deno-lint-ignore no-await-in-loop -- as above
      const changed = await changedFiles(root, folder);
      if (changed.length === 0 || pass === PASSES_MAX) break;
      folder = withoutChanged(folder, changed);
    }
    this.#change({ phase: "finished" });
  }

  async #openWorkers(): Promise<ScanWorkers> {
    const { root, cache, embeds } = this.#options;
    const onNote = (note: string) => this.#change({ note });
    const workers = await ScanWorkers.open({ root, cache, embeds, onNote });
    if (this.#stopReason === null) return workers;
    await workers[Symbol.asyncDispose]();
    throw this.#stopReason;
  }

  async #read(library: OpenLibrary, folder: ReadFolder): Promise<void> {
    const client = new LibraryClient(library.bus, { stopReason: () => this.#stopReason });
    const { files } = folder.library;
    this.#change({ phase: "reading" });
    await recordFolder(client, folder.library);
    const pictures = files.filter(({ fileKind }) => fileKind === "photo").length;
    await waitUntilRead({
      client,
      embeds: this.#options.embeds,
      picturesTotal: this.#options.embeds ? pictures : 0,
      picturesDone: () => library.state.embedded.size,
      onProgress: (progress) => {
        if (this.#stopReason !== null) throw this.#stopReason;
        this.#change({ progress });
      },
    });
  }

  #change(change: Partial<ScanState>): void {
    this.#state = { ...this.#state, ...change };
  }

  #fail(error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    const code = error instanceof ScanError ? error.code : "ENGINE";
    this.#change({ phase: "failed", problem: { code, detail } });
  }
}

/** Tells the librarian of the folder: albums first, then files in batches. */
async function recordFolder(client: LibraryClient, folder: FolderLibrary): Promise<void> {
  for (const { album, hidden } of folder.albums) {
    // deno-lint-ignore no-await-in-loop -- one command after the other is what a client promises
    await client.ask(LIBRARIAN, {
      kind: "makeAlbum",
      album: identifier<AlbumId>(album),
      albumKind: hidden ? "hidden" : "regular",
      owner: null,
      name: album,
      visibleToOthers: false,
      mayAdd: true,
    }, ["accepted"]);
  }
  for (let start = 0; start < folder.files.length; start += FILES_PER_COMMAND) {
    const files = folder.files.slice(start, start + FILES_PER_COMMAND);
    // deno-lint-ignore no-await-in-loop -- as above
    await client.ask(LIBRARIAN, { kind: "recordFiles", files }, ["accepted"]);
  }
}
