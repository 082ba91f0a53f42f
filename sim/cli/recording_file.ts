import { beginsRecording } from "../replay/recording_lines.ts";

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

/** The lines of a file, one by one: only one piece of it, and one line, is in memory. */
export function* fileLines(path: string): Generator<string> {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(PIECE_BYTES);
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for (;;) {
    const count = file.readSync(bytes);
    if (count === null) break;
    const lines = decoder.decode(bytes.subarray(0, count), { stream: true }).split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      yield parts.length === 0 ? line : `${parts.join("")}${line}`;
      parts = [];
    }
    if (last !== "") parts.push(last);
  }
  if (parts.length > 0) yield parts.join("");
}
