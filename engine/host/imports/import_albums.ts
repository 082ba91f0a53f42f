import { foldedName } from "@scenekeep/engine/core";
import { directoryName } from "../devices/directory_name.ts";
import type { ImportedFile } from "./fold_copies.ts";

/** Where goes what is in no album of an export, below the library. */
export const IMPORTED_ALBUM = "Imported";

/**
 * The directory of each album of an export, by title. A directory that the library has under the
 * same name, by whatever case, is the same album; two albums of the export stay two. The same
 * titles give the same directories, whatever order they come in.
 *
 * @param existing Directories at the top of the library.
 */
export function albumDirectories(
  titles: readonly string[],
  existing: readonly string[],
): ReadonlyMap<string, string> {
  const known = new Map([...existing].sort().map((name) => [foldedName(name), name]));
  const taken = new Set<string>();
  const directories = new Map<string, string>();
  for (const title of [...new Set(titles)].sort()) {
    const plain = directoryName(title);
    let name = plain;
    for (let number = 2; taken.has(foldedName(name)); number += 1) name = `${plain} (${number})`;
    taken.add(foldedName(name));
    directories.set(title, known.get(foldedName(name)) ?? name);
  }
  return directories;
}

/** The year that a folder is of: `Photos from 2019`, in any language. */
const YEAR_OF_FOLDER = / ((?:18|19|20)\d{2})\/[^/]+$/;

/**
 * The directories that are to have a file: its albums, or that of the year when it was taken, by
 * its description or by the folder that it was in.
 */
export function directoriesOf(
  { albums, copies, metadata }: ImportedFile,
  directories: ReadonlyMap<string, string>,
): string[] {
  if (albums.length > 0) return albums.flatMap((title) => directories.get(title) ?? []);
  const takenAtMs = metadata?.takenAtMs ?? null;
  const [folderYear] = copies.flatMap(({ path }) => YEAR_OF_FOLDER.exec(path)?.[1] ?? []);
  const year = takenAtMs === null
    ? folderYear ?? "undated"
    : `${new Date(takenAtMs).getUTCFullYear()}`;
  return [`${IMPORTED_ALBUM}/${year}`];
}
