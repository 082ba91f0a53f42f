import { appendFileSync } from "node:fs";
import { join } from "@std/path";
import { OWN_DIRECTORY } from "./folder_entry.ts";

/** Where it is written which name each file in the trash had, below the root. */
export const TRASH_MANIFEST: string = `${OWN_DIRECTORY}/trash.jsonl`;

/**
 * Writes down that a slot of the trash takes what has a name, before it does.
 *
 * The program goes by its journal and never reads this. It is for people, should the journal be
 * damaged: the last line of a slot says what the file `.scenekeep/trash/SLOT` was called. It is
 * only appended to, one line of JSON each, and the disk keeps it in its own time.
 *
 * @param path Below the root.
 */
export function noteTrashed(root: string, { path, slot }: { path: string; slot: string }): void {
  const line = JSON.stringify({ at: new Date().toISOString(), slot, path });
  appendFileSync(join(root, TRASH_MANIFEST), `${line}\n`);
}
