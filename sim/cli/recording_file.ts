import { RECORDING_BYTES_MAX } from "@scenekeep/engine/core";
import { beginsRecording, damaged } from "../replay/recording_lines.ts";

/** Bytes that are read at once. */
const PIECE_BYTES = 1 << 20;

/** Bytes of a beginning that tell a recording from a scenario. */
const BEGINNING_BYTES = 64;

/** True when the file at `path` begins as a recording does. */
export function isRecordingFile(path: string): boolean {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(BEGINNING_BYTES);
  return beginsRecording(new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0)));
}

/**
 * The lines of a file, one by one: only one piece of it, and one line, is in memory.
 *
 * @param lengthMax Letters of a line. No recording is larger than that as a whole.
 *
 * @throws {RecordingError} When a line is longer.
 */
export function* fileLines(
  path: string,
  lengthMax: number = RECORDING_BYTES_MAX,
): Generator<string> {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(PIECE_BYTES);
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let partsLength = 0;
  let number = 1;
  for (;;) {
    const count = file.readSync(bytes);
    if (count === null) break;
    const lines = decoder.decode(bytes.subarray(0, count), { stream: true }).split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      if (partsLength + line.length > lengthMax) throw tooLong(number, lengthMax);
      yield parts.length === 0 ? line : `${parts.join("")}${line}`;
      parts = [];
      partsLength = 0;
      number += 1;
    }
    if (last !== "") parts.push(last);
    partsLength += last.length;
    if (partsLength > lengthMax) throw tooLong(number, lengthMax);
  }
  if (parts.length > 0) yield parts.join("");
}

function tooLong(number: number, lengthMax: number): Error {
  return damaged(number, `has more than ${lengthMax} letters, and no recording has`);
}
