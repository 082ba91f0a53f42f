import { isSettled } from "../cache/hash_cache.ts";
import { captureStem } from "../folder/capture_units.ts";
import type { FileSelection } from "../folder/file_selection.ts";
import { comparePaths, type FolderEntry } from "../folder/folder_entry.ts";
import type { FolderTable } from "../folder/folder_table.ts";
import { pathOfLink } from "../folder/path_of_link.ts";
import type { StagedFiles } from "../reading/staged_files.ts";

/** The names of a folder that take part in a scan for copies. Some bytes for each. */
export class ChosenNames {
  readonly table: FolderTable;
  /** Places of the files, each by the first path of its names; empty ones are none. */
  readonly files: Uint32Array;
  /** Of the files. */
  readonly bytes: number;
  /** 1 for each name that takes part. */
  readonly #marks: Uint8Array;

  /** Linear. */
  constructor(table: FolderTable, selection: FileSelection) {
    this.table = table;
    this.#marks = marksOf(table, selection);
    this.files = filesOf(table, this.#marks);
    let bytes = 0;
    for (const place of this.files) bytes += table.sizeAt(place);
    this.bytes = bytes;
  }

  /** The files, to be read: by their places in `files`. */
  staged(): StagedFiles {
    const { files, table } = this;
    const nameAt = (place: number): number => files[place] ?? 0;
    return {
      count: files.length,
      entryAt: (place) => table.entryAt(nameAt(place)),
      sizeAt: (place) => table.sizeAt(nameAt(place)),
      deviceAt: (place) => table.deviceAt(nameAt(place)),
      inodeAt: (place) => table.inodeAt(nameAt(place)),
      needsHash: () => false,
    };
  }

  /** True when any change of a name after `lookedAtMs` shows in what the file system says. */
  areSettled(lookedAtMs: number): boolean {
    const { table } = this;
    return this.#marks.every((mark, place) =>
      mark === 0 ||
      isSettled({ inode: table.inodeAt(place), changedMs: table.changedMsAt(place) }, lookedAtMs)
    );
  }

  /**
   * The names that may decide about copies: those of files with a copy and of the shots that these
   * are part of, and whatever is out of the ordinary: links and what they name, empty files, files
   * of several names. The others take no part in any decision, and most names of a folder are such.
   * Linear; an entry is made for each of them alone.
   *
   * @param contents What files with a copy hold, by the place of the name.
   */
  aroundCopies(
    contents: ReadonlyMap<number, string>,
  ): { readonly entries: FolderEntry[]; readonly contents: Map<FolderEntry, string> } {
    const { table } = this;
    const targets = this.#targets();
    const entries: FolderEntry[] = [];
    const found = new Map<FolderEntry, string>();
    for (let directory = 0; directory < table.directoryCount; directory += 1) {
      const { from } = table.placesOf(directory);
      const paths = table.pathsOf(directory);
      // Files of one shot are in one directory.
      const stems = new Set<string>();
      for (const [index, path] of paths.entries()) {
        if (contents.has(from + index)) stems.add(captureStem(path));
      }
      for (const [index, path] of paths.entries()) {
        const place = from + index;
        const matters = !this.#isOrdinary(place) || targets.has(path) ||
          (stems.size > 0 && stems.has(captureStem(path)));
        if (this.#marks[place] !== 1 || !matters) continue;
        const entry = table.entryAt(place, path);
        entries.push(entry);
        const content = contents.get(place);
        if (content !== undefined) found.set(entry, content);
      }
    }
    return { entries, contents: found };
  }

  #isOrdinary(place: number): boolean {
    const { table } = this;
    return table.isFileAt(place) && table.sizeAt(place) > 0 && table.linkCountAt(place) === 1;
  }

  /** The paths that relative links name. */
  #targets(): Set<string | null> {
    const { table } = this;
    const targets = new Set<string | null>();
    for (const [place, mark] of this.#marks.entries()) {
      if (mark !== 1 || table.isFileAt(place)) continue;
      targets.add(pathOfLink(table.pathAt(place), table.targetAt(place) ?? ""));
    }
    return targets;
  }
}

function marksOf(table: FolderTable, selection: FileSelection): Uint8Array {
  const marks = new Uint8Array(table.count);
  if (selection.isWhole) return marks.fill(1);
  const takesPart = selection.choiceOf(() => table.entries());
  let place = 0;
  for (const entry of table.entries()) {
    if (takesPart(entry)) marks[place] = 1;
    place += 1;
  }
  return marks;
}

function filesOf(table: FolderTable, marks: Uint8Array): Uint32Array {
  /** Files of several names: the place of the first path. */
  const firsts = new Map<string, number>();
  const isFile = (place: number): boolean =>
    marks[place] === 1 && table.isFileAt(place) && table.sizeAt(place) > 0;
  const keyOf = (place: number): string | null =>
    table.linkCountAt(place) < 2 || table.inodeAt(place) === 0
      ? null
      : `${table.deviceAt(place)}:${table.inodeAt(place)}`;
  let count = 0;
  for (let place = 0; place < table.count; place += 1) {
    const key = isFile(place) ? keyOf(place) : null;
    if (isFile(place) && key === null) count += 1;
    if (key === null) continue;
    const known = firsts.get(key);
    const isFirst = known === undefined ||
      comparePaths(table.pathAt(place), table.pathAt(known)) < 0;
    if (isFirst) firsts.set(key, place);
  }
  const files = new Uint32Array(count + firsts.size);
  let at = 0;
  for (let place = 0; place < table.count; place += 1) {
    if (!isFile(place)) continue;
    const key = keyOf(place);
    if (key !== null && firsts.get(key) !== place) continue;
    files[at] = place;
    at += 1;
  }
  return files;
}
