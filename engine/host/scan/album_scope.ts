import { type AlbumId, type FileId, identifier, type PlanScope } from "@scenekeep/engine/core";
import type { FolderLibrary } from "../folder/folder_library.ts";
import { ScanError } from "./scan_error.ts";

/** What a clean-up is about: the whole folder, or one directory of it. */
export interface ScanScope {
  readonly scope: PlanScope;
  /** True for files that are looked at. */
  readonly holds: (file: FileId) => boolean;
}

/** The whole folder. */
export const WHOLE_FOLDER: ScanScope = { scope: { kind: "library" }, holds: () => true };

/**
 * One directory, with the files that have a name in it, not below it.
 *
 * @param album Its path below the folder as a user writes it, `.` for the folder itself; undefined
 * for the whole folder.
 * @throws {ScanError} `FOLDER_MISSING` when no photo is in such a directory.
 */
export function scanScope(library: FolderLibrary, album: string | undefined): ScanScope {
  if (album === undefined) return WHOLE_FOLDER;
  const path = album.replace(/^(\.\/+)+/, "").replace(/\/+$/, "");
  const wanted: AlbumId = identifier(path === "" ? "." : path);
  if (!library.albums.some((known) => known.album === wanted)) {
    const message = `Cannot look inside "${album}": no photo is in such a directory: ` +
      "name its path below the folder";
    throw new ScanError("FOLDER_MISSING", message);
  }
  const files = new Set<FileId>();
  for (const { entries, file } of library.files) {
    if (entries.some((entry) => entry.album === wanted)) files.add(file);
  }
  return { scope: { kind: "album", album: wanted }, holds: (file) => files.has(file) };
}
