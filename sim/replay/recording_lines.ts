import {
  type ActorTypes,
  RECORDING_BEGINNING,
  RECORDING_FORMAT,
  type RecordingLine,
} from "@scenekeep/engine/core";
import { LINE_SCHEMA } from "./recording_schema.ts";

/** A file that is no recording, or a damaged one. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
  /** Stable name of the problem. */
  readonly code = "RECORDING_UNREADABLE";
}

/** A line with its number, from 1. `torn`: a run that was killed left half a line. */
export type NumberedLine<Types extends ActorTypes> =
  | { readonly number: number; readonly line: RecordingLine<Types> }
  | { readonly number: number; readonly line: "torn" };

/** True for a text that begins a recording, of whatever version. */
export function beginsRecording(text: string): boolean {
  return text.startsWith(RECORDING_BEGINNING);
}

/**
 * The lines of a recording, one by one.
 *
 * What is inside of messages, results and events is left to the actors.
 *
 * @throws {RecordingError} When one is damaged, of another version, or out of place.
 */
export function* recordingLines<Types extends ActorTypes>(
  texts: Iterable<string>,
): Generator<NumberedLine<Types>> {
  let number = 0;
  let isBegun = false;
  let isInRun = false;
  let tornAt = 0;
  for (const text of texts) {
    number += 1;
    if (text === "") continue;
    const line = parsed(text);
    if (line === null) {
      if (tornAt > 0) throw damaged(tornAt, "is no JSON");
      tornAt = number;
      continue;
    }
    const isHeader = line["kind"] === "header";
    // Only the last line of a run that was killed may be half a line.
    if (tornAt > 0 && !isHeader) throw damaged(tornAt, "is no JSON");
    if (!isHeader && !isInRun) throw damaged(number, "comes before the header of its run");
    if (isHeader) checkFormat(line, number);
    const problem = misshape(line);
    if (problem !== null) throw damaged(number, problem);
    if (tornAt > 0) yield { number: tornAt, line: "torn" };
    tornAt = 0;
    isBegun = true;
    isInRun = line["kind"] !== "end" && line["kind"] !== "cut";
    yield { number, line: line as unknown as RecordingLine<Types> };
  }
  if (tornAt > 0 && !isBegun) throw damaged(tornAt, "is no JSON");
  if (tornAt > 0) yield { number: tornAt, line: "torn" };
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : null;
  } catch {
    return null;
  }
}

function checkFormat({ format }: Record<string, unknown>, number: number): void {
  if (format === RECORDING_FORMAT) return;
  throw new RecordingError(
    `Line ${number} has format ${shown(format)}, and this version reads "${RECORDING_FORMAT}": ` +
      "replay it with the version that wrote it",
  );
}

/** The first thing of a line that no replay could work with; null when there is none. */
function misshape(line: Record<string, unknown>): string | null {
  const { error } = LINE_SCHEMA.safeParse(line);
  const issue = error?.issues[0];
  if (issue === undefined) return null;
  if (issue.path[0] === "kind") return `has kind ${shown(line["kind"])}, which nobody knows`;
  return `is no ${line["kind"]} of a recording at "${issue.path.join(".")}" (${issue.message})`;
}

/** Text of a value that an error repeats. */
const SHOWN_LENGTH_MAX = 80;

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, SHOWN_LENGTH_MAX);
}

/**
 * What to throw for a line: its number, what is wrong with it, and what to do.
 *
 * @param cause What a replay threw at it, which may be a mistake of the program after all.
 */
export function damaged(number: number, problem: string, cause?: unknown): RecordingError {
  const message = `Line ${number} ${problem}: take the file as it was written`;
  return new RecordingError(message, { cause });
}
