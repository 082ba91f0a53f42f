import { pathOfEntry } from "@scenekeep/engine/core";
import type { ReadFolder } from "../scan/read_folder.ts";

/**
 * Files that links lead to which are no entries of an album: absolute ones, links to links, and
 * second links in one directory. Nothing would take their place if such a file went, so it must
 * stay. Returns the path of such a link by the path of its file.
 */
export async function unknownLinks(folder: ReadFolder): Promise<ReadonlyMap<string, string>> {
  const known = new Set<string>();
  for (const { entries } of folder.library.files) {
    for (const { album, name } of entries) {
      known.add(pathOfEntry(album, name ?? ""));
    }
  }
  const leading = new Map<string, string>();
  const below = `${folder.root}/`;
  for (const { kind, path } of folder.listing.entries) {
    if (kind !== "link" || known.has(path)) continue;
    // deno-lint-ignore no-await-in-loop -- there are few of them
    const full = await Deno.realPath(`${folder.root}/${path}`).catch(() => "");
    if (full.startsWith(below)) leading.set(full.slice(below.length), path);
  }
  return leading;
}
