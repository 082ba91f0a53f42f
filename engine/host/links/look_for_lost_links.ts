import type { FileSelection } from "../folder/file_selection.ts";
import { JournalError } from "../journal/journal_error.ts";
import { contentsOf } from "../reading/contents_of.ts";
import { type ReadFolder, readFolder } from "../scan/read_folder.ts";
import { scanCache } from "../scan/scan_cache.ts";
import { ScanWorkers } from "../scan/scan_workers.ts";
import { findLostLinks, type KnownLibrary } from "./find_lost_links.ts";
import { keptState } from "./kept_state.ts";
import type { LostLink } from "./lost_link.ts";

/** How links that lead nowhere are looked for. */
export interface LostLinksOptions {
  /** Where hashes are remembered. @default the user's cache directory */
  readonly cache?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told why the journal of the folder could not be read. */
  readonly onNote?: ((line: string) => void) | undefined;
}

/**
 * Finds the links of a folder that lead nowhere, and what would mend each, and changes nothing in
 * it. Where its journal cannot be read, nothing is known that would mend any.
 *
 * @throws {CleanUpError} `STOPPED`.
 * @throws {ScanError} `CACHE_UNUSABLE`.
 */
export async function lookForLostLinks(
  folder: ReadFolder,
  options: LostLinksOptions = {},
): Promise<LostLink[]> {
  const { cache = null, onNote, signal } = options;
  const { root } = folder;
  const library = await knownLibrary(root, onNote);
  await using workers = await ScanWorkers.open({ root, cache, embeds: false, onNote: () => {} });
  const contents = (paths: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> =>
    contentsOf(folder, { workers, paths, signal });
  const found = await findLostLinks(folder, library, contents);
  await workers.rest();
  return found;
}

/** The same of a folder that is to be read, as a scan does it. */
export async function lostLinksOf(
  root: string,
  options: LostLinksOptions & { readonly selection?: FileSelection | undefined },
): Promise<LostLink[]> {
  const { cache = null, selection } = options;
  return await lookForLostLinks(await readFolder(root, scanCache(cache), selection), options);
}

async function knownLibrary(
  root: string,
  onNote: LostLinksOptions["onNote"],
): Promise<KnownLibrary | null> {
  try {
    return await keptState(root);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    onNote?.(`What links held is not known: ${error.message}`);
    return { files: new Map(), lostNames: new Map(), trash: new Map() };
  }
}
