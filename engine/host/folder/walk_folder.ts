import { join } from "@std/path";
import {
  comparePaths,
  type FolderEntry,
  OWN_DIRECTORY,
  type UnreadableEntry,
} from "./folder_entry.ts";
import { lookAt, reasonOf } from "./look_at.ts";

/** What a walk found. Entries are in order of path. */
export interface FolderListing {
  readonly entries: readonly FolderEntry[];
  /** Directories below the root, `.` included, in order of path. */
  readonly directories: readonly string[];
  readonly unreadable: readonly UnreadableEntry[];
}

/** Deeper trees are reported as unreadable: 256 levels, far beyond what people make. */
const DEPTH_MAX = 256;

/**
 * Lists a folder and everything below it, without opening any file.
 *
 * Symbolic links are listed and never followed, so a link to a parent makes no loop and nothing
 * outside the root is reached. Pipes, sockets and devices are reported as unreadable. A directory
 * that vanishes or cannot be read is reported; the walk goes on. Memory is linear in the number of
 * names.
 *
 * @throws {Deno.errors.NotFound} When `root` itself is not there.
 * @throws {Deno.errors.NotADirectory} When `root` is not a directory.
 */
export async function walkFolder(root: string): Promise<FolderListing> {
  const facts = await Deno.stat(root);
  if (!facts.isDirectory) {
    throw new Deno.errors.NotADirectory(`Cannot scan "${root}": it is not a folder`);
  }
  const listing: Listing = { entries: [], directories: [], unreadable: [] };
  const waiting: { path: string; depth: number }[] = [{ path: ".", depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    // One directory after the other: a disk seeks less, and memory stays bounded by one listing.
    // deno-lint-ignore no-await-in-loop -- the order of reading is the point, see above
    const below = await walkDirectory(root, next.path, listing);
    for (const path of below) {
      if (next.depth < DEPTH_MAX) waiting.push({ path, depth: next.depth + 1 });
      else listing.unreadable.push({ path, reason: `more than ${DEPTH_MAX} folders deep` });
    }
  }
  listing.entries.sort((left, right) => comparePaths(left.path, right.path));
  listing.directories.sort(comparePaths);
  listing.unreadable.sort((left, right) => comparePaths(left.path, right.path));
  return listing;
}

interface Listing {
  readonly entries: FolderEntry[];
  readonly directories: string[];
  readonly unreadable: UnreadableEntry[];
}

async function walkDirectory(root: string, path: string, listing: Listing): Promise<string[]> {
  const below: string[] = [];
  listing.directories.push(path);
  try {
    for await (const found of Deno.readDir(join(root, path))) {
      if (path === "." && found.name === OWN_DIRECTORY) continue;
      const child = path === "." ? found.name : `${path}/${found.name}`;
      if (found.isDirectory) below.push(child);
      else await list(root, child, listing);
    }
  } catch (error) {
    listing.unreadable.push({ path, reason: reasonOf(error, path) });
  }
  return below;
}

async function list(root: string, path: string, listing: Listing): Promise<void> {
  const look = await lookAt(join(root, path), path);
  if (look.kind === "entry") listing.entries.push(look.entry);
  else listing.unreadable.push({ path, reason: look.reason });
}
