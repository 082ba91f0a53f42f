import { join, resolve } from "@std/path";
import { statfs } from "node:fs/promises";
import { OWN_DIRECTORY } from "../folder/folder_entry.ts";
import { walkFolder } from "../folder/walk_folder.ts";
import { readFolder } from "./read_folder.ts";
import { scanFolder, type ScanOptions } from "./scan_folder.ts";

/** What a folder takes and what could be won, in bytes. Each inode counts once. */
export interface FolderStorage {
  readonly files: number;
  /** Live files and trash. */
  readonly usageBytes: number;
  readonly trashBytes: number;
  /** What the folder may take: as was said, or what it takes and what the device has free. */
  readonly limitBytes: number;
  readonly isLimitDevice: boolean;
  readonly device: { readonly totalBytes: number; readonly freeBytes: number };
  readonly toWin: {
    readonly files: number;
    /** Moved to the trash by a clean-up; usage stays as it is. */
    readonly toTrashBytes: number;
    /** By which usage falls when the trash is purged. */
    readonly freedAfterPurgeBytes: number;
    /** Of that, what the device has more then: bytes with a name elsewhere stay on it. */
    readonly freedOnDeviceBytes: number;
  };
}

/** What to look at. */
export interface FolderStorageOptions extends ScanOptions {
  /** Null for the device. */
  readonly limitBytes: number | null;
}

/** Where the trash of a folder lies, below the program's own folder. */
const TRASH = "trash";

/**
 * Adds up what a folder takes and what removing copies would win. Changes nothing.
 *
 * @throws {ScanError} With a code that says why there are no numbers.
 */
export async function folderStorage(options: FolderStorageOptions): Promise<FolderStorage> {
  const { limitBytes } = options;
  const root = resolve(options.root);
  const { report, numbers } = await scanFolder(options);
  const folder = await readFolder(root);
  const trashBytes = await bytesBelow(join(root, OWN_DIRECTORY, TRASH));
  let liveBytes = 0;
  // What takes no part in a clean-up takes room all the same.
  for (const { sizeBytes } of folder.library.entries.values()) liveBytes += sizeBytes;
  const usageBytes = liveBytes + trashBytes;
  const { blocks, bavail, bsize } = await statfs(root);
  const device = { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  const namesHere = new Map<string, number>();
  for (const { kind, device: disk, inode } of folder.listing.entries) {
    const key = `${disk}:${inode}`;
    if (kind === "file") namesHere.set(key, (namesHere.get(key) ?? 0) + 1);
  }
  let freedOnDeviceBytes = 0;
  for (const { file, bytesToTrash } of report.plan?.items ?? []) {
    const entry = folder.byPath.get(file);
    if (entry === undefined) continue;
    const here = namesHere.get(`${entry.device}:${entry.inode}`) ?? 0;
    if (entry.linkCount <= here) freedOnDeviceBytes += bytesToTrash;
  }
  return {
    files: folder.library.entries.size,
    usageBytes,
    trashBytes,
    limitBytes: limitBytes ?? usageBytes + device.freeBytes,
    isLimitDevice: limitBytes === null,
    device,
    toWin: {
      files: numbers.filesToRemove,
      toTrashBytes: numbers.bytesToWin,
      freedAfterPurgeBytes: numbers.bytesToWin,
      freedOnDeviceBytes,
    },
  };
}

/** Bytes of all files below a folder, each inode once; 0 where there is no such folder. */
async function bytesBelow(folder: string): Promise<number> {
  try {
    const { entries } = await walkFolder(folder);
    const sizes = new Map(
      entries.filter(({ kind }) => kind === "file")
        .map(({ device, inode, path, sizeBytes }) => [
          inode === 0 ? path : `${device}:${inode}`,
          sizeBytes,
        ]),
    );
    let bytes = 0;
    for (const size of sizes.values()) bytes += size;
    return bytes;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
