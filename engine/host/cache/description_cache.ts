import type { DatabaseSync, StatementSync } from "node:sqlite";
import { commitFailure } from "../journal/sqlite_failure.ts";

/** Descriptions that are kept: some 35 KB each, so 1.1 GB of disk at most. */
const DESCRIPTIONS_MAX = 32_768;

/**
 * Remembers descriptions of pictures while they are compared, on disk: a few thousand of them would
 * take most of the memory of a scan. They are large and soon made again, so those put first go when
 * there are too many, and all of them with the connection: its temporary file has no name.
 */
export class DescriptionCache {
  readonly #countMax: number;
  readonly #find: StatementSync;
  readonly #put: StatementSync;
  readonly #trim: StatementSync;
  readonly #clear: StatementSync;

  constructor(database: DatabaseSync, countMax: number = DESCRIPTIONS_MAX) {
    this.#countMax = countMax;
    database.exec(
      "PRAGMA temp_store = FILE; CREATE TEMP TABLE IF NOT EXISTS descriptions " +
        "(place INTEGER PRIMARY KEY, content_hash TEXT NOT NULL UNIQUE, features BLOB NOT NULL)",
    );
    this.#find = database.prepare("SELECT features FROM temp.descriptions WHERE content_hash = ?");
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO temp.descriptions (content_hash, features) VALUES (?, ?)",
    );
    this.#trim = database.prepare(
      "DELETE FROM temp.descriptions " +
        "WHERE place <= (SELECT max(place) FROM temp.descriptions) - ?",
    );
    this.#clear = database.prepare("DELETE FROM temp.descriptions");
  }

  /** The description of a content, in base64; null where there is none. */
  find(contentHash: string): string | null {
    const features = this.#find.get(contentHash)?.["features"];
    return features instanceof Uint8Array ? features.toBase64() : null;
  }

  /** Records the description of a content, in base64, if the disk has room for it. */
  put(contentHash: string, features: string): void {
    try {
      this.#put.run(contentHash, Uint8Array.fromBase64(features));
      this.#trim.run(this.#countMax);
    } catch (error) {
      // Nothing depends on it: the picture will be described again.
      if (commitFailure(error) === null) throw error;
    }
  }

  /** Forgets all of them. */
  clear(): void {
    this.#clear.run();
  }
}
