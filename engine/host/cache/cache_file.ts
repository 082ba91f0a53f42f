import { DatabaseSync } from "node:sqlite";
import { dirname } from "@std/path";

/** Version of the cache's tables. Another version is thrown away: a cache can be rebuilt. */
const CACHE_VERSION = 7;

const SCHEMA = `
CREATE TABLE hashes (
  device INTEGER NOT NULL, inode INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
  modified_ms REAL NOT NULL, changed_ms REAL NOT NULL, algorithm TEXT NOT NULL,
  content_hash TEXT, same_as TEXT, edges INTEGER,
  PRIMARY KEY (device, inode)
) WITHOUT ROWID;
CREATE TABLE reports (
  root TEXT NOT NULL, fingerprint TEXT NOT NULL, report TEXT NOT NULL,
  PRIMARY KEY (root)
) WITHOUT ROWID;
CREATE TABLE embeddings (
  content_hash TEXT NOT NULL, model TEXT NOT NULL, preprocessing TEXT NOT NULL,
  outcome TEXT NOT NULL, vector BLOB, print BLOB, inside_print BLOB, facts TEXT NOT NULL,
  PRIMARY KEY (content_hash, model, preprocessing)
) WITHOUT ROWID;
CREATE TABLE fits (
  first TEXT NOT NULL, second TEXT NOT NULL, maker TEXT NOT NULL, agreeing INTEGER NOT NULL,
  alike INTEGER NOT NULL, mirrored INTEGER NOT NULL, spread INTEGER NOT NULL,
  PRIMARY KEY (first, second, maker)
) WITHOUT ROWID;
CREATE INDEX fits_by_second ON fits (second);
PRAGMA user_version = ${CACHE_VERSION};
`;

/** Came later: a cache without it is right in all that it holds, which takes long to compute. */
const LATER_SCHEMA = `
CREATE TABLE IF NOT EXISTS traces (
  content_hash TEXT NOT NULL, maker TEXT NOT NULL, steps INTEGER,
  PRIMARY KEY (content_hash, maker)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS digests (
  content_hash TEXT NOT NULL, kind TEXT NOT NULL, maker TEXT NOT NULL, digest TEXT,
  PRIMARY KEY (content_hash, kind, maker)
) WITHOUT ROWID;
`;

/**
 * Opens the cache of hashes and embeddings at `path`, or makes it.
 *
 * Everything in it can be computed again, so it is written with `synchronous=NORMAL`: a power cut
 * may forget the last entries and can never make a wrong one. A file that is damaged, or of another
 * version, is replaced. Several processes may use it at once.
 */
export function openCacheFile(path: string): DatabaseSync {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const opened = tryOpen(path);
  if (opened !== null) return opened;
  for (const suffix of ["", "-wal", "-shm"]) removeIfThere(path + suffix);
  const made = tryOpen(path);
  if (made === null) throw new Error(`Cannot make the cache "${path}": remove it and try again`);
  return made;
}

function tryOpen(path: string): DatabaseSync | null {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    database.exec("PRAGMA busy_timeout = 5000");
    const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
    else if (version !== CACHE_VERSION) throw new Error(`Cache of version ${version}`);
    database.exec(LATER_SCHEMA);
    database.prepare("SELECT count(*) FROM hashes").get();
    return database;
  } catch {
    // Nothing in a cache is worth saving: the caller replaces it.
    database?.close();
    return null;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
