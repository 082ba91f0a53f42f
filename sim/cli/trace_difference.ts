/** The first place where two traces differ. */
export interface TraceDifference {
  /** Line of the trace, from 0. */
  readonly line: number;
  /** Number of the event, virtual time, actor: as the trace has them. */
  readonly event: string;
  readonly virtualMs: string;
  readonly actor: string;
  /** Path of the first field that differs, and both values. */
  readonly field: string;
  readonly here: string;
  readonly there: string;
}

/** Text of a value that a report repeats. */
const VALUE_LENGTH_MAX = 200;

/** Compares two lines of a trace, field by field; null when they are equal. */
export function lineDifference(
  line: number,
  here: string,
  there: string,
): TraceDifference | null {
  if (here === there) return null;
  const [event = "", virtualMs = "", actor = ""] = here.split(/\s+/);
  const field = fieldDifference(detailOf(here), detailOf(there), "") ??
    { path: "line", here, there };
  return {
    line,
    event,
    virtualMs,
    actor,
    field: field.path,
    here: shortened(field.here),
    there: shortened(field.there),
  };
}

interface FieldDifference {
  readonly path: string;
  readonly here: string;
  readonly there: string;
}

function detailOf(line: string): unknown {
  const start = line.indexOf("{");
  if (start < 0) return line;
  try {
    return { head: line.slice(0, start).trim(), ...JSON.parse(line.slice(start)) };
  } catch {
    return line;
  }
}

function fieldDifference(here: unknown, there: unknown, path: string): FieldDifference | null {
  if (typeof here !== "object" || here === null || typeof there !== "object" || there === null) {
    if (here === there) return null;
    return { path, here: JSON.stringify(here) ?? "", there: JSON.stringify(there) ?? "" };
  }
  const left = here as Record<string, unknown>;
  const right = there as Record<string, unknown>;
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  for (const key of keys) {
    const inner = Array.isArray(here) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    const found = fieldDifference(left[key], right[key], inner);
    if (found !== null) return found;
  }
  return null;
}

function shortened(text: string): string {
  return text.length <= VALUE_LENGTH_MAX ? text : `${text.slice(0, VALUE_LENGTH_MAX)}…`;
}
