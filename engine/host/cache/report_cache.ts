import type { DatabaseSync, StatementSync } from "node:sqlite";
import { createHash, type Hash } from "node:crypto";
import type { FolderListing } from "../folder/walk_folder.ts";

/**
 * Remembers what came of a scan for each folder, by a fingerprint of all that the file system says
 * of it. A folder in which anything has changed is a miss.
 */
export class ReportCache {
  readonly #find: StatementSync;
  readonly #put: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(
      "SELECT report FROM reports WHERE root = ? AND fingerprint = ?",
    );
    this.#put = database.prepare("INSERT OR REPLACE INTO reports VALUES (?, ?, ?)");
  }

  /** The report as it was put, or null. */
  find(root: string, fingerprint: string): string | null {
    const report = this.#find.get(root, fingerprint)?.["report"];
    return typeof report === "string" ? report : null;
  }

  /** Remembers a report; the one before of the same folder is forgotten. */
  put(root: string, fingerprint: string, report: string): void {
    this.#put.run(root, fingerprint, report);
  }
}

/** Names hashed at once: bounds the memory for them. */
const NAMES_AT_ONCE = 4096;

/**
 * A digest of a listing: names, kinds, targets, and of each file device, inode, size, links and
 * times, with `rules`, which stands for the version of whatever made the report. SHA-256; linear.
 */
export function fingerprintOf(listing: FolderListing, rules: string): string {
  const hash = createHash("sha256");
  const { entries, directories, unreadable } = listing;
  say(hash, [rules, entries.length, directories.length, unreadable.length]);
  for (let start = 0; start < entries.length; start += NAMES_AT_ONCE) {
    const part = entries.slice(start, start + NAMES_AT_ONCE);
    const numbers = new Float64Array(part.length * 6);
    let place = 0;
    for (const { sizeBytes, device, inode, linkCount, modifiedMs, changedMs } of part) {
      numbers[place] = sizeBytes;
      numbers[place + 1] = device;
      numbers[place + 2] = inode;
      numbers[place + 3] = linkCount;
      numbers[place + 4] = modifiedMs;
      numbers[place + 5] = changedMs;
      place += 6;
    }
    hash.update(numbers);
    // A name has no zero in it.
    say(hash, part.map(({ path, target }) => target === null ? path : `${path}\0\0${target}`));
  }
  for (const path of directories) say(hash, [path]);
  for (const { path, reason } of unreadable) say(hash, [path, reason]);
  return hash.digest("base64");
}

function say(hash: Hash, words: readonly (string | number)[]): void {
  hash.update(`${words.join("\0")}\0\0\0`);
}
