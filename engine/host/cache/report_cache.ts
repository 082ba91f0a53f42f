import type { DatabaseSync, StatementSync } from "node:sqlite";

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
