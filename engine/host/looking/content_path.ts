import type { ContentHash, LibraryState } from "@scenekeep/engine/core";
import { join } from "@std/path";
import { folderPath } from "../folder/folder_path.ts";

/** Where a file of a folder with this content is, absolute; null where there is none (any more). */
export function contentPath(
  root: string,
  state: Pick<LibraryState, "files" | "filesByHash">,
  hash: ContentHash,
): string | null {
  for (const id of state.filesByHash.get(hash) ?? []) {
    for (const { name } of state.files.get(id)?.objects ?? []) {
      const path = folderPath(name);
      if (path !== null) return join(root, path);
    }
  }
  return null;
}
