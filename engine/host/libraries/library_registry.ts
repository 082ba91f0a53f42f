import { identifier, invariant, type LibraryId } from "@scenekeep/engine/core";
import { join } from "@std/path";
import { JournalError } from "../journal/journal_error.ts";
import { SqliteJournal } from "../journal/sqlite_journal.ts";
import { Recorder } from "../recording/recorder.ts";
import type { BusOutput } from "../runtime/library_bus.ts";
import type { EngineMessage } from "@scenekeep/engine/core";
import type { ClockPort } from "../runtime/ports.ts";
import { SYSTEM_CLOCK } from "../runtime/system_clock.ts";
import {
  type LibraryDescription,
  listLibraryIds,
  readDescription,
  writeDescription,
} from "./library_description.ts";
import { FolderScan } from "./folder_scan.ts";
import type { FolderReading } from "./library_parts.ts";
import { OpenLibrary } from "./open_library.ts";
import { RegistryError } from "./registry_error.ts";
import { ServiceFile } from "./service_file.ts";

/** An open library is put to sleep after so long without use: 5 minutes. */
const IDLE_CLOSE_MS = 5 * 60 * 1000;
/** Sleeping libraries are woken so often, so that their trash is looked through: 6 hours. */
const WAKE_INTERVAL_MS = 6 * 60 * 60 * 1000;
/** The files of a library in its own folder, besides its description. */
const JOURNAL_NAME = "library.sqlite";
const SERVICE_NAME = "service.sqlite";
/** What the recording of a library is called, behind its id. */
const RECORDING_SUFFIX = ".recording.jsonl";
/** Libraries that are open at once; each holds its whole state in memory. */
const OPEN_MAX = 64;

/** Where the libraries are, and for how long they stay open. */
export interface RegistryOptions {
  /** Folder of all libraries; each has a folder of its own in it. Made if it is absent. */
  readonly directory: string;
  /** @default {SYSTEM_CLOCK} */
  readonly clock?: ClockPort;
  /** @default {300_000} */
  readonly idleCloseMs?: number;
  /** @default {21_600_000} */
  readonly wakeIntervalMs?: number;
  /** @default {64} */
  readonly openMax?: number;
  /**
   * A folder for recordings: each library adds to `ID.recording.jsonl` in it. Made if it is absent;
   * none is made without it.
   */
  readonly record?: string;
  /** Hears what the libraries say without being asked. Must not throw. */
  readonly heard?: (library: LibraryId, output: BusOutput<EngineMessage>) => void;
}

interface Slot {
  readonly opening: Promise<OpenLibrary>;
  users: number;
  cancelSleep: () => void;
}

/**
 * The libraries of one data directory: opens a library when it is used, and puts it to sleep when
 * it has not been used for a while. Another process that has a library open keeps it from this one.
 *
 * @example
 * ```ts ignore
 * const registry = new LibraryRegistry({ directory: "data" });
 * registry.create({ id: identifier("mine"), kind: "catalog", … });
 * const files = await registry.use(identifier("mine"), (library) => library.state.files.size);
 * await registry.close();
 * ```
 */
export class LibraryRegistry {
  readonly #options:
    & Required<Omit<RegistryOptions, "heard" | "record">>
    & Pick<RegistryOptions, "heard" | "record">;
  readonly #slots = new Map<LibraryId, Slot>();
  /** The last scan of each folder library. */
  readonly #scans = new Map<LibraryId, FolderScan>();
  readonly #closing = new AbortController();
  /** Closes that have begun: an opening of the same library waits for them. */
  readonly #ending = new Map<LibraryId, Promise<void>>();
  /** Replacements by a scan that have begun. */
  readonly #replacing = new Map<LibraryId, Promise<void>>();
  #cancelWake: () => void = () => {};

  constructor(options: RegistryOptions) {
    this.#options = {
      clock: SYSTEM_CLOCK,
      idleCloseMs: IDLE_CLOSE_MS,
      wakeIntervalMs: WAKE_INTERVAL_MS,
      openMax: OPEN_MAX,
      ...options,
    };
    for (const directory of [options.directory, options.record]) {
      if (directory !== undefined) Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    }
    this.#planWake();
  }

  /** Aborted when the registry closes: whoever holds a library open should let go. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** How many libraries are open, or being opened. */
  get openCount(): number {
    return this.#slots.size;
  }

  /** The ids of all libraries, in order. */
  async list(): Promise<readonly LibraryId[]> {
    return await listLibraryIds(this.#options.directory);
  }

  /** What was said of a library when it was made, or null when there is none. */
  describe(id: LibraryId): LibraryDescription | null {
    return readDescription(this.#options.directory, id);
  }

  /**
   * Makes a library. Making the same one again changes nothing.
   *
   * @throws {RegistryError} `LIBRARY_EXISTS` when there is another one of this id.
   */
  create(description: LibraryDescription): void {
    const known = this.describe(description.id);
    if (known === null) return writeDescription(this.#options.directory, description);
    if (JSON.stringify(known) === JSON.stringify(description)) return;
    throw new RegistryError(
      "LIBRARY_EXISTS",
      `Cannot make library "${description.id}": there is another one of this id`,
    );
  }

  /**
   * Lets `work` use a library, which stays open until the work has ended.
   *
   * @throws {RegistryError} `UNKNOWN_LIBRARY`, `TOO_MANY_OPEN` or `REGISTRY_CLOSED`.
   * @throws {JournalError} When the library cannot be opened, for instance `LIBRARY_BUSY`.
   */
  async use<Result>(
    id: LibraryId,
    work: (library: OpenLibrary) => Result | Promise<Result>,
  ): Promise<Result> {
    for (let wait = this.#waitFor(id); wait !== undefined; wait = this.#waitFor(id)) {
      // deno-lint-ignore no-await-in-loop -- another one may have begun meanwhile
      await wait;
    }
    const slot = this.#slot(id);
    slot.users += 1;
    slot.cancelSleep();
    try {
      return await work(await slot.opening);
    } finally {
      slot.users -= 1;
      if (slot.users === 0) this.#planSleep(id, slot);
    }
  }

  /** The last scan of a folder library since the start of the program, or null. */
  scanOf(id: LibraryId): FolderScan | null {
    return this.#scans.get(id) ?? null;
  }

  /**
   * Starts to scan a folder library: it is made anew from what the folder holds now, and what was
   * made of the last scan ends. Nothing in the folder is changed.
   *
   * @throws {RegistryError} `UNKNOWN_LIBRARY`, `WRONG_LIBRARY_KIND`, `SCAN_RUNNING` or
   * `REGISTRY_CLOSED`.
   */
  startScan(
    id: LibraryId,
    options: { readonly embeds: boolean; readonly cache?: string | null },
  ): FolderScan {
    const description = this.describe(id);
    if (description === null) {
      throw new RegistryError("UNKNOWN_LIBRARY", `Cannot scan library "${id}": there is none`);
    }
    if (description.folder === null) {
      throw new RegistryError("WRONG_LIBRARY_KIND", `Cannot scan "${id}": it is not a folder`);
    }
    if (this.scanOf(id)?.isRunning) {
      throw new RegistryError("SCAN_RUNNING", `Cannot scan library "${id}": a scan is running`);
    }
    if (this.closing.aborted) {
      throw new RegistryError("REGISTRY_CLOSED", `Cannot scan library "${id}": the server stops`);
    }
    const scan = new FolderScan({
      library: id,
      root: description.folder,
      embeds: options.embeds,
      cache: options.cache ?? null,
      renew: (reading, work) => this.#renew(id, reading, work),
    });
    this.#scans.set(id, scan);
    return scan;
  }

  /** Closes every library. What is under way has a few seconds to end. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelWake();
    for (const scan of this.#scans.values()) scan.stop();
    await Promise.all([...this.#slots].map(([id, slot]) => this.#end(id, slot)));
    await Promise.all([...this.#scans.values()].map((scan) => scan.ended));
    await Promise.all([...this.#slots].map(([id, slot]) => this.#end(id, slot)));
    await Promise.all(this.#ending.values());
  }

  /** Puts an empty library, which reads this folder, in the place of the one that is there. */
  async #renew<Result>(
    id: LibraryId,
    reading: FolderReading,
    work: (library: OpenLibrary) => Promise<Result>,
  ): Promise<Result> {
    const replaced = this.#replace(id, reading);
    // Whoever wants the library meanwhile waits, else it would open the one that is going.
    this.#replacing.set(id, replaced.catch(() => {}));
    try {
      await replaced;
    } catch (error) {
      await reading.workers[Symbol.asyncDispose]();
      throw error;
    } finally {
      this.#replacing.delete(id);
    }
    return await this.use(id, work);
  }

  async #replace(id: LibraryId, reading: FolderReading): Promise<void> {
    await this.#ending.get(id);
    const old = this.#slots.get(id);
    if (old !== undefined) await this.#end(id, old);
    if (this.closing.aborted) {
      throw new RegistryError("REGISTRY_CLOSED", `Cannot renew "${id}": the server stops`);
    }
    await removeJournal(join(this.#options.directory, id));
    invariant(!this.#slots.has(id), "SLOT_TAKEN", id);
    this.#slot(id, reading);
  }

  /** What must have ended before the library is opened. */
  #waitFor(id: LibraryId): Promise<void> | undefined {
    return this.#replacing.get(id) ?? this.#ending.get(id);
  }

  #slot(id: LibraryId, reading: FolderReading | null = null): Slot {
    const known = this.#slots.get(id);
    if (known !== undefined) return known;
    if (this.closing.aborted) {
      throw new RegistryError("REGISTRY_CLOSED", `Cannot open library "${id}": the server stops`);
    }
    const description = this.describe(id);
    if (description === null) {
      throw new RegistryError("UNKNOWN_LIBRARY", `Cannot open library "${id}": there is none`);
    }
    this.#makeRoom(id);
    const slot: Slot = {
      opening: this.#open(description, reading),
      users: 0,
      cancelSleep: () => {},
    };
    this.#slots.set(id, slot);
    slot.opening.then(
      (library) =>
        library.stopped.then(async ({ kind }) => {
          this.#forget(id, slot);
          if (kind === "failed") await library.close();
        }),
      () => this.#forget(id, slot),
    );
    return slot;
  }

  async #open(
    description: LibraryDescription,
    reading: FolderReading | null,
  ): Promise<OpenLibrary> {
    const { directory, clock, heard } = this.#options;
    const folder = join(directory, description.id);
    let journal: SqliteJournal | null = null;
    let service: ServiceFile;
    try {
      // The journal first: its lock says that the folder is ours.
      journal = SqliteJournal.open({
        path: join(folder, JOURNAL_NAME),
        libraryId: description.id,
      });
      service = ServiceFile.open(join(folder, SERVICE_NAME), clock.read().wallMs);
    } catch (error) {
      journal?.close();
      await reading?.workers[Symbol.asyncDispose]();
      throw error;
    }
    const recorder = this.#recorder(description.id);
    return await OpenLibrary.start(
      { description, journal, service, reading, ...(recorder === null ? {} : { recorder }) },
      (output) => heard?.(description.id, output),
    );
  }

  #recorder(id: LibraryId): Recorder | null {
    const { heard, record } = this.#options;
    if (record === undefined) return null;
    return new Recorder({
      path: join(record, `${id}${RECORDING_SUFFIX}`),
      stopped: (detail) => {
        const note = { level: "warning", code: "RECORDING_ENDED", detail } as const;
        heard?.(id, { kind: "note", actor: identifier("recorder"), note });
      },
    });
  }

  /** Puts the library to sleep that has been unused for longest, when there are too many. */
  #makeRoom(id: LibraryId): void {
    if (this.#slots.size < this.#options.openMax) return;
    for (const [other, slot] of this.#slots) {
      if (slot.users > 0) continue;
      this.#end(other, slot);
      return;
    }
    throw new RegistryError(
      "TOO_MANY_OPEN",
      `Cannot open library "${id}": at most ${this.#options.openMax} may be in use at once`,
    );
  }

  #planSleep(id: LibraryId, slot: Slot): void {
    if (this.#slots.get(id) !== slot) return;
    // Last in the map, last to make room.
    this.#slots.delete(id);
    this.#slots.set(id, slot);
    slot.cancelSleep = this.#options.clock.after(this.#options.idleCloseMs, () => {
      if (slot.users === 0) this.#end(id, slot);
    });
  }

  #end(id: LibraryId, slot: Slot): Promise<void> {
    this.#forget(id, slot);
    const ending = slot.opening.then((library) => library.close(), () => {})
      .finally(() => this.#ending.delete(id));
    this.#ending.set(id, ending);
    return ending;
  }

  #forget(id: LibraryId, slot: Slot): void {
    slot.cancelSleep();
    if (this.#slots.get(id) === slot) this.#slots.delete(id);
  }

  #planWake(): void {
    this.#cancelWake = this.#options.clock.after(this.#options.wakeIntervalMs, () => {
      this.#wakeAll().finally(() => {
        if (!this.closing.aborted) this.#planWake();
      });
    });
  }

  /** A timer that is due fires when its library is opened, so opening is all there is to do. */
  async #wakeAll(): Promise<void> {
    // Like a library that cannot be opened: whoever asks for the list is told, and the next time
    // may be better.
    for (const id of await this.list().catch(() => [])) {
      if (this.closing.aborted) return;
      if (this.#slots.has(id)) continue;
      try {
        // deno-lint-ignore no-await-in-loop -- one after the other, so that memory stays bounded
        await this.use(identifier(id), () => {});
      } catch {
        // Held by another process, or damaged: whoever uses it is told.
      }
    }
  }
}

/**
 * A folder's library follows from its folder; its journal is a cache until something is applied.
 */
async function removeJournal(folder: string): Promise<void> {
  try {
    // Whoever holds it keeps it.
    SqliteJournal.open({ path: join(folder, JOURNAL_NAME) }).close();
  } catch (error) {
    if (!(error instanceof JournalError && error.code === "JOURNAL_CORRUPT")) throw error;
  }
  for (const name of [JOURNAL_NAME, SERVICE_NAME]) {
    for (const suffix of ["", "-wal", "-shm", "-owner"]) {
      try {
        // deno-lint-ignore no-await-in-loop -- eight small files
        await Deno.remove(join(folder, `${name}${suffix}`));
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
}
