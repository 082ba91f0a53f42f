import { relative } from "@std/path";
import type { FolderEntry, UnreadableEntry } from "../folder/folder_entry.ts";
import { isSameFile } from "../folder/folder_objects.ts";
import { type FolderLibrary, folderLibrary } from "../folder/folder_library.ts";
import { lookAtNow } from "../folder/look_at.ts";
import { type FolderListing, walkFolder } from "../folder/walk_folder.ts";
import { ScanError } from "./scan_error.ts";

/** Files that are looked at again before others have their turn. */
const LOOKS_AT_ONCE = 4096;

/** A folder as it is read: the same names from the walk to the report. */
export interface ReadFolder {
  /** The folder. */
  readonly root: string;
  readonly listing: FolderListing;
  readonly library: FolderLibrary;
  readonly byPath: ReadonlyMap<string, FolderEntry>;
  /** Files that are left out because they changed. */
  readonly changed: readonly UnreadableEntry[];
  /** All names that take no part. */
  readonly unreadable: readonly UnreadableEntry[];
}

/**
 * Lists a folder and reads the listing as a library.
 *
 * @param cache A folder for the program's own files, absolute: it is left out if it is in there, as
 * when somebody scans a whole home folder.
 * @throws {ScanError} `FOLDER_MISSING` or `FOLDER_UNREADABLE`.
 */
export async function readFolder(root: string, cache?: string): Promise<ReadFolder> {
  return folderOf(root, await listFolder(root, cache), []);
}

/** Lists a folder; parameters and errors are those of `readFolder`. */
export async function listFolder(root: string, cache?: string): Promise<FolderListing> {
  let listing: FolderListing;
  try {
    listing = await walkFolder(root);
  } catch (error) {
    throw folderError(root, error);
  }
  const [first] = listing.unreadable;
  if (first?.path === "." && listing.entries.length === 0) {
    throw new ScanError("FOLDER_UNREADABLE", `Cannot scan "${root}": ${first.reason}`);
  }
  const own = cache === undefined ? null : relative(root, cache);
  return own === null || own === "" || /^\.\.(\/|$)/.test(own) ? listing : outside(listing, own);
}

/** The listing without what is in the folder `own`, given below the root. */
function outside(listing: FolderListing, own: string): FolderListing {
  const isOutside = (path: string): boolean => path !== own && !path.startsWith(`${own}/`);
  return {
    entries: listing.entries.filter(({ path }) => isOutside(path)),
    directories: listing.directories.filter(isOutside),
    unreadable: listing.unreadable.filter(({ path }) => isOutside(path)),
  };
}

/** The folder without files that are not as they were listed; `changed` says which, and why. */
export function withoutChanged(
  folder: ReadFolder,
  changed: readonly UnreadableEntry[],
): ReadFolder {
  const gone = new Set(changed.map(({ path }) => path));
  const entries = folder.listing.entries.filter((entry) => !gone.has(entry.path));
  const known = folder.changed.concat(changed);
  return folderOf(folder.root, { ...folder.listing, entries }, known);
}

/**
 * Files that are not as they were listed, in order of path. One look at each.
 *
 * @param matters Which files to look at; all where nothing is said.
 */
export async function changedFiles(
  root: string,
  folder: ReadFolder,
  matters: (entry: FolderEntry) => boolean = () => true,
): Promise<UnreadableEntry[]> {
  const changed: UnreadableEntry[] = [];
  const entries = folder.listing.entries.filter((entry) => entry.kind === "file" && matters(entry));
  for (let start = 0; start < entries.length; start += LOOKS_AT_ONCE) {
    for (const entry of entries.slice(start, start + LOOKS_AT_ONCE)) {
      const look = lookAtNow(`${root}/${entry.path}`, entry.path);
      if (look.kind === "unreadable") changed.push({ path: entry.path, reason: look.reason });
      else if (!isSameFile(entry, look.entry)) {
        changed.push({ path: entry.path, reason: "changed during the scan" });
      }
    }
    // deno-lint-ignore no-await-in-loop -- others have their turn
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return changed;
}

function folderOf(
  root: string,
  listing: FolderListing,
  changed: readonly UnreadableEntry[],
): ReadFolder {
  const library = folderLibrary(listing);
  return {
    root,
    listing,
    library,
    byPath: new Map(listing.entries.map((entry) => [entry.path, entry])),
    changed,
    unreadable: [...listing.unreadable, ...library.skipped, ...changed],
  };
}

function folderError(root: string, error: unknown): ScanError {
  if (error instanceof Deno.errors.NotFound) {
    const message = `Cannot scan "${root}": there is no such folder`;
    return new ScanError("FOLDER_MISSING", message, error);
  }
  const reason = error instanceof Error ? error.message : String(error);
  const message = error instanceof Deno.errors.NotADirectory
    ? reason
    : `Cannot scan "${root}": ${reason}`;
  return new ScanError("FOLDER_UNREADABLE", message, error);
}
