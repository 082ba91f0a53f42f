import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { HASH_ALGORITHM } from "../hashing/file_hash.ts";

/**
 * A file that was changed less than this long before it was hashed may change again without its
 * times showing it (2 s: the coarsest clock of a file system in use, FAT). It is not cached.
 */
const SETTLED_MS = 2_000;

/**
 * Remembers content hashes by what a file system says of a file: device, inode, size, times of
 * modification and change, and the algorithm. Any difference is a miss.
 */
export class HashCache {
  readonly #find: StatementSync;
  readonly #put: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(
      "SELECT content_hash FROM hashes WHERE device = ? AND inode = ? AND size_bytes = ? " +
        "AND modified_ms = ? AND changed_ms = ? AND algorithm = ?",
    );
    this.#put = database.prepare("INSERT OR REPLACE INTO hashes VALUES (?, ?, ?, ?, ?, ?, ?)");
  }

  /** The hash of the file as it is now, or null. */
  find(entry: FolderEntry): string | null {
    const row = this.#find.get(
      entry.device,
      entry.inode,
      entry.sizeBytes,
      entry.modifiedMs,
      entry.changedMs,
      HASH_ALGORITHM,
    );
    const found = row?.["content_hash"];
    return typeof found === "string" ? found : null;
  }

  /** Remembers a hash that was computed after `entry` was looked at, at `nowMs`. */
  put(entry: FolderEntry, computed: { contentHash: string; nowMs: number }): void {
    if (entry.inode === 0 || computed.nowMs - entry.changedMs < SETTLED_MS) return;
    this.#put.run(
      entry.device,
      entry.inode,
      entry.sizeBytes,
      entry.modifiedMs,
      entry.changedMs,
      HASH_ALGORITHM,
      computed.contentHash,
    );
  }
}
