import { DatabaseSync } from "node:sqlite";
import type { CommitFailure } from "@scenekeep/engine/core";
import { checkFileHeader } from "./file_header.ts";
import { APPLICATION_ID, FORMAT_VERSION, newerError } from "./format_version.ts";
import { corruptError, JournalError } from "./journal_error.ts";
import { MIGRATIONS } from "./migrations.ts";
import { readOwner, removeOwner, writeOwner } from "./owner_file.ts";
import { SCHEMA } from "./schema.ts";
import { commitFailure, foreignError, isBusy, journalError } from "./sqlite_failure.ts";

/** The WAL is cut back to this size after a checkpoint: one burst does not stay for ever. */
const WAL_SIZE_MAX_BYTES = 64 * 1024 * 1024;

/**
 * An open library file: one connection, one lock, for as long as this object lives.
 *
 * WAL and `synchronous=FULL`: a transaction that returned survives a crash of the process and of
 * the machine. The lock is SQLite's own exclusive lock on the file itself, so a second path to the
 * same file meets it too, and the operating system releases it even after SIGKILL.
 */
export class LibraryFile {
  /** Path of the file. */
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, RowStatement>();
  #open = true;

  private constructor(path: string, database: DatabaseSync) {
    this.path = path;
    this.#database = database;
  }

  /**
   * Opens the file at `path`, creating it when it is absent, and brings an older format forward.
   *
   * @throws {JournalError} When the file is held, foreign, newer, damaged or out of reach. It is
   * then as it was before.
   */
  static open(path: string): LibraryFile {
    try {
      checkFileHeader(path);
      const database = new DatabaseSync(path, { timeout: 0 });
      try {
        prepare(path, database);
      } catch (error) {
        database.close();
        throw error;
      }
      writeOwner(path, { pid: Deno.pid, since: new Date().toISOString() });
      return new LibraryFile(path, database);
    } catch (error) {
      throw isBusy(error) ? busyError(path, error) : journalError(path, error);
    }
  }

  /** The prepared form of `sql`, made once. Rows come as arrays. */
  statement(sql: string): RowStatement {
    if (!this.#open) throw new TypeError(`Library "${this.path}" is closed`);
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    // The runtime has the method, its types do not know it yet.
    const statement = this.#database.prepare(sql) as unknown as RowStatement;
    statement.setReturnArrays(true);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** The first row, as an array, or undefined. */
  row(sql: string, ...values: readonly SqlValue[]): readonly unknown[] | undefined {
    return this.#reading(() => this.statement(sql).get(...values));
  }

  /** All rows, each an array. */
  rows(sql: string, ...values: readonly SqlValue[]): readonly (readonly unknown[])[] {
    return this.#reading(() => this.statement(sql).all(...values));
  }

  /** Changes rows; inside {@linkcode transact} only. */
  run(sql: string, ...values: readonly SqlValue[]): void {
    this.statement(sql).run(...values);
  }

  /**
   * Runs `work` in one transaction. Null when it is durable; else the reason why nothing of it
   * happened: what `work` returned, or what the disk said.
   *
   * @throws When `work` throws, or the file is damaged. Nothing of it happened then either.
   */
  transact(work: () => CommitFailure | null): CommitFailure | null {
    try {
      this.statement("BEGIN IMMEDIATE").run();
      const refused = work();
      if (refused !== null) {
        this.#rollBack();
        return refused;
      }
      this.statement("COMMIT").run();
      return null;
    } catch (error) {
      this.#rollBack();
      const failure = commitFailure(error);
      if (failure === null) throw journalError(this.path, error);
      return failure;
    }
  }

  /**
   * As {@linkcode transact} for a change whose loss in a power cut does no harm: it survives the
   * end of the process, and is on disk for good with the next full transaction.
   */
  transactRelaxed(work: () => CommitFailure | null): CommitFailure | null {
    this.#database.exec("PRAGMA synchronous = NORMAL");
    try {
      return this.transact(work);
    } finally {
      this.#database.exec("PRAGMA synchronous = FULL");
    }
  }

  /**
   * Lets the file grow to `sizeBytes` at most; a commit that needs more is refused with
   * `diskFull`. Null lifts the limit. The file never shrinks by it.
   */
  limitSize(sizeBytes: number | null): void {
    const [[pageSizeBytes] = [4096]] = this.rows("PRAGMA page_size");
    const pages = sizeBytes === null
      ? 0xfffffffe // SQLite's own upper limit.
      : Math.max(1, Math.floor(sizeBytes / (pageSizeBytes as number)));
    this.#database.exec(`PRAGMA max_page_count = ${pages}`);
  }

  /** Releases the file. The log is written back and removed. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#statements.clear();
    // Before the lock goes, or another owner's note might be taken away.
    removeOwner(this.path);
    this.#database.close();
  }

  #rollBack(): void {
    // SQLite rolls some failures back by itself.
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
  }

  #reading<Value>(read: () => Value): Value {
    try {
      return read();
    } catch (error) {
      throw journalError(this.path, error);
    }
  }
}

/** A value that a statement takes. */
export type SqlValue = string | number | Uint8Array | null;

/** A prepared statement whose rows are arrays, which are twice as fast to read as objects. */
export interface RowStatement {
  setReturnArrays(enabled: boolean): void;
  get(...values: readonly SqlValue[]): readonly unknown[] | undefined;
  all(...values: readonly SqlValue[]): readonly (readonly unknown[])[];
  run(...values: readonly SqlValue[]): unknown;
}

function prepare(path: string, database: DatabaseSync): void {
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  database.prepare("BEGIN EXCLUSIVE").run();
  try {
    bringForward(path, database);
    database.prepare("COMMIT").run();
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
  database.prepare("PRAGMA journal_mode = WAL").run();
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA fullfsync = ON");
  database.exec("PRAGMA checkpoint_fullfsync = ON");
  database.exec(`PRAGMA journal_size_limit = ${WAL_SIZE_MAX_BYTES}`);
}

function bringForward(path: string, database: DatabaseSync): void {
  const application = pragma(database, "application_id");
  const version = pragma(database, "user_version");
  if (application === 0 && version === 0 && isEmpty(database)) {
    database.exec(SCHEMA);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${FORMAT_VERSION}`);
    return;
  }
  if (application !== APPLICATION_ID) {
    throw foreignError(path, "it is a SQLite file of another program");
  }
  if (version > FORMAT_VERSION) throw newerError(path, { what: "the file", format: version });
  checkStructure(path, database);
  for (let from = version; from < FORMAT_VERSION; from += 1) {
    const migration = MIGRATIONS.get(from);
    if (migration === undefined) throw corruptError(path, `there is no format ${from}`);
    migration(database);
  }
  if (version < FORMAT_VERSION) database.exec(`PRAGMA user_version = ${FORMAT_VERSION}`);
  if (tablesOf(database) !== expectedTables()) throw corruptError(path, "its tables are changed");
}

/** Reads every page once: a damaged structure is found here and not in the middle of a turn. */
function checkStructure(path: string, database: DatabaseSync): void {
  const first = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {})[0];
  if (first !== "ok") throw corruptError(path, String(first));
}

function expectedTables(): string {
  const fresh = new DatabaseSync(":memory:");
  try {
    fresh.exec(SCHEMA);
    return tablesOf(fresh);
  } finally {
    fresh.close();
  }
}

/** The definitions of all tables, apart from spaces and quotes, which a migration changes. */
function tablesOf(database: DatabaseSync): string {
  return database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all()
    .map((row) => `${row["name"]}: ${String(row["sql"]).replaceAll(/[\s"]+/g, "")}`).join("\n");
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}

function busyError(path: string, cause: unknown): JournalError {
  const owner = readOwner(path);
  const holder = owner === null
    ? "another process"
    : `${owner.pid === Deno.pid ? "this process" : "process"} ${owner.pid} since ${owner.since}`;
  return new JournalError("LIBRARY_BUSY", {
    path,
    found: `it is held by ${holder}`,
    remedy: "Stop that one first, or ask it to do the work",
    cause,
  });
}
