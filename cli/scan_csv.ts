import type { ScanReport } from "@scenekeep/engine/host";

const HEADER = [
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

/**
 * A report as a table, one line for each file of a group, as RFC 4180 has it: lines end in CR LF,
 * and a field with a comma, a quote or a line break is in quotes. `distance` is the largest of the
 * group.
 */
export function scanCsv(report: ScanReport): string {
  const rows: (string | number)[][] = [HEADER];
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
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
