import {
  type ActorTypes,
  RECORDING_FORMAT,
  type RecordingHeader,
  type RecordingLine,
} from "@scenekeep/engine/core";

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

/** What the lines of each kind must have, by the kind of value. */
const SHAPES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  opening: [["actor", "string"], ["incarnation", "number"], ["outbox", "list"], ["timers", "list"]],
  events: [["actor", "string"], ["events", "list"]],
  turn: [
    ["actor", "string"],
    ["clock", "object"],
    ["outcome", "string"],
    ["effects", "list"],
    ["events", "list"],
  ],
  end: [["reason", "string"], ["states", "object"]],
  cut: [["reason", "string"]],
};

/** True for a text that begins a recording, of whatever version. */
export function beginsRecording(text: string): boolean {
  return text.startsWith('{"format":"recording/');
}

/**
 * The lines of a recording, one by one.
 *
 * @throws {RecordingError} When one is damaged, of another version, or out of place.
 */
export function* recordingLines<Types extends ActorTypes>(
  texts: Iterable<string>,
): Generator<NumberedLine<Types>> {
  let number = 0;
  let header: RecordingHeader | null = null;
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
    if (line["kind"] === "header") {
      header = headerOf(line, number);
      if (tornAt > 0) yield { number: tornAt, line: "torn" };
      tornAt = 0;
      yield { number, line: header };
      continue;
    }
    // Only the last line of a run that was killed may be half a line.
    if (tornAt > 0) throw damaged(tornAt, "is no JSON");
    if (header === null) throw damaged(number, "comes before any header");
    const problem = problemOf(line, header);
    if (problem !== null) throw damaged(number, problem);
    yield { number, line: line as unknown as RecordingLine<Types> };
  }
  if (tornAt > 0 && header === null) throw damaged(tornAt, "is no JSON");
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

function headerOf(line: Record<string, unknown>, number: number): RecordingHeader {
  if (line["format"] !== RECORDING_FORMAT) {
    throw damaged(
      number,
      `has format ${line["format"]}, and this version reads ${RECORDING_FORMAT}`,
    );
  }
  const isWhole = typeof line["library"] === "string" && Array.isArray(line["actors"]) &&
    Array.isArray(line["leftOut"]) &&
    line["actors"].every((actor) =>
      typeof actor?.id === "string" && typeof actor.kind === "string"
    );
  if (!isWhole) throw damaged(number, "is a header that lacks something");
  return line as unknown as RecordingHeader;
}

function problemOf(line: Record<string, unknown>, header: RecordingHeader): string | null {
  const shape = SHAPES[String(line["kind"])];
  if (shape === undefined) return `has kind ${line["kind"]}, which nobody knows`;
  for (const [field, kind] of shape) {
    const value = line[field];
    const actual = Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
    if (actual !== kind) return `must have a ${kind} as "${field}": got ${actual}`;
  }
  const { actor } = line;
  if (actor === undefined || header.actors.some(({ id }) => id === actor)) return null;
  return `names actor "${actor}", which its header does not`;
}

function damaged(number: number, problem: string): RecordingError {
  return new RecordingError(`Line ${number} ${problem}`);
}
