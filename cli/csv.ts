/** A value of a field; a number is written as it is. */
export type CsvValue = string | number | null;

/**
 * A table as RFC 4180 has it: a line of names, lines that end in CR LF, and quotes around a field
 * with a comma, a quote or a line break. Null is an empty field.
 *
 * A text that a spreadsheet would take for a formula, as it begins with `=`, `+`, `-`, `@`, a tab
 * or a return, has a `'` before it, and so has one that begins with `'` itself: whoever reads the
 * table takes one away from each text that begins with it.
 *
 * Source: OWASP, CSV Injection.
 *
 * @example
 * ```ts ignore
 * csvText(["path", "bytes"], [["a.jpg", 3]]); // "path,bytes\r\na.jpg,3\r\n"
 * ```
 */
export function csvText(
  columns: readonly string[],
  rows: Iterable<readonly CsvValue[]>,
): string {
  let text = lineOf(columns);
  for (const row of rows) text += lineOf(row.map(safe));
  return text;
}

function lineOf(fields: readonly string[]): string {
  return `${fields.map(quoted).join(",")}\r\n`;
}

function safe(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  return /^[=+\-@'\t\r]/.test(value) ? `'${value}` : value;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
