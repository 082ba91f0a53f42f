import { csvText, type CsvValue } from "./csv.ts";

/** What is told of each count, and of each thing that is named. */
export const REPORT_COLUMNS: readonly string[] = ["outcome", "count", "path", "bytes", "reason"];

/** A report of counts, and of what is named one by one. */
export interface CountedReport {
  /** What happened, how often, and how many bytes that were, where that is known. */
  readonly counts: readonly (readonly [outcome: string, count: number, bytes?: number])[];
  /** What happened to things, each by its path or with a reason. */
  readonly named: readonly (readonly [
    outcome: string,
    things: readonly (string | { readonly file: string; readonly reason: string })[],
  ])[];
}

/** Such a report as a table: counts have no path, and what is named counts one. */
export function reportCsv({ counts, named }: CountedReport): string {
  const rows: CsvValue[][] = counts.map((
    [outcome, count, bytes],
  ) => [outcome, count, null, bytes ?? null, null]);
  for (const [outcome, things] of named) {
    for (const thing of things) {
      const [path, reason] = typeof thing === "string" ? [thing, null] : [thing.file, thing.reason];
      rows.push([outcome, 1, path, null, reason]);
    }
  }
  return csvText(REPORT_COLUMNS, rows);
}
