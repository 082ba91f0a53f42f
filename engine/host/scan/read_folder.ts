import type { FolderEntry, UnreadableEntry } from "../folder/folder_entry.ts";
import { isSameFile } from "../folder/folder_objects.ts";
import { type FolderLibrary, folderLibrary } from "../folder/folder_library.ts";
import { lookAtNow } from "../folder/look_at.ts";
import { type FileSelection, WHOLE_SELECTION } from "../folder/file_selection.ts";
import type { FolderListing } from "../folder/folder_survey.ts";
import { lookAtFolder } from "./look_at_folder.ts";

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
 * @param selection Leaves out what takes no part.
 * @throws {ScanError} `FOLDER_MISSING` or `FOLDER_UNREADABLE`.
 */
export async function readFolder(
  root: string,
  cache?: string,
  selection: FileSelection = WHOLE_SELECTION,
): Promise<ReadFolder> {
  const survey = await lookAtFolder(root, cache);
  return folderOf(root, selection.of(survey.listing()), []);
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
