import { join } from "@std/path";
import {
  comparePaths,
  type FolderEntry,
  OWN_DIRECTORY,
  type UnreadableEntry,
} from "./folder_entry.ts";
import { lookAtNow, reasonOf } from "./look_at.ts";
import { SystemDirectories } from "./system_directories.ts";

/** How long a walk goes on before others have their turn: progress, and Ctrl-C. */
const SLICE_MS = 50;

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
  using system = SystemDirectories.open() ?? NO_SYSTEM;
  const listing: Listing = { entries: [], directories: [], unreadable: [] };
  const waiting: { path: string; depth: number }[] = [{ path: ".", depth: 0 }];
  let sliceStartMs = performance.now();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    // One directory after the other: a disk seeks less, and memory stays bounded by one listing.
    const below = walkDirectory(root, next.path, { listing, system });
    if (performance.now() - sliceStartMs > SLICE_MS) {
      // deno-lint-ignore no-await-in-loop -- others have their turn
      await new Promise((resolve) => setTimeout(resolve, 0));
      sliceStartMs = performance.now();
    }
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

/** Where directories are not read through the system's own library. */
const NO_SYSTEM: Pick<SystemDirectories, "read" | typeof Symbol.dispose> = {
  read: () => null,
  [Symbol.dispose]: () => {},
};

function walkDirectory(
  root: string,
  path: string,
  context: { readonly listing: Listing; readonly system: Pick<SystemDirectories, "read"> },
): string[] {
  const { listing, system } = context;
  const below: string[] = [];
  listing.directories.push(path);
  const full = path === "." ? root : join(root, path);
  const prefix = path === "." ? "" : `${path}/`;
  const contents = system.read(full, prefix);
  if (contents !== null) {
    for (const entry of contents.entries) listing.entries.push(entry);
    return contents.directories
      .filter((name) => path !== "." || name !== OWN_DIRECTORY)
      .map((name) => prefix + name);
  }
  try {
    for (const found of Deno.readDirSync(full)) {
      if (path === "." && found.name === OWN_DIRECTORY) continue;
      const child = path === "." ? found.name : `${path}/${found.name}`;
      if (found.isDirectory) below.push(child);
      else list(`${full}/${found.name}`, child, listing);
    }
  } catch (error) {
    listing.unreadable.push({ path, reason: reasonOf(error, path) });
  }
  return below;
}

function list(full: string, path: string, listing: Listing): void {
  const look = lookAtNow(full, path);
  if (look.kind === "entry") listing.entries.push(look.entry);
  else listing.unreadable.push({ path, reason: look.reason });
}
