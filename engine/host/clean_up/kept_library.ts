import {
  ALBUM_RECONCILER,
  ALBUM_RECONCILER_ACTOR,
  type EngineMessage,
  type EngineTypes,
  HASHING,
  type HashResult,
  identifier,
  LIBRARIAN,
  type LibraryId,
  type LibraryState,
  type OwnerId,
} from "@scenekeep/engine/core";
import { join } from "@std/path";
import type { CopyCheck } from "../folder/check_bytes.ts";
import { FolderChanges } from "../folder/folder_changes.ts";
import { JOURNAL_FILE } from "../folder/folder_entry.ts";
import { FolderObjects } from "../folder/folder_objects.ts";
import { NameFailure } from "../folder/name_failure.ts";
import { TRASH_MANIFEST } from "../folder/trash_manifest.ts";
import type { StandInKind } from "../folder/swap_names.ts";
import type { SystemNames } from "../folder/system_names.ts";
import { HashPool } from "../hashing/hash_pool.ts";
import { JournalError } from "../journal/journal_error.ts";
import { SqliteJournal } from "../journal/sqlite_journal.ts";
import { observeLibrarian } from "../libraries/observed_librarian.ts";
import { Recorder, type RecorderOptions } from "../recording/recorder.ts";
import { hostActor } from "../runtime/hosted_actor.ts";
import { machineClock } from "../runtime/machine_clock.ts";
import type { ClockPort } from "../runtime/ports.ts";
import { Runtime } from "../runtime/runtime.ts";
import { LibraryClient } from "../scan/library_client.ts";
import { RuntimeError } from "../runtime/runtime_error.ts";
import { ScanError } from "../scan/scan_error.ts";
import { FAVORITES, UNCATEGORIZED } from "../scan/transient_library.ts";
import { CleanUpError } from "./clean_up_error.ts";

/** Which folder to open, and how it is changed. */
export interface KeptLibraryOptions {
  /** The folder. */
  readonly root: string;
  /** What takes the place of a removed file. @default "symbolic" */
  readonly standIns?: StandInKind | undefined;
  /** How a copy is held against what stays right before it goes. @default "bytes" */
  readonly verify?: CopyCheck | undefined;
  /** Stops the work; what was begun goes on at the next opening. */
  readonly signal?: AbortSignal | undefined;
  /** Has what the library is given written down. */
  readonly record?: RecorderOptions | undefined;
  /** Told that what was begun before is finished first. */
  readonly onUnfinished?: (() => void) | undefined;
  /** Tests let a month go by. @default the clock of the machine since it started */
  readonly clock?: ClockPort | undefined;
  /** Tests look on at each call of the system. */
  readonly system?: SystemNames | undefined;
  /** Tests look on after each event that is committed. Must not throw. */
  readonly heard?: (() => void) | undefined;
}

/** How often a condition is looked at that no event announces. */
const LOOK_AGAIN_MS = 50;

/** So long a journal that is refused is tried again before somebody is told. */
const STUCK_MS = 1_500;

/** Threads that read what is to be kept and what goes. */
const HASH_THREADS = 2;

/**
 * The library of a folder that has been cleaned up: the same actors as everywhere, on a journal in
 * the folder itself. It holds the trash, what every plan did, and the way back.
 *
 * The journal is made by the first clean-up and is never thrown away; a scan reads the folder alone
 * and does not need it. Opening goes on with what an earlier life began.
 */
export class KeptLibrary implements AsyncDisposable {
  /** The folder, by its real path. */
  readonly root: string;
  readonly client: LibraryClient;
  /** Why the folder refused changes, by path. */
  readonly refusals: ReadonlyMap<string, string>;
  readonly #runtime: Runtime<EngineTypes>;
  readonly #changes: FolderChanges;
  readonly #hashes: HashPool;
  readonly #state: () => Readonly<LibraryState>;
  readonly #signal: AbortSignal | undefined;
  readonly #onUnfinished: (() => void) | undefined;
  readonly #watchers: Set<() => void>;
  #failure: unknown = null;
  /** Why its journal cannot be written. */
  #stuck: CleanUpError | null = null;
  #refusalTimer: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    parts: {
      readonly root: string;
      readonly runtime: Runtime<EngineTypes>;
      readonly changes: FolderChanges;
      readonly hashes: HashPool;
      readonly state: () => Readonly<LibraryState>;
      readonly refusals: ReadonlyMap<string, string>;
      readonly watchers: Set<() => void>;
      readonly signal: AbortSignal | undefined;
      readonly onUnfinished: (() => void) | undefined;
    },
  ) {
    this.root = parts.root;
    this.refusals = parts.refusals;
    this.#runtime = parts.runtime;
    this.#changes = parts.changes;
    this.#hashes = parts.hashes;
    this.#state = parts.state;
    this.#signal = parts.signal;
    this.#onUnfinished = parts.onUnfinished;
    this.#watchers = parts.watchers;
    const stopReason = (): Error => this.#stuck ?? new ScanError("STOPPED", "It was stopped");
    this.client = new LibraryClient(this.#runtime, {
      stopReason,
      refusedError: (reason) => this.#stuck ??= stuckError(this.root, reason),
      name: crypto.randomUUID(),
    });
    this.#runtime.subscribe((output) => {
      const refused = output.kind === "note" && output.note.code === "COMMIT_REFUSED";
      if (refused) this.#watchRefusals(output.note.detail);
    });
    void this.#runtime.stopped.then((reason) => {
      if (reason.kind === "failed") this.#failure = reason.error;
      for (const look of this.#watchers) look();
    });
  }

  /**
   * Opens the library of a folder, finishes what was begun before, and clears what a crash left.
   *
   * @param options `makes`: whether to make it where there is none.
   * @throws {CleanUpError} `FOLDER_UNUSABLE`, `NOTHING_APPLIED` or `STOPPED`.
   * @throws {JournalError} When another process holds it, or it is damaged.
   */
  static async open(
    options: KeptLibraryOptions & { readonly makes: boolean },
  ): Promise<KeptLibrary> {
    const { clock = machineClock(), makes, record, signal, standIns, system, verify } = options;
    const root = await realFolder(options.root);
    const path = join(root, JOURNAL_FILE);
    if (!makes && !(await isThere(path))) {
      throw new CleanUpError(
        "NOTHING_APPLIED",
        `Nothing was ever cleaned up in "${root}": it has no trash and nothing to undo`,
      );
    }
    const refusals = new Map<string, string>();
    const hashes = new HashPool(HASH_THREADS);
    const watchers = new Set<() => void>();
    let changes: FolderChanges | null = null;
    try {
      changes = new FolderChanges({
        root,
        hasher: hashes,
        ...(standIns === undefined ? {} : { standIns }),
        ...(system === undefined ? {} : { system }),
        ...(verify === undefined ? {} : { verify }),
        onRefused: (refused) => refusals.set(refused.path, refused.reason),
      });
      changes.makeOwnDirectories();
      const librarian = observeLibrarian(() => {
        options.heard?.();
        for (const look of watchers) look();
      });
      const objects = new FolderObjects({
        root,
        hasher: hashes,
        // What stays is read anew before anything goes, whatever was remembered of it.
        cache: null,
        nowMs: () => clock.read().wallMs,
        changes,
      });
      const runtime = Runtime.start<EngineTypes>({
        journal: SqliteJournal.open({ path }),
        actors: [
          hostActor({ id: LIBRARIAN, definition: librarian.definition, settings: {} }),
          hostActor({ id: ALBUM_RECONCILER, definition: ALBUM_RECONCILER_ACTOR, settings: {} }),
        ],
        ports: { clock, objects, compute: NO_COMPUTE },
        ...(record === undefined ? {} : { recorder: new Recorder(record) }),
      });
      const { state } = librarian;
      const { onUnfinished } = options;
      const parts = { root, runtime, changes, hashes, state, refusals, watchers, signal };
      return await new KeptLibrary({ ...parts, onUnfinished }).#ready();
    } catch (error) {
      hashes.close();
      await changes?.close();
      if (error instanceof RuntimeError && error.code === "RUNTIME_START_REFUSED") {
        throw stuckError(root, error.message.includes("diskFull") ? "diskFull" : "ioError", error);
      }
      if (error instanceof JournalError && error.code === "JOURNAL_CORRUPT") {
        const manifest = join(root, TRASH_MANIFEST);
        throw error.withAdvice(`What each file in the trash was called stands in "${manifest}"`);
      }
      if (!(error instanceof NameFailure)) throw error;
      const message = `Cannot clean up "${root}": ${error.reason}`;
      throw new CleanUpError("FOLDER_UNUSABLE", message, error);
    }
  }

  /** What the librarian knows between two turns. For reading. */
  get state(): Readonly<LibraryState> {
    return this.#state();
  }

  /** Sends the librarian a command; an answer that it refuses is an error that says why. */
  async ask<Kind extends EngineMessage["kind"]>(
    body: EngineMessage,
    wanted: Kind,
  ): Promise<EngineMessage & { readonly kind: Kind }> {
    const answer: EngineMessage = await this.client.ask(LIBRARIAN, body, [wanted, "refused"]);
    if (answer.kind === "refused") {
      throw new CleanUpError("REFUSED", `${answer.code}: ${answer.detail}`);
    }
    return answer as EngineMessage & { readonly kind: Kind };
  }

  /** Tells the librarian what files hold, in the place of the hashing actor. */
  async tellHashes(results: readonly HashResult[]): Promise<void> {
    await this.client.tell(LIBRARIAN, HASHING, { kind: "filesHashed", results });
    const versions = new Map(results.map(({ file, version }) => [file, version]));
    await this.until(() => {
      for (const [file, version] of versions) {
        if (this.state.toHash.get(file) === version) return false;
      }
      return true;
    });
  }

  /**
   * Fulfilled when `isSo` holds, which is looked at after every event.
   *
   * @throws {CleanUpError} `STOPPED` when the user stopped it, `FOLDER_UNUSABLE` when its journal
   * cannot be written, `ENGINE` when the library failed.
   */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#signal?.aborted) {
        const message = "Stopped. What was begun is finished the next time this folder is used";
        throw new CleanUpError("STOPPED", message);
      }
      if (this.#stuck !== null) throw this.#stuck;
      if (this.#failure !== null) {
        throw new CleanUpError("ENGINE", `The library failed: ${this.#failure}`, this.#failure);
      }
      // deno-lint-ignore no-await-in-loop -- it looks until it is so
      await this.#nextLook();
    }
  }

  /**
   * Fulfilled when `isSo` has held once for each entry, in order: linear in the entries, however
   * often it looks.
   */
  async untilAll<Entry>(
    entries: readonly Entry[],
    isSo: (entry: Entry) => boolean,
  ): Promise<void> {
    let next = 0;
    await this.until(() => {
      while (next < entries.length && isSo(entries[next]!)) next += 1;
      return next === entries.length;
    });
  }

  /** Fulfilled when nothing is under way: no plan, no move of names, no removal. */
  async settled(): Promise<void> {
    await this.until(() => this.#isSettled());
  }

  /** Forgets the former names of what has left the trash; see `TrashManifest`. */
  async tidyTrash(): Promise<void> {
    await this.#changes.tidyManifest();
  }

  #isSettled(): boolean {
    const { awaitingRemoval, nameMove, plans } = this.state;
    if (nameMove !== null || awaitingRemoval.size > 0) return false;
    for (const { phase } of plans.values()) {
      if (phase === "applying" || phase === "undoing") return false;
    }
    return true;
  }

  /**
   * A server waits until there is room again; somebody at a terminal wants to know. A disk that is
   * full, or broken, for longer than a moment ends the work: it goes on the next time.
   */
  #watchRefusals(reason: string): void {
    const { refused } = this.#runtime.counts;
    clearTimeout(this.#refusalTimer);
    this.#refusalTimer = setTimeout(() => {
      if (this.#runtime.counts.refused <= refused + 1) return;
      this.#stuck ??= stuckError(this.root, reason);
      void this.#runtime.close({ drainMs: 0 });
      for (const look of this.#watchers) look();
    }, STUCK_MS);
  }

  /** Lets go of the folder once nothing changes it any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#refusalTimer);
    try {
      await this.#changes.idle();
      await this.#runtime.close(this.#stuck === null ? {} : { drainMs: 0 });
    } finally {
      await this.#changes.close();
      this.#hashes.close();
    }
  }

  async #ready(): Promise<this> {
    try {
      if (this.state.library === null) {
        await this.ask({
          kind: "makeLibrary",
          library: identifier<LibraryId>("folder"),
          libraryKind: "folder",
          owner: identifier<OwnerId>("you"),
          limitBytes: Number.MAX_SAFE_INTEGER,
          favorites: FAVORITES,
          uncategorized: UNCATEGORIZED,
        }, "accepted");
      }
      if (!this.#isSettled()) this.#onUnfinished?.();
      await this.settled();
      await this.#changes.clearAside();
      return this;
    } catch (error) {
      clearTimeout(this.#refusalTimer);
      await this.#runtime.close({ drainMs: 0 });
      throw error;
    }
  }

  #nextLook(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve();
      };
      const timer = setTimeout(look, LOOK_AGAIN_MS);
      this.#watchers.add(look);
    });
  }
}

function stuckError(root: string, reason: string, cause?: unknown): CleanUpError {
  const found = reason === "diskFull"
    ? "its disk is full: make some room"
    : "its disk cannot be written: see that it is not read-only, and check it";
  const message = `Cannot go on in "${root}": ${found}, and start again. ` +
    "Nothing was lost, and what was begun is finished then";
  return new CleanUpError("FOLDER_UNUSABLE", message, cause);
}

const NO_COMPUTE = {
  compute: () => Promise.resolve({ kind: "failed", error: "refused" } as const),
};

/** The folder by its real path. */
export async function realFolder(root: string): Promise<string> {
  try {
    const path = await Deno.realPath(root);
    if ((await Deno.stat(path)).isDirectory) return path;
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound;
    const reason = missing ? "there is no such folder" : String(error);
    throw new CleanUpError("FOLDER_UNUSABLE", `Cannot use "${root}": ${reason}`, error);
  }
  throw new CleanUpError("FOLDER_UNUSABLE", `Cannot use "${root}": it is not a folder`);
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}
