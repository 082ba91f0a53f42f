import type { PictureFit } from "@scenekeep/models";
import type { DatabaseSync, StatementSync } from "node:sqlite";

/**
 * Remembers how pictures fit each other, by their content hashes and by what compared them. What
 * was recorded first stays, so that the same folder gives the same scenes.
 */
export class FitCache {
  readonly #maker: string;
  readonly #find: StatementSync;
  readonly #put: StatementSync;

  /** @param maker Names how pictures are compared: fits of different makers are never mixed. */
  constructor(database: DatabaseSync, maker: string) {
    this.#maker = maker;
    this.#find = database.prepare(
      "SELECT agreeing, alike, mirrored, spread FROM fits " +
        "WHERE first = ? AND second = ? AND maker = ?",
    );
    this.#put = database.prepare("INSERT OR IGNORE INTO fits VALUES (?, ?, ?, ?, ?, ?, ?)");
  }

  /** How two contents fit, the smaller hash first; null where they were not compared. */
  find(first: string, second: string): PictureFit | null {
    const row = this.#find.get(first, second, this.#maker);
    if (row === undefined) return null;
    const { agreeing, alike, mirrored, spread } = row;
    return {
      agreeing: Number(agreeing),
      alike: Number(alike),
      isMirrored: mirrored === 1,
      isSpread: spread === 1,
    };
  }

  /** Records how two contents fit, the smaller hash first. */
  put(first: string, second: string, fit: PictureFit): void {
    const { agreeing, alike, isMirrored, isSpread } = fit;
    const flags = [Number(isMirrored), Number(isSpread)] as const;
    this.#put.run(first, second, this.#maker, agreeing, alike, ...flags);
  }
}
