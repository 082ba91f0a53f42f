import { captureStem } from "../folder/capture_units.ts";
import { kindOfName } from "../folder/file_kinds.ts";
import { type FileSelection, WHOLE_SELECTION } from "../folder/file_selection.ts";
import { type FolderEntry, isHiddenPath } from "../folder/folder_entry.ts";
import { targetsOfLinks } from "./names_around_copies.ts";
import type { ExactGroup } from "./scan_report.ts";

/** Copies of which it is plain what stays, and the others. */
export interface PlainCopies {
  /** In order of their first path. */
  readonly groups: readonly ExactGroup[];
  /** Paths of files with a copy that are in no such group. */
  readonly others: ReadonlySet<string>;
  readonly filesToRemove: number;
  readonly bytesToWin: number;
}

/** What an order of keepers says of files that differ in nothing but their path. */
const WHY = "first by path";

/**
 * The groups of copies in which nothing but the path tells one file from another: each has one
 * name and no link to it, may go, is part of no shot with other files, is not hidden, and all are
 * RAW files or none is. Of these the keeper order leaves the first path, and its plan removes the
 * others; saying so here spares most folders the work of a whole library. The test of `scanFolder`
 * holds this to the plan. Linear.
 *
 * @param entries In order of path, as a walk gives them.
 * @param contents What files with a copy hold.
 */
export function plainCopies(
  entries: readonly FolderEntry[],
  contents: ReadonlyMap<FolderEntry, string>,
  selection: FileSelection = WHOLE_SELECTION,
): PlainCopies {
  const targets = targetsOfLinks(entries);
  const byContent = new Map<string, CopyGroup>();
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index];
    const content = entry === undefined ? undefined : contents.get(entry);
    if (entry === undefined || content === undefined) continue;
    const isPlain = !targets.has(entry.path) && isPlainFile(entries, index) &&
      (selection.isFree || !selection.isProtected(entry.path));
    const group = byContent.get(content);
    const { raw } = kindOfName(entry.path);
    if (group === undefined) {
      const { sizeBytes } = entry;
      byContent.set(content, { sizeBytes, raw, isPlain, files: [entry.path] });
    } else {
      group.files.push(entry.path);
      group.isPlain &&= isPlain && group.raw === raw;
    }
  }
  return split(byContent.values());
}

interface CopyGroup {
  readonly sizeBytes: number;
  readonly raw: boolean;
  isPlain: boolean;
  /** In order of path. */
  readonly files: string[];
}

function split(found: Iterable<CopyGroup>): PlainCopies {
  const groups: ExactGroup[] = [];
  const others = new Set<string>();
  let filesToRemove = 0;
  let bytesToWin = 0;
  for (const { sizeBytes, isPlain, files } of found) {
    const [keeper] = files;
    if (keeper === undefined) continue;
    if (!isPlain) { for (const file of files) others.add(file); }
    else if (files.length > 1) {
      groups.push({ hash: null, sizeBytes, keeper, why: WHY, files });
      filesToRemove += files.length - 1;
      bytesToWin += sizeBytes * (files.length - 1);
    }
  }
  return { groups, others, filesToRemove, bytesToWin };
}

function isPlainFile(entries: readonly FolderEntry[], index: number): boolean {
  const entry = entries[index];
  if (entry === undefined || entry.linkCount !== 1 || isHiddenPath(entry.path)) return false;
  // Files of one shot share what stands before the dot, so in order of path they are side by side.
  const stem = `${captureStem(entry.path)}.`;
  return entries[index - 1]?.path.startsWith(stem) !== true &&
    entries[index + 1]?.path.startsWith(stem) !== true;
}
