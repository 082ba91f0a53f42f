import { type FolderEntry, inodeKey } from "../folder/folder_entry.ts";
import { lookAt } from "../folder/look_at.ts";
import { isSameFile } from "../folder/folder_objects.ts";
import { readFailure } from "../folder/read_failure.ts";
import type { ReadFolder } from "../scan/read_folder.ts";
import type { ScanWorkers } from "../scan/scan_workers.ts";
import { CleanUpError } from "../clean_up/clean_up_error.ts";

/** Files that are hashed at once. */
const AT_ONCE = 8;

/** Which files to read, and who is told. */
export interface ContentsQuestion {
  readonly workers: ScanWorkers;
  readonly paths: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
  /** Told of files that cannot be read, and why. */
  readonly onUnreadable?: ((path: string, reason: string) => void) | undefined;
}

/**
 * What files hold as they are now: from what is remembered of exactly this state of each file, or
 * read. Paths that are no file, or change while they are read, are left out.
 */
export async function contentsOf(
  folder: ReadFolder,
  asked: ContentsQuestion,
): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  const waiting = [...asked.paths].flatMap((path) => {
    const entry = folder.byPath.get(path);
    return entry?.kind === "file" ? [entry] : [];
  });
  const readNext = async (): Promise<void> => {
    for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
      if (asked.signal?.aborted) {
        throw new CleanUpError("STOPPED", "Stopped. Nothing was changed");
      }
      // deno-lint-ignore no-await-in-loop -- one file after the other, several at once
      const content = await contentOf(folder.root, entry, asked);
      if (content !== null) contents.set(entry.path, content);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readNext));
  return contents;
}

/** What a path holds, by whichever name of its file that was read. */
export function contentOfAnyName(
  folder: ReadFolder,
  contents: ReadonlyMap<string, string>,
): (path: string) => string | null {
  const byInode = new Map<string, string>();
  for (const [path, content] of contents) {
    const entry = folder.byPath.get(path);
    if (entry !== undefined) byInode.set(inodeKey(entry), content);
  }
  return (path) => {
    const entry = folder.byPath.get(path);
    return entry?.kind === "file" ? byInode.get(inodeKey(entry)) ?? null : null;
  };
}

async function contentOf(
  root: string,
  entry: FolderEntry,
  { onUnreadable, workers }: Pick<ContentsQuestion, "onUnreadable" | "workers">,
): Promise<string | null> {
  const known = workers.hashes.find(entry);
  if (known !== null) return known;
  const full = `${root}/${entry.path}`;
  const nowMs = Date.now();
  const outcome = await workers.hash(full);
  if (outcome.kind === "failed") {
    const isGone = outcome.error === "missing" || outcome.error === "changed";
    if (!isGone) onUnreadable?.(entry.path, readFailure(outcome.error, entry.path).reason);
    return null;
  }
  const after = await lookAt(full, entry.path);
  if (after.kind === "unreadable" || !isSameFile(entry, after.entry)) return null;
  workers.hashes.put(entry, { contentHash: outcome.contentHash, nowMs });
  return outcome.contentHash;
}
