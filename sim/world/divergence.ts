import { BLOCK_LINES, type TraceSink } from "./trace_chain.ts";
import { readTraceLine, TRACE_COLUMNS } from "./trace_line.ts";

/** Where two runs that should be the same first differ. */
export interface Divergence {
  /** The line of the trace, from 0. */
  readonly line: number;
  /** How many events had happened. */
  readonly event: number;
  readonly virtualMs: number;
  /** The actor, process or object that the line is about. */
  readonly who: string;
  /** A column of the trace, or a path into its details such as `effects[0].append.amount`. */
  readonly field: string;
  readonly left: string;
  readonly right: string;
}

/** The first block whose hash differs, or null when all are equal. */
export function firstDifferentBlock(
  left: readonly string[],
  right: readonly string[],
): number | null {
  const blocks = Math.max(left.length, right.length);
  for (let block = 0; block < blocks; block++) if (left[block] !== right[block]) return block;
  return null;
}

/** Keeps the lines of one block of a trace, so that a repeated run needs little memory. */
export class BlockLines {
  readonly lines: string[] = [];
  /** Give this to the world as its trace. */
  readonly sink: TraceSink;
  #seen = 0;

  constructor(block: number) {
    const start = block * BLOCK_LINES;
    this.sink = (line) => {
      if (this.#seen >= start && this.#seen < start + BLOCK_LINES) this.lines.push(line);
      this.#seen += 1;
    };
  }
}

/** Names the first difference of two blocks' lines, or null. Linear in their length. */
export function firstDifference(
  block: number,
  lines: { readonly left: readonly string[]; readonly right: readonly string[] },
): Divergence | null {
  const count = Math.max(lines.left.length, lines.right.length);
  for (let index = 0; index < count; index++) {
    const left = lines.left[index];
    const right = lines.right[index];
    if (left === right) continue;
    const { event, virtualMs, who } = readTraceLine(left ?? right ?? "");
    const place = { line: block * BLOCK_LINES + index, event, virtualMs, who };
    if (left === undefined || right === undefined) {
      return { ...place, field: "line", left: left ?? "no line", right: right ?? "no line" };
    }
    return { ...place, ...differentField(left, right) };
  }
  return null;
}

function differentField(
  left: string,
  right: string,
): { readonly field: string; readonly left: string; readonly right: string } {
  const leftLine = readTraceLine(left);
  const rightLine = readTraceLine(right);
  for (const column of TRACE_COLUMNS) {
    if (leftLine[column] === rightLine[column]) continue;
    return { field: column, left: `${leftLine[column]}`, right: `${rightLine[column]}` };
  }
  const path = differentPath(leftLine.detail, rightLine.detail) ??
    { path: "spaces", left, right };
  return { field: path.path, left: JSON.stringify(path.left), right: JSON.stringify(path.right) };
}

/** A place at which two plain values differ, as `effects[0].append`, and what each has there. */
export interface DifferentPlace {
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** Every place where two plain values differ, in order. Linear in both. */
export function* differentPaths(
  left: unknown,
  right: unknown,
  path: string = "",
): Generator<DifferentPlace, void> {
  if (Object.is(left, right)) return;
  if (!isContainer(left) || !isContainer(right)) return yield { path, left, right };
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const step = Array.isArray(left) ? `[${key}]` : path === "" ? key : `.${key}`;
    yield* differentPaths(left[key], right[key], `${path}${step}`);
  }
}

/** The first of them; null for none. */
export function differentPath(left: unknown, right: unknown): DifferentPlace | null {
  return differentPaths(left, right).next().value ?? null;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
