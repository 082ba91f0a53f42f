import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { CertificateProblem, PlanId } from "@scenekeep/engine/core";

/** "SCKS": marks a SQLite file as the service file of a library, in its header. */
const APPLICATION_ID = 0x53434b53;
const FORMAT_VERSION = 1;

/** How long a command's fingerprint is kept: as long as the librarian keeps its answer, 90 days. */
const COMMAND_AGE_MS = 90 * 86_400_000;

const SCHEMA = `
CREATE TABLE commands (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, wall_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE plan_checks (plan TEXT PRIMARY KEY, problems TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE removals (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, effect TEXT NOT NULL UNIQUE, object TEXT NOT NULL
);
CREATE TABLE vectors (content_hash TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${FORMAT_VERSION};
`;

/** Bytes of a catalog's file that its service must remove for good. */
export interface AwaitedRemoval {
  /** Grows by one with each; acknowledged up to a number. */
  readonly sequence: number;
  readonly object: string;
}

/** A service file that cannot be used. */
export class ServiceFileError extends Error {
  override readonly name = "ServiceFileError";
  /** Stable name of the problem. */
  readonly code = "SERVICE_FILE_FOREIGN";
}

/**
 * What the host keeps beside a library's journal: fingerprints of commands, results of certificate
 * checks, vectors, and what a catalog's service has yet to remove.
 *
 * None of it is the truth about the library. Whoever holds the library's journal holds this too.
 */
export class ServiceFile {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** @throws {ServiceFileError} When the file at `path` is not one of these. */
  static open(path: string, nowWallMs: number): ServiceFile {
    const database = new DatabaseSync(path);
    try {
      prepare(path, database);
      const file = new ServiceFile(database);
      file.#run("DELETE FROM commands WHERE wall_ms < ?", nowWallMs - COMMAND_AGE_MS);
      return file;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Notes what a command asks. False when the same key asked something else before. */
  claimCommand(key: string, command: { fingerprint: string; wallMs: number }): boolean {
    const { fingerprint, wallMs } = command;
    this.#run("INSERT OR IGNORE INTO commands VALUES (?, ?, ?)", key, fingerprint, wallMs);
    const row = this.#get("SELECT fingerprint FROM commands WHERE key = ?", key);
    return row?.["fingerprint"] === fingerprint;
  }

  /** The result of a plan's certificate check, or null when it was not made. */
  planCheck(plan: PlanId): readonly CertificateProblem[] | null {
    const row = this.#get("SELECT problems FROM plan_checks WHERE plan = ?", plan);
    return row === undefined ? null : JSON.parse(String(row["problems"]));
  }

  /** Keeps the result of a check. What was found first stays. */
  putPlanCheck(plan: PlanId, problems: readonly CertificateProblem[]): void {
    const text = JSON.stringify(problems);
    this.#run("INSERT OR IGNORE INTO plan_checks VALUES (?, ?)", plan, text);
  }

  /** The vector of a content, or null. */
  vector(contentHash: string): Int16Array | null {
    const row = this.#get("SELECT vector FROM vectors WHERE content_hash = ?", contentHash);
    const bytes = row?.["vector"];
    return bytes instanceof Uint8Array ? vectorOf(bytes) : null;
  }

  /** Keeps vectors; what was recorded first for a content stays. Durable when it returns. */
  putVectors(
    vectors: readonly { readonly contentHash: string; readonly vector: Int16Array }[],
  ): void {
    this.#durably(() => {
      for (const { contentHash, vector } of vectors) {
        this.#run("INSERT OR IGNORE INTO vectors VALUES (?, ?)", contentHash, bytesOf(vector));
      }
    });
  }

  eraseVectors(contentHashes: readonly string[]): void {
    this.#durably(() => {
      for (const hash of contentHashes) {
        this.#run("DELETE FROM vectors WHERE content_hash = ?", hash);
      }
    });
  }

  /** Notes that an object must be removed for good. Durable when it returns; twice is once. */
  putRemoval(effect: string, object: string): void {
    this.#durably(() => {
      this.#run("INSERT OR IGNORE INTO removals (effect, object) VALUES (?, ?)", effect, object);
    });
  }

  /** What is to be removed for good, behind `after`, at most `limit`. */
  removals(after: number, limit: number): AwaitedRemoval[] {
    const sql =
      "SELECT sequence, object FROM removals WHERE sequence > ? ORDER BY sequence LIMIT ?";
    return this.#statement(sql).all(after, limit).map((row) => ({
      sequence: Number(row["sequence"]),
      object: String(row["object"]),
    }));
  }

  /** Forgets what has been removed. */
  acknowledgeRemovals(upTo: number): void {
    this.#durably(() => this.#run("DELETE FROM removals WHERE sequence <= ?", upTo));
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** All or nothing, and on disk when it returns; other changes may be lost in a power cut. */
  #durably(work: () => void): void {
    this.#database.exec("PRAGMA synchronous = FULL");
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    } finally {
      this.#database.exec("PRAGMA synchronous = NORMAL");
    }
  }

  #run(sql: string, ...values: (string | number | Uint8Array)[]): void {
    this.#statement(sql).run(...values);
  }

  #get(sql: string, value: string): Record<string, unknown> | undefined {
    return this.#statement(sql).get(value);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function prepare(path: string, database: DatabaseSync): void {
  const pragma = (name: string): number =>
    Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const [application, version] = [pragma("application_id"), pragma("user_version")];
  if (application === 0 && version === 0) {
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
  } else if (application !== APPLICATION_ID || version !== FORMAT_VERSION) {
    throw new ServiceFileError(
      `Cannot use "${path}": it must be a service file of format ${FORMAT_VERSION}: ` +
        "Move it away, or use the version that wrote it",
    );
  }
}

/** Little-endian, as everywhere in this project. */
function bytesOf(vector: Int16Array): Uint8Array {
  const bytes = new Uint8Array(vector.length * 2);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of vector.entries()) view.setInt16(index * 2, value, true);
  return bytes;
}

/** The vector in little-endian bytes. */
export function vectorOf(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vector = new Int16Array(bytes.byteLength / 2);
  for (let index = 0; index < vector.length; index += 1) {
    vector[index] = view.getInt16(index * 2, true);
  }
  return vector;
}
