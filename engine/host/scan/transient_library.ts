import {
  ALBUM_RECONCILER,
  ALBUM_RECONCILER_ACTOR,
  type AlbumId,
  type EngineTypes,
  HASHING,
  type HashResult,
  identifier,
  LIBRARIAN,
  type LibraryId,
  type LibraryState,
  type OwnerId,
} from "@scenekeep/engine/core";
import type { FolderLibrary } from "../folder/folder_library.ts";
import { observeLibrarian } from "../libraries/observed_librarian.ts";
import { hostActor, type HostedActor } from "../runtime/hosted_actor.ts";
import type { Ports } from "../runtime/ports.ts";
import { Runtime } from "../runtime/runtime.ts";
import { LibraryClient } from "./library_client.ts";
import { MemoryJournal } from "./memory_journal.ts";
import type { ApartPair } from "./not_duplicates_file.ts";
import { ScanError } from "./scan_error.ts";

/** Files recorded by one command: a turn of some milliseconds. */
const FILES_PER_COMMAND = 500;

/**
 * Attempts at a file that cannot be read or changes while it is read. A scan is looked at by a
 * person who waits: one second later once more, then it is reported.
 */
export const SCAN_ATTEMPTS_MAX = 2;

/** Where the library of a folder keeps favourites: no directory can be named like it. */
export const FAVORITES: AlbumId = identifier(".scenekeep/favorites");
/** The same for what is in no directory. */
export const UNCATEGORIZED: AlbumId = identifier(".scenekeep/uncategorized");

/** What a transient library runs besides its librarian, and on what. */
export interface TransientLibraryOptions {
  /** The folder, absolute: plans say that they are for it. */
  readonly root: string;
  readonly ports: Ports<EngineTypes>;
  /** Computations at the same time. */
  readonly computationsAtOnce: number;
  /** The actors that need a model: embedding and grouping. */
  readonly modelActors: readonly HostedActor<EngineTypes>[];
}

/**
 * A library of kind `folder` that lives as long as a scan: the same actors as everywhere, with
 * their journal in memory. Nothing is written in the folder.
 */
export class TransientLibrary implements AsyncDisposable {
  readonly client: LibraryClient;
  readonly #runtime: Runtime<EngineTypes>;
  readonly #librarian = observeLibrarian(() => {});
  readonly #root: string;
  #stopReason: ScanError | null = null;

  constructor(options: TransientLibraryOptions) {
    this.#root = options.root;
    this.#runtime = Runtime.start({
      journal: new MemoryJournal<EngineTypes>("folder"),
      actors: [
        hostActor({ id: LIBRARIAN, definition: this.#librarian.definition }),
        hostActor({ id: ALBUM_RECONCILER, definition: ALBUM_RECONCILER_ACTOR }),
        ...options.modelActors,
      ],
      ports: options.ports,
      limits: {
        computationsAtOnce: options.computationsAtOnce,
        // The record is as short-lived as the state: a snapshot of it would be a second copy.
        snapshotEvents: Number.MAX_SAFE_INTEGER,
        snapshotEventsAtClose: Number.MAX_SAFE_INTEGER,
      },
    });
    this.client = new LibraryClient(this.#runtime, { stopReason: () => this.#stopReason });
    void this.#runtime.stopped.then((reason) => {
      if (reason.kind === "closed") return;
      const message = `Cannot go on: ${reason.error.message}`;
      this.#stopReason ??= new ScanError("ENGINE", message, reason.error);
    });
  }

  /** Ends the library at once; whoever asks it from now on is answered with `reason`. */
  stop(reason: ScanError): void {
    this.#stopReason ??= reason;
    void this.#runtime.close({ drainMs: 0 });
  }

  /**
   * Tells the librarian of the folder: albums first, then what is no duplicate, then files in
   * batches.
   */
  async record(folder: FolderLibrary, apart: readonly ApartPair[] = []): Promise<void> {
    const { client } = this;
    const owner = identifier<OwnerId>("you");
    await client.ask(LIBRARIAN, {
      kind: "makeLibrary",
      library: identifier<LibraryId>(this.#root),
      libraryKind: "folder",
      owner,
      limitBytes: Number.MAX_SAFE_INTEGER,
      favorites: FAVORITES,
      uncategorized: UNCATEGORIZED,
    }, ["accepted"]);
    for (const { album, hidden } of folder.albums) {
      // deno-lint-ignore no-await-in-loop -- one command after the other is what a client promises
      await client.ask(LIBRARIAN, {
        kind: "makeAlbum",
        album,
        albumKind: hidden ? "hidden" : "regular",
        owner: null,
        name: album,
        visibleToOthers: false,
        mayAdd: true,
      }, ["accepted"]);
    }
    for (const [left, right] of apart) {
      // deno-lint-ignore no-await-in-loop -- as above
      await client.ask(LIBRARIAN, { kind: "markNotDuplicates", left, right }, ["accepted"]);
    }
    for (let start = 0; start < folder.files.length; start += FILES_PER_COMMAND) {
      const files = folder.files.slice(start, start + FILES_PER_COMMAND);
      // deno-lint-ignore no-await-in-loop -- as above
      await client.ask(LIBRARIAN, { kind: "recordFiles", files }, ["accepted"]);
    }
  }

  /**
   * Tells the librarian what was read, in the place of the hashing actor: `StagedReading` reads the
   * files of a scan and speaks for it.
   */
  async report(results: readonly HashResult[]): Promise<void> {
    for (let start = 0; start < results.length; start += FILES_PER_COMMAND) {
      const part = results.slice(start, start + FILES_PER_COMMAND);
      // deno-lint-ignore no-await-in-loop -- one report after the other, in order
      await this.client.tell(LIBRARIAN, HASHING, { kind: "filesHashed", results: part });
    }
  }

  /** What its librarian knows now: to be read, between its turns. */
  get state(): Readonly<LibraryState> {
    return this.#librarian.state();
  }

  /**
   * Ends the library and returns what its librarian knew: the very state that its plans were made
   * for. Nobody changes it any more.
   */
  async end(): Promise<Readonly<LibraryState>> {
    await this.#runtime.close({ drainMs: 0 });
    return this.#librarian.state();
  }

  /** Ends the library at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runtime.close({ drainMs: 0 });
  }
}
