import { CleanUpError, JournalError, sweepFolder } from "@scenekeep/engine/host";

/** How often the trash of a folder is looked through while a server runs: as that of others is. */
const SWEEP_EVERY_MS = 6 * 60 * 60 * 1000;

/** What came of looking through the trash of one folder. */
export interface FolderSweep {
  readonly folder: string;
  /** Files that were deleted for good. */
  readonly purged: readonly string[];
  /** Why it could not be looked through, or what is due and stays; empty when all is well. */
  readonly problems: readonly string[];
}

/** Which folders, by which clock. */
export interface FolderSweepOptions {
  readonly folders: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Tests let a month go by. */
  readonly clock?: Parameters<typeof sweepFolder>[0]["clock"];
}

/**
 * Deletes for good what has been in the trash of folders for 30 days, as `deno task sweep` does. A
 * folder in which nothing was ever cleaned up is left alone, and so is one that is in use: its turn
 * comes again. What goes wrong with one keeps no other back.
 */
export async function sweepFolders(options: FolderSweepOptions): Promise<FolderSweep[]> {
  const { clock, folders, signal } = options;
  const sweeps: FolderSweep[] = [];
  for (const folder of folders) {
    if (signal?.aborted) break;
    try {
      // deno-lint-ignore no-await-in-loop -- one folder after the other, as disks like it
      const { done, stays } = await sweepFolder({ root: folder, clock, signal }, false);
      sweeps.push({
        folder,
        purged: done.map(({ file }) => file),
        problems: stays.map(({ file, reason }) => `${file}: ${reason}`),
      });
    } catch (error) {
      const isNothing = error instanceof CleanUpError &&
        (error.code === "NOTHING_APPLIED" || error.code === "STOPPED");
      const isInUse = error instanceof JournalError && error.code === "LIBRARY_BUSY";
      if (isNothing || isInUse) continue;
      const problem = error instanceof Error ? error.message : String(error);
      sweeps.push({ folder, purged: [], problems: [problem] });
    }
  }
  return sweeps;
}

/** Sweeps folders now and every six hours, until it is stopped. */
export function startFolderSweeps(options: {
  /** Asked before each time. */
  readonly folders: () => Promise<readonly string[]>;
  readonly heard: (sweep: FolderSweep) => void;
}): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const sweep = async (): Promise<void> => {
    const { signal } = stopping;
    for (const each of await sweepFolders({ folders: await options.folders(), signal })) {
      options.heard(each);
    }
  };
  let running = sweep();
  const timer = setInterval(() => running = running.then(sweep), SWEEP_EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}
