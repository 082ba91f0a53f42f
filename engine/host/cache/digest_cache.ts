import type { PictureSameness } from "@scenekeep/engine/core";
import type { DatabaseSync, StatementSync } from "node:sqlite";

/**
 * Remembers what tells pictures from others, by their content hashes and by what made the digests:
 * what was recorded first stays.
 */
export class DigestCache {
  readonly #maker: string;
  readonly #find: StatementSync;
  readonly #put: StatementSync;

  /** @param maker Names how digests are made: those of different makers are never compared. */
  constructor(database: DatabaseSync, maker: string) {
    this.#maker = maker;
    this.#find = database.prepare(
      "SELECT digest FROM digests WHERE content_hash = ? AND kind = ? AND maker = ?",
    );
    this.#put = database.prepare("INSERT OR IGNORE INTO digests VALUES (?, ?, ?, ?)");
  }

  /** A digest, null for a content that has none; undefined where nobody has looked. */
  find(contentHash: string, kind: PictureSameness): string | null | undefined {
    const row = this.#find.get(contentHash, kind, this.#maker);
    if (row === undefined) return undefined;
    return row["digest"] === null ? null : String(row["digest"]);
  }

  /** Records a digest; null for a content that has none. */
  put(contentHash: string, kind: PictureSameness, digest: string | null): void {
    this.#put.run(contentHash, kind, this.#maker, digest);
  }
}
