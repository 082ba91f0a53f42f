import { compareText, type ContentHash, identifier } from "@scenekeep/engine/core";
import { join } from "@std/path";
import { OWN_DIRECTORY } from "../folder/folder_entry.ts";
import { ScanError } from "./scan_error.ts";

/** Version of the file. */
const FORMAT = "not-duplicates/1";

const FILE_NAME = "not_duplicates.json";

/** Two contents that the user says are no duplicates; the smaller first by code unit. */
export type ApartPair = readonly [ContentHash, ContentHash];

/**
 * What the user said about the folder at `root`: pairs of contents that are no duplicates. By
 * content, so it outlives names and places.
 *
 * @throws {ScanError} `FOLDER_UNREADABLE` when the file is there and cannot be understood: what the
 * user said must not be forgotten silently.
 */
export async function readNotDuplicates(root: string): Promise<ApartPair[]> {
  const path = join(root, OWN_DIRECTORY, FILE_NAME);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return [];
    }
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
  try {
    const { format, pairs } = JSON.parse(text) as { format: unknown; pairs: unknown };
    if (format !== FORMAT || !Array.isArray(pairs)) throw new TypeError(`want format ${FORMAT}`);
    return pairs.map((pair: unknown) => {
      if (!Array.isArray(pair) || typeof pair[0] !== "string" || typeof pair[1] !== "string") {
        throw new TypeError(`want pairs of content hashes: got ${JSON.stringify(pair)}`);
      }
      return [identifier<ContentHash>(pair[0]), identifier<ContentHash>(pair[1])] as const;
    });
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
}

/** Adds pairs to what was said, as a whole or not at all. */
export async function markNotDuplicates(root: string, pairs: readonly ApartPair[]): Promise<void> {
  if (pairs.length === 0) return;
  const known = new Map<string, ApartPair>();
  for (const pair of [...await readNotDuplicates(root), ...pairs]) known.set(pair.join("\n"), pair);
  const ordered = [...known].sort(([left], [right]) => compareText(left, right))
    .map(([, pair]) => pair);
  const directory = join(root, OWN_DIRECTORY);
  await Deno.mkdir(directory, { recursive: true });
  const beside = join(directory, `${FILE_NAME}.${crypto.randomUUID()}.tmp`);
  {
    using file = await Deno.open(beside, { write: true, createNew: true });
    const text = `${JSON.stringify({ format: FORMAT, pairs: ordered }, null, 2)}\n`;
    const bytes = new TextEncoder().encode(text);
    for (let written = 0; written < bytes.length;) {
      // deno-lint-ignore no-await-in-loop -- piece after piece
      written += await file.write(bytes.subarray(written));
    }
    await file.sync();
  }
  await Deno.rename(beside, join(directory, FILE_NAME));
}

function unreadable(path: string, reason: string): ScanError {
  const message = `Cannot read "${path}": ${reason}: repair it, or move it away to forget it`;
  return new ScanError("FOLDER_UNREADABLE", message);
}
