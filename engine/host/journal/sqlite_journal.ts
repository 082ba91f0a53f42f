import type { ActorId, ActorTypes, DurableStore } from "@scenekeep/engine/core";
import type { Journal } from "../runtime/journal.ts";
import { rowChecksum } from "./checksum.ts";
import { corruptError, JournalError, refusedError } from "./journal_error.ts";
import { LibraryFile } from "./library_file.ts";
import type { RecordFormat } from "./record_format.ts";
import { firstFormat } from "./record_format.ts";
import { SqliteStore } from "./sqlite_store.ts";

/** Which library file to open. */
export interface SqliteJournalOptions {
  /** Path of the file, in a folder that exists. While open it has `-wal` and `-owner` beside it. */
  readonly path: string;
  /**
   * Id that the library must have, or gets when the file is new.
   *
   * @default {a random UUID for a new file, any for an old one}
   */
  readonly libraryId?: string;
}

/**
 * The journal of one library: one SQLite file, held by this process alone until `close`.
 *
 * @example
 * ```ts ignore
 * const journal = SqliteJournal.open({ path: "library.sqlite" });
 * const store = journal.storeFor(librarianId);
 * journal.close();
 * ```
 */
export class SqliteJournal implements Journal {
  /** Names the library for ever, also when its file is moved. */
  readonly libraryId: string;
  readonly #file: LibraryFile;
  readonly #warnings: string[] = [];

  private constructor(file: LibraryFile, libraryId: string) {
    this.#file = file;
    this.libraryId = libraryId;
  }

  /**
   * Opens or creates a library file.
   *
   * @throws {JournalError} When it cannot be used; `code` says why, and nothing in it has changed.
   */
  static open(options: SqliteJournalOptions): SqliteJournal {
    const file = LibraryFile.open(options.path);
    try {
      return new SqliteJournal(file, identify(file, options.libraryId ?? null));
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** What was damaged and got over since the file was opened, for whoever runs the library. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  storeFor<Types extends ActorTypes>(
    actor: ActorId,
    format: RecordFormat<Types> = firstFormat(),
  ): DurableStore<Types> {
    return new SqliteStore(this.#file, {
      actor,
      format,
      warn: (found) => this.#warnings.push(found),
    });
  }

  beginLife(actor: ActorId): number {
    return this.storeFor(actor).open().incarnation;
  }

  /** Lets the file grow to `sizeBytes` at most; null lifts the limit. */
  limitSize(sizeBytes: number | null): void {
    this.#file.limitSize(sizeBytes);
  }

  /** Looks for damage to the structure of the file: `ok`, or what is wrong. Linear in its size. */
  checkIntegrity(): string {
    const rows = this.#file.rows("PRAGMA integrity_check");
    return rows.map(([line]) => String(line)).join("; ");
  }

  /** Releases the library. What was committed is on disk already. */
  close(): void {
    this.#file.close();
  }
}

function identify(file: LibraryFile, wanted: string | null): string {
  const row = file.row("SELECT value, checksum FROM meta WHERE key = 'libraryId'");
  if (row === undefined) {
    // Only a file whose making was cut short has neither an id nor anything else.
    if (file.row("SELECT 1 FROM meta UNION ALL SELECT 1 FROM actors") === undefined) {
      return writeLibraryId(file, wanted ?? crypto.randomUUID());
    }
    throw corruptError(file.path, "the id of the library is missing");
  }
  const [known, kept] = [String(row[0]), row[1]];
  if (rowChecksum("libraryId", known) !== kept) {
    throw corruptError(file.path, "the id of the library is not as it was written");
  }
  if (wanted === null || wanted === known) return known;
  throw new JournalError("JOURNAL_OTHER_LIBRARY", {
    path: file.path,
    found: `it belongs to library "${known}", not to "${wanted}"`,
    remedy: "Name the file of that library",
  });
}

function writeLibraryId(file: LibraryFile, libraryId: string): string {
  const failure = file.transact(() => {
    file.run(
      "INSERT INTO meta (key, value, checksum) VALUES ('libraryId', ?, ?)",
      libraryId,
      rowChecksum("libraryId", libraryId),
    );
    return null;
  });
  if (failure !== null) throw refusedError(file.path, failure);
  return libraryId;
}
