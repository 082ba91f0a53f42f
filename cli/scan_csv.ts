import type { ScanReport } from "@scenekeep/engine/host";
import { csvText } from "./csv.ts";

/** What is told of each file. */
export const SCAN_COLUMNS: readonly string[] = [
  "group",
  "kind",
  "role",
  "path",
  "bytes",
  "hash",
  "tier",
  "distance",
  "why",
  "grouped",
];

/** A report as a table, one line for each file of a group; `distance` is the largest of it. */
export function scanCsv(report: ScanReport): string {
  const rows: (string | number)[][] = [];
  let number = 0;
  for (const group of report.exact) {
    number += 1;
    for (const file of group.files) {
      const role = file === group.keeper ? "keep" : "copy";
      const { sizeBytes, hash, why } = group;
      rows.push([
        number,
        "exact",
        role,
        file,
        sizeBytes,
        hash ?? "",
        "exact",
        0,
        why,
        "same bytes",
      ]);
    }
  }
  for (const group of report.similar) {
    number += 1;
    for (const file of group.files) {
      const role = file === group.keeper ? "keep" : "similar";
      const { tier, diameter, why, grouped } = group;
      rows.push([number, "similar", role, file, "", "", tier, diameter, why, grouped]);
    }
  }
  return csvText(SCAN_COLUMNS, rows);
}
