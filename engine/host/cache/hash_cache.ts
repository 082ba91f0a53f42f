import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { inodeOrder } from "../folder/inode_order.ts";
import { HASH_ALGORITHM } from "../hashing/hash_algorithm.ts";
import { type RememberedFile, RememberedFiles } from "./remembered_files.ts";

/**
 * A file that was changed less than this long before it was hashed may change again without its
 * times showing it (2 s: the coarsest clock of a file system in use, FAT). It is not cached.
 */
const SETTLED_MS = 2_000;

/** What was read of a file after it was looked at. */
export interface Learned {
  readonly entry: Pick<
    FolderEntry,
    "device" | "inode" | "sizeBytes" | "modifiedMs" | "changedMs"
  >;
  readonly found: RememberedFile;
  /** Wall clock in milliseconds since 1970. */
  readonly lookedAtMs: number;
}

/**
 * True for a file that had not been changed for a while when it was looked at: from then on every
 * change shows in what the file system says of it.
 */
export function isSettled(
  entry: Pick<FolderEntry, "inode" | "changedMs">,
  lookedAtMs: number,
): boolean {
  return entry.inode !== 0 && lookedAtMs - entry.changedMs >= SETTLED_MS;
}

/** Below so many questions each is asked by itself; else the whole table is read once. */
const SINGLE_QUESTIONS_MAX = 500;

/**
 * Remembers content hashes by what a file system says of a file: device, inode, size, times of
 * modification and change, and the algorithm. Any difference is a miss.
 */
export class HashCache {
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #all: StatementSync;
  readonly #put: StatementSync;
  readonly #putMany: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const columns =
      "device, inode, size_bytes, modified_ms, changed_ms, content_hash, same_as, edges";
    this.#find = database.prepare(
      `SELECT ${columns} FROM hashes WHERE device = ? AND inode = ? AND algorithm = ?`,
    );
    this.#all = database.prepare(
      `SELECT ${columns} FROM hashes WHERE algorithm = ? ORDER BY device, inode`,
    );
    returnLists(this.#find);
    returnLists(this.#all);
    this.#put = database.prepare(insertion(1));
    this.#putMany = database.prepare(insertion(ROWS_AT_ONCE));
  }

  /** True when nothing is remembered. */
  get isEmpty(): boolean {
    return this.#database.prepare("SELECT 1 FROM hashes LIMIT 1").get() === undefined;
  }

  /** The hash of the file as it is now, or null. */
  find(entry: FolderEntry): string | null {
    return this.#findOne(entry)?.contentHash ?? null;
  }

  /**
   * What is remembered of some files as they are now. One pass over the table, side by side with
   * the files, unless they are few.
   *
   * @param places Of files, in order of device and inode.
   */
  findAll(
    places: Uint32Array,
    files: { readonly count: number; entryAt(place: number): FolderEntry },
  ): RememberedFiles {
    const found = new RememberedFiles(files.count);
    if (places.length === 0 || this.isEmpty) return found;
    if (places.length <= SINGLE_QUESTIONS_MAX) {
      for (const place of places) {
        const known = this.#findOne(files.entryAt(place));
        if (known !== null) found.set(place, known);
      }
      return found;
    }
    const entryOf = (at: number): FolderEntry | null => {
      const place = places[at];
      return place === undefined ? null : files.entryAt(place);
    };
    let at = 0;
    let entry = entryOf(at);
    for (const each of this.#all.iterate(HASH_ALGORITHM)) {
      const row = rowOf(each);
      while (entry !== null) {
        const order = Number(row[0]) - entry.device || Number(row[1]) - entry.inode;
        if (order < 0) break;
        const known = order === 0 ? rememberedBy(row, entry) : null;
        if (known !== null) found.set(places[at] ?? 0, known);
        at += 1;
        entry = entryOf(at);
      }
    }
    return found;
  }

  /** Remembers a hash that was computed after `entry` was looked at, at `nowMs`. */
  put(entry: FolderEntry, computed: { contentHash: string; nowMs: number }): void {
    const { contentHash, nowMs } = computed;
    const found = { contentHash, sameAs: null, edges: null };
    this.putAll([{ entry, found, lookedAtMs: nowMs }]);
  }

  /** Remembers what was read of some files. One transaction. */
  putAll(learned: readonly Learned[]): void {
    const settled = learned.filter(({ entry, lookedAtMs }) => isSettled(entry, lookedAtMs));
    if (settled.length === 0) return;
    this.#database.exec("BEGIN IMMEDIATE");
    let values: SQLInputValue[] = [];
    for (const place of inodeOrder(settled.length, (place) => settled[place]?.entry)) {
      const { entry, found } = settled[place]!;
      values.push(entry.device, entry.inode, entry.sizeBytes, entry.modifiedMs, entry.changedMs);
      values.push(HASH_ALGORITHM, found.contentHash, found.sameAs, found.edges);
      if (values.length < ROWS_AT_ONCE * COLUMNS) continue;
      this.#putMany.run(...values);
      values = [];
    }
    for (let start = 0; start < values.length; start += COLUMNS) {
      this.#put.run(...values.slice(start, start + COLUMNS));
    }
    this.#database.exec("COMMIT");
  }

  #findOne(entry: FolderEntry): RememberedFile | null {
    const row = this.#find.get(entry.device, entry.inode, HASH_ALGORITHM);
    return row === undefined ? null : rememberedBy(rowOf(row), entry);
  }
}

/** Rows written by one statement: to call it takes longer than to write one. */
const ROWS_AT_ONCE = 64;

const COLUMNS = 9;

function insertion(rows: number): string {
  const row = `(${new Array(COLUMNS).fill("?").join(", ")})`;
  return `INSERT OR REPLACE INTO hashes VALUES ${new Array(rows).fill(row).join(", ")}`;
}

/** The values of a row in the order of the columns. */
type Row = readonly SQLOutputValue[];

/** Has a statement give rows as lists, not as objects, as there may be a million. Lags in types. */
function returnLists(statement: StatementSync): void {
  (statement as StatementSync & { setReturnArrays(enabled: boolean): void }).setReturnArrays(true);
}

/** The types know rows as objects only. */
function rowOf(row: unknown): Row {
  return row as Row;
}

function rememberedBy(row: Row, entry: FolderEntry): RememberedFile | null {
  const [device, inode, sizeBytes, modifiedMs, changedMs, contentHash, sameAs, edges] = row;
  const isSame = device === entry.device && inode === entry.inode &&
    sizeBytes === entry.sizeBytes && modifiedMs === entry.modifiedMs &&
    changedMs === entry.changedMs;
  if (!isSame) return null;
  return {
    contentHash: typeof contentHash === "string" ? contentHash : null,
    sameAs: typeof sameAs === "string" ? sameAs : null,
    edges: typeof edges === "number" ? edges : null,
  };
}
