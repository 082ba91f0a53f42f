import type { DatabaseSync, StatementSync } from "node:sqlite";

/**
 * Remembers what compression has left on pictures, by their content hashes and by what measured it:
 * what was recorded first stays.
 */
export class TraceCache {
  readonly #maker: string;
  readonly #find: StatementSync;
  readonly #put: StatementSync;

  /** @param maker Names how traces are measured: those of different makers are never mixed. */
  constructor(database: DatabaseSync, maker: string) {
    this.#maker = maker;
    this.#find = database.prepare("SELECT steps FROM traces WHERE content_hash = ? AND maker = ?");
    this.#put = database.prepare("INSERT OR IGNORE INTO traces VALUES (?, ?, ?)");
  }

  /**
   * The steps of a content, null for one that is too small to tell; undefined where it was not
   * measured.
   */
  find(contentHash: string): number | null | undefined {
    const row = this.#find.get(contentHash, this.#maker);
    if (row === undefined) return undefined;
    return row["steps"] === null ? null : Number(row["steps"]);
  }

  /** Records the steps of a content; null where it is too small to tell. */
  put(contentHash: string, steps: number | null): void {
    this.#put.run(contentHash, this.#maker, steps);
  }
}
