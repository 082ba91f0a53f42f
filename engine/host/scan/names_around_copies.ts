import { captureStem } from "../folder/capture_units.ts";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { pathOfLink } from "../folder/path_of_link.ts";

/**
 * The names that decide about copies: those of files with a copy, of the shots that these are part
 * of, and of what is reported one by one, such as links. The others take no part in any decision,
 * and most names of a folder are such. Linear.
 *
 * @param copied Files with a copy, by path.
 */
export function namesAroundCopies(
  entries: readonly FolderEntry[],
  copied: ReadonlySet<string>,
): FolderEntry[] {
  const stems = new Set<string>();
  for (const path of copied) stems.add(captureStem(path));
  const targets = targetsOfLinks(entries);
  return entries.filter((entry) =>
    entry.kind === "link" || entry.sizeBytes === 0 || entry.linkCount > 1 ||
    copied.has(entry.path) || targets.has(entry.path) ||
    (stems.size > 0 && stems.has(captureStem(entry.path)))
  );
}

/** The paths that relative links of the folder name. */
export function targetsOfLinks(entries: readonly FolderEntry[]): Set<string | null> {
  const targets = new Set<string | null>();
  for (const { path, target } of entries) {
    if (target !== null) targets.add(pathOfLink(path, target));
  }
  return targets;
}
