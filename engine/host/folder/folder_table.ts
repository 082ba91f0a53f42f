import { type DirectoryContents, FACTS_PER_NAME, nameAt, textOf } from "./directory_contents.ts";
import type { FolderEntry } from "./folder_entry.ts";

/** What a directory holds: as bytes, or name by name where something is out of the ordinary. */
export type HeldNames = DirectoryContents | readonly FolderEntry[];

/** A directory as a walk saw it. */
export interface SurveyedDirectory {
  /** Below the root, `.` for the root itself. */
  readonly path: string;
  readonly contents: HeldNames;
}

/** Where a fact stands among those of a name, see `FACTS_PER_NAME`. */
const SIZE = 0;
const DEVICE = 1;
const INODE = 2;
const LINKS = 3;
const MODIFIED = 4;
const CHANGED = 5;

/** True for names that are kept as bytes. */
export function isBytes(contents: HeldNames): contents is DirectoryContents {
  return "names" in contents;
}

/** What a directory's paths begin with. */
export function prefixOf(path: string): string {
  return path === "." ? "" : `${path}/`;
}

/**
 * All files and links that a walk saw, each at a place, from 0 on: directory by directory, and in
 * each as the file system listed them. Beside what the walk keeps a name takes eight bytes here;
 * its path and its entry are made when somebody asks, so that whoever goes through a million names
 * needs no million objects.
 */
export class FolderTable {
  readonly count: number;
  readonly #directories: readonly SurveyedDirectory[];
  readonly #facts: readonly Float64Array[];
  /** The first place of each directory, and the end. */
  readonly #starts: Uint32Array;
  readonly #directoryOf: Uint32Array;
  /** Where in the bytes of its directory a name begins. */
  readonly #nameAt: Uint32Array;
  readonly #targets: Map<number, string> = new Map();

  constructor(directories: readonly SurveyedDirectory[]) {
    this.#directories = directories;
    this.#facts = directories.map(({ contents }) =>
      isBytes(contents) ? contents.facts : factsOf(contents)
    );
    this.#starts = new Uint32Array(directories.length + 1);
    let count = 0;
    for (const [index, facts] of this.#facts.entries()) {
      this.#starts[index] = count;
      count += facts.length / FACTS_PER_NAME;
    }
    this.#starts[directories.length] = count;
    this.count = count;
    this.#directoryOf = new Uint32Array(count);
    this.#nameAt = new Uint32Array(count);
    for (const [index, { contents }] of directories.entries()) this.#take(index, contents);
  }

  /** How many directories there are. */
  get directoryCount(): number {
    return this.#directories.length;
  }

  /** The first place of a directory, and the one after its last. */
  placesOf(directory: number): { readonly from: number; readonly to: number } {
    return { from: this.#starts[directory] ?? 0, to: this.#starts[directory + 1] ?? 0 };
  }

  /** The paths of the names of a directory, in order of place. */
  pathsOf(directory: number): string[] {
    const { path, contents } = this.#directories[directory]!;
    if (!isBytes(contents)) return contents.map((entry) => entry.path);
    const prefix = prefixOf(path);
    const names = (textOf(contents.names) ?? "").split("\0");
    names.pop();
    return names.map((name) => prefix + name);
  }

  isFileAt(place: number): boolean {
    return this.#fact(place, LINKS) > 0;
  }

  sizeAt(place: number): number {
    return this.#fact(place, SIZE);
  }

  deviceAt(place: number): number {
    return this.#fact(place, DEVICE);
  }

  inodeAt(place: number): number {
    return this.#fact(place, INODE);
  }

  linkCountAt(place: number): number {
    return this.#fact(place, LINKS) || 1;
  }

  changedMsAt(place: number): number {
    return this.#fact(place, CHANGED);
  }

  /** What a link says; null for a file. */
  targetAt(place: number): string | null {
    return this.#targets.get(place) ?? null;
  }

  pathAt(place: number): string {
    const { path, contents } = this.#directories[this.#directoryOf[place] ?? 0]!;
    const at = this.#nameAt[place] ?? 0;
    if (!isBytes(contents)) return contents[at]?.path ?? "";
    return prefixOf(path) + nameAt(contents.names, at);
  }

  /** @param path The path at this place, where somebody has it already. */
  entryAt(place: number, path: string = this.pathAt(place)): FolderEntry {
    return this.#entry(this.#directoryOf[place] ?? 0, place, path);
  }

  /** Every name in order of place. Each entry is made for the asking. */
  *entries(): Generator<FolderEntry> {
    for (let directory = 0; directory < this.directoryCount; directory += 1) {
      let place = this.placesOf(directory).from;
      for (const path of this.pathsOf(directory)) yield this.#entry(directory, place++, path);
    }
  }

  #entry(directory: number, place: number, path: string): FolderEntry {
    const facts = this.#facts[directory];
    const at = (place - (this.#starts[directory] ?? 0)) * FACTS_PER_NAME;
    const links = facts?.[at + LINKS] ?? 0;
    return {
      path,
      kind: links > 0 ? "file" : "link",
      sizeBytes: facts?.[at + SIZE] ?? 0,
      device: facts?.[at + DEVICE] ?? 0,
      inode: facts?.[at + INODE] ?? 0,
      linkCount: links > 0 ? links : 1,
      modifiedMs: facts?.[at + MODIFIED] ?? 0,
      changedMs: facts?.[at + CHANGED] ?? 0,
      target: links > 0 ? null : this.targetAt(place),
    };
  }

  #fact(place: number, which: number): number {
    const directory = this.#directoryOf[place] ?? 0;
    const index = place - (this.#starts[directory] ?? 0);
    return this.#facts[directory]?.[index * FACTS_PER_NAME + which] ?? 0;
  }

  #take(directory: number, contents: HeldNames): void {
    const { from, to } = this.placesOf(directory);
    this.#directoryOf.fill(directory, from, to);
    let at = 0;
    let link = 0;
    for (let place = from; place < to; place += 1) {
      this.#nameAt[place] = at;
      at = isBytes(contents) ? contents.names.indexOf(0, at) + 1 : at + 1;
      if (this.isFileAt(place)) continue;
      const target = isBytes(contents) ? contents.targets[link] : contents[place - from]?.target;
      this.#targets.set(place, target ?? "");
      link += 1;
    }
  }
}

function factsOf(entries: readonly FolderEntry[]): Float64Array {
  const facts = new Float64Array(entries.length * FACTS_PER_NAME);
  for (const [index, entry] of entries.entries()) {
    const links = entry.target === null ? Math.max(1, entry.linkCount) : 0;
    const { sizeBytes, device, inode, modifiedMs, changedMs } = entry;
    facts.set([sizeBytes, device, inode, links, modifiedMs, changedMs], index * FACTS_PER_NAME);
  }
  return facts;
}
