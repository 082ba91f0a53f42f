import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "@std/path";
import { TRASH_PLACE } from "@scenekeep/engine/core";
import { OWN_DIRECTORY } from "./folder_entry.ts";
import { codeOf } from "./name_failure.ts";
import type { SystemNames } from "./system_names.ts";

/** Where it is written which name each file in the trash had, below the root. */
export const TRASH_MANIFEST: string = `${OWN_DIRECTORY}/trash.jsonl`;

/** A name, below the root, and the slot of the trash that what has it goes to. */
export interface TrashedName {
  readonly path: string;
  readonly slot: string;
}

/**
 * Writes down that a slot of the trash takes what has a name, and has the disk keep that before it
 * does.
 *
 * The program goes by its journal and never reads this. It is for people, should the journal be
 * damaged: the last line of a slot says what the file `.scenekeep/trash/SLOT` was called. One line
 * of JSON each; what is expected soon is written together, so that one sync serves all of it.
 */
export class TrashManifest {
  readonly #root: string;
  readonly #full: string;
  readonly #system: SystemNames;
  /** What will be noted soon, by slot. */
  #expected = new Map<string, string>();
  /** What the disk has of the last batch, and was not asked for yet. */
  #written = new Map<string, string>();

  constructor(root: string, system: SystemNames) {
    this.#root = root;
    this.#full = join(root, TRASH_MANIFEST);
    this.#system = system;
  }

  /** Announces what will be noted soon. Writes nothing. */
  expect({ path, slot }: TrashedName): void {
    this.#expected.set(slot, path);
  }

  /**
   * The disk has the line of a slot when this returns; with it come those of all that is expected.
   *
   * @throws What the runtime does when it cannot be written, or not be kept by the disk.
   */
  note({ path, slot }: TrashedName): void {
    if (this.#written.get(slot) === path) return void this.#written.delete(slot);
    const batch = this.#expected.set(slot, path);
    // When it fails each that is asked for is tried again by itself.
    this.#expected = new Map();
    this.#append([...batch].map(([slot, path]) => lineOf({ path, slot })).join(""));
    batch.delete(slot);
    this.#written = batch;
  }

  /**
   * Leaves only the last line of each slot in which something lies: the others say nothing any
   * more. The old list has its name until the disk has the new one.
   *
   * Time and memory linear in the lines: some 100 bytes for each name that went to the trash since
   * this was done last.
   *
   * @param aside A free name on the same file system.
   * @throws What the runtime does; then the list is as it was.
   */
  async rewrite(aside: string): Promise<void> {
    // See [Note: Directories that fail halfway]: no line goes because its slot cannot be seen.
    const slots = new Set(await readdir(join(this.#root, TRASH_PLACE)));
    const lines = linesAt(this.#full);
    const lineOfSlot = new Map<string, string>();
    for (const line of lines) {
      const slot = slotOf(line);
      if (slot !== null && slots.has(slot)) lineOfSlot.set(slot, line);
    }
    if (lineOfSlot.size === lines.length) return;
    rmSync(aside, { force: true });
    writeFileSync(aside, [...lineOfSlot.values()].map((line) => `${line}\n`).join(""));
    this.#system.sync(aside);
    this.#system.rename(aside, this.#full);
    this.#system.sync(dirname(this.#full));
  }

  #append(lines: string): void {
    const file = openSync(this.#full, "a+", 0o644);
    let isNew = false;
    try {
      const { size } = fstatSync(file);
      isNew = size === 0;
      writeSync(file, isNew || endsLine(file, size) ? lines : `\n${lines}`);
    } finally {
      closeSync(file);
    }
    this.#system.sync(this.#full);
    if (isNew) this.#system.sync(dirname(this.#full));
  }
}

function lineOf({ path, slot }: TrashedName): string {
  return `${JSON.stringify({ at: new Date().toISOString(), slot, path })}\n`;
}

/** False after a line that a crash, or a full disk, cut off. */
function endsLine(file: number, size: number): boolean {
  const last = new Uint8Array(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] === "\n".charCodeAt(0);
}

function linesAt(full: string): string[] {
  try {
    return readFileSync(full, "utf8").split("\n").filter((line) => line !== "");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** Null for a line that was cut off. */
function slotOf(line: string): string | null {
  try {
    const { path, slot } = JSON.parse(line);
    return typeof slot === "string" && typeof path === "string" ? slot : null;
  } catch {
    return null;
  }
}
