import { join } from "@std/path";
import { type FolderEntry, OWN_DIRECTORY, REFLINKS_FILE } from "./folder_entry.ts";
import { type FolderListing, FolderSurvey } from "./folder_survey.ts";
import { linkText } from "./link_text.ts";
import { lookAtNow, reasonOf } from "./look_at.ts";
import { SystemDirectories } from "./system_directories.ts";

/** How long a walk goes on before others have their turn: progress, and Ctrl-C. */
const SLICE_MS = 50;

/** Deeper trees are reported as unreadable: 256 levels, far beyond what people make. */
const DEPTH_MAX = 256;

/** What a walk leaves out. */
export interface WalkOptions {
  /** A directory below the root that is not looked at, as a path from there. */
  readonly leaveOut?: string | null;
}

/**
 * Lists a folder and everything below it, without opening any file; see `surveyFolder`.
 *
 * @throws {Deno.errors.NotFound} When `root` itself is not there.
 * @throws {Deno.errors.NotADirectory} When `root` is not a directory.
 */
export async function walkFolder(root: string, options: WalkOptions = {}): Promise<FolderListing> {
  return (await surveyFolder(root, options)).listing();
}

/**
 * Looks at every name of a folder and of everything below it, without opening any file.
 *
 * Symbolic links are listed and never followed, so a link to a parent makes no loop and nothing
 * outside the root is reached. Pipes, sockets and devices are reported as unreadable. A directory
 * that vanishes or cannot be read is reported; the walk goes on. Reflinks that stand for a file are
 * links to it, see [Note: Reflinks are stand-ins]. Memory is linear in the number of
 * names.
 *
 * @throws {Deno.errors.NotFound} When `root` itself is not there.
 * @throws {Deno.errors.NotADirectory} When `root` is not a directory.
 */
export async function surveyFolder(root: string, options: WalkOptions = {}): Promise<FolderSurvey> {
  const facts = await Deno.stat(root);
  if (!facts.isDirectory) {
    throw new Deno.errors.NotADirectory(`Cannot scan "${root}": it is not a folder`);
  }
  using system = SystemDirectories.open() ?? NO_SYSTEM;
  const survey = new FolderSurvey();
  const leftOut = [OWN_DIRECTORY, options.leaveOut ?? OWN_DIRECTORY];
  const waiting: { path: string; depth: number }[] = [{ path: ".", depth: 0 }];
  let sliceStartMs = performance.now();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    // One directory after the other: a disk seeks less, and memory stays bounded by one listing.
    // deno-lint-ignore no-await-in-loop -- see above
    const below = await walkDirectory(root, next.path, { survey, system });
    if (performance.now() - sliceStartMs > SLICE_MS) {
      // deno-lint-ignore no-await-in-loop -- others have their turn
      await new Promise((resolve) => setTimeout(resolve, 0));
      sliceStartMs = performance.now();
    }
    for (const name of below) {
      const path = next.path === "." ? name : `${next.path}/${name}`;
      if (leftOut.includes(path)) continue;
      if (next.depth < DEPTH_MAX) waiting.push({ path, depth: next.depth + 1 });
      else survey.addUnreadable(path, `more than ${DEPTH_MAX} folders deep`);
    }
  }
  await showReflinks(root, survey);
  return survey;
}

/** Loads what it takes only where the folder has a list of reflinks. */
async function showReflinks(root: string, survey: FolderSurvey): Promise<void> {
  if (lookAtNow(join(root, REFLINKS_FILE), REFLINKS_FILE).kind !== "entry") return;
  const { Reflinks } = await loadReflinks();
  const standIns = Reflinks.read(root).standIns();
  if (standIns.size === 0) return;
  const links = [...standIns].map(([path, target]) => [path, linkText(path, target)] as const);
  survey.showAsLinks(new Map(links));
}

/** See [Note: Late modules]. */
async function loadReflinks(): Promise<typeof import("./reflinks.ts")> {
  return await import(import.meta.resolve("./reflinks.ts"));
}

/** The same: few walks need it. */
async function loadDirectories(): Promise<typeof import("node:fs/promises")> {
  return await import(import.meta.resolve("node:fs/promises"));
}

/** Where directories are not read through the system's own library. */
const NO_SYSTEM: Pick<SystemDirectories, "read" | typeof Symbol.dispose> = {
  read: () => null,
  [Symbol.dispose]: () => {},
};

/**
 * Records a directory; returns the names of those in it.
 *
 * [Note: Directories that fail halfway]
 *
 * A disk can fail while a directory is being listed. The calls of the runtime that do not wait
 * (`Deno.readDirSync`, `readdirSync` and `opendirSync` of `node:fs`) end the list there without a
 * word (seen with Deno 2.9.6), so a directory that cannot be read looks empty, and what it holds
 * looks removed. Those that wait throw: `readdir` of `node:fs/promises`, and `Deno.readDir`, which
 * then leaves the directory open. So only they are used; the tidy test looks for the others.
 */
async function walkDirectory(
  root: string,
  path: string,
  context: {
    readonly survey: FolderSurvey;
    readonly system: Pick<SystemDirectories, "read">;
  },
): Promise<readonly string[]> {
  const { survey, system } = context;
  const full = path === "." ? root : join(root, path);
  const contents = system.read(full);
  if (contents !== null) {
    survey.addDirectory(path, contents);
    return contents.directories;
  }
  const entries: FolderEntry[] = [];
  const below: string[] = [];
  try {
    // See [Note: Directories that fail halfway].
    const { readdir } = await loadDirectories();
    for (const child of await readdir(full, { withFileTypes: true })) {
      const { name } = child;
      if (child.isDirectory()) below.push(name);
      // A file of this name at the root is the program's own too.
      else if (path !== "." || name !== OWN_DIRECTORY) {
        const at = path === "." ? name : `${path}/${name}`;
        const look = lookAtNow(`${full}/${name}`, at);
        if (look.kind === "entry") entries.push(look.entry);
        else survey.addUnreadable(at, look.reason);
      }
    }
  } catch (error) {
    survey.addUnreadable(path, reasonOf(error, path));
  }
  survey.addDirectory(path, entries);
  return below;
}
