import type { FolderEntry } from "../folder/folder_entry.ts";

/** The files of a reading, each at a place from 0 on. */
export interface StagedFiles {
  readonly count: number;
  /** What the walk saw of a file; made for the asking. */
  entryAt(place: number): FolderEntry;
  sizeAt(place: number): number;
  deviceAt(place: number): number;
  inodeAt(place: number): number;
  /** True for a file that needs a content hash whether or not it has a copy. */
  needsHash(place: number): boolean;
}

/** Files that there is an entry of each already. */
export function listedFiles(
  entries: readonly FolderEntry[],
  needsHash: (place: number) => boolean,
): StagedFiles {
  const entryAt = (place: number): FolderEntry => {
    const entry = entries[place];
    if (entry === undefined) throw new RangeError(`Cannot read file ${place}: there is none`);
    return entry;
  };
  return {
    count: entries.length,
    entryAt,
    sizeAt: (place) => entryAt(place).sizeBytes,
    deviceAt: (place) => entryAt(place).device,
    inodeAt: (place) => entryAt(place).inode,
    needsHash,
  };
}
