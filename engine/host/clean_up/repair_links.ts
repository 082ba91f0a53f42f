import {
  type FileId,
  type FileRecord,
  type LibraryState,
  type MendedLink,
  nameInAlbum,
  pathOf,
} from "@scenekeep/engine/core";
import { albumOf } from "../folder/folder_library.ts";
import { findLostLinks } from "../links/find_lost_links.ts";
import { hasJournal } from "../links/kept_state.ts";
import { leadsNowhere } from "../links/leads_nowhere.ts";
import { lookForLostLinks } from "../links/look_for_lost_links.ts";
import type { LostLink } from "../links/lost_link.ts";
import { contentOfAnyName, contentsOf } from "../reading/contents_of.ts";
import { readFolder } from "../scan/read_folder.ts";
import { ScanWorkers } from "../scan/scan_workers.ts";
import { CleanUpError } from "./clean_up_error.ts";
import { KeptLibrary, type KeptLibraryOptions, realFolder } from "./kept_library.ts";
import { type SyncedFolder, syncWithFolder } from "./sync_with_folder.ts";

/** Which folder to look at, and who watches. */
export interface RepairOptions extends KeptLibraryOptions {
  /** Where hashes are remembered. @default the user's cache directory */
  readonly cache?: string | undefined;
}

/** What became of the links of a folder that led nowhere. */
export interface RepairResult {
  /** Links that lead somewhere again, and by what. */
  readonly mended: readonly LostLink[];
  /** Links that are as they were, and why. */
  readonly stays: readonly { readonly file: string; readonly target: string; reason: string }[];
}

/** Links that one command mends. */
const LINKS_PER_COMMAND = 500;

/**
 * Says which links of a folder lead nowhere, and what would mend each. Changes nothing.
 *
 * @throws {CleanUpError} `FOLDER_UNUSABLE` or `STOPPED`.
 */
export async function proposeRepair(options: RepairOptions): Promise<LostLink[]> {
  const root = await realFolder(options.root);
  return await lookForLostLinks(await readFolder(root), options);
}

/**
 * Mends the links of a folder that lead nowhere, as `proposeRepair` says: each leads to a file that
 * holds what it held, after that was read and hashed; where only the trash has it, it comes back
 * first. What nobody knows is left alone.
 *
 * @throws {CleanUpError} With a code that says why nothing, or not all, happened.
 */
export async function repairLinks(options: RepairOptions): Promise<RepairResult> {
  const root = await realFolder(options.root);
  if (!(await hasJournal(root))) {
    const lost = await proposeRepair(options);
    return { mended: [], stays: lost.map((link) => stayed(link, reasonOf(link))) };
  }
  await using kept = await KeptLibrary.open({ ...options, root, makes: false });
  const { lost, synced } = await findAndSync(kept, options);
  await bringBack(kept, lost);
  await mend(kept, lost, synced);
  return await resultOf(kept, lost);
}

/** The links as the library knew them before it heard of what is gone, and the folder after. */
async function findAndSync(
  kept: KeptLibrary,
  options: RepairOptions,
): Promise<{ lost: readonly LostLink[]; synced: SyncedFolder }> {
  const { root } = kept;
  const { cache = null, signal } = options;
  const folder = await readFolder(root);
  await using workers = await ScanWorkers.open({ root, cache, embeds: false, onNote: () => {} });
  const contents = new Map<string, string>();
  const lost = await findLostLinks(folder, kept.state, async (paths) => {
    const found = await contentsOf(folder, { workers, paths, signal });
    for (const [path, content] of found) contents.set(path, content);
    return found;
  });
  await workers.rest();
  return { lost, synced: await syncWithFolder(kept, contentOfAnyName(folder, contents), folder) };
}

/** Brings back what only the trash has, one after the other: one that cannot keeps no other. */
async function bringBack(kept: KeptLibrary, lost: readonly LostLink[]): Promise<void> {
  const numbers = new Set(lost.flatMap(({ mend }) => mend.kind === "trash" ? [mend.number] : []));
  for (const number of numbers) {
    try {
      // deno-lint-ignore no-await-in-loop -- in a folder one thing at a time moves names
      await kept.ask({ kind: "restore", sequences: [number] }, "accepted");
    } catch (error) {
      if (error instanceof CleanUpError && error.code === "REFUSED") continue;
      throw error;
    }
    // deno-lint-ignore no-await-in-loop -- as above
    await kept.settled();
  }
}

async function mend(
  kept: KeptLibrary,
  lost: readonly LostLink[],
  synced: SyncedFolder,
): Promise<void> {
  const links = lost.flatMap((link) => mendedLink(kept.state, link, synced) ?? []);
  for (let start = 0; start < links.length; start += LINKS_PER_COMMAND) {
    const part = links.slice(start, start + LINKS_PER_COMMAND);
    // deno-lint-ignore no-await-in-loop -- in a folder one thing at a time moves names
    await kept.ask({ kind: "mendLinks", links: part }, "accepted");
    // deno-lint-ignore no-await-in-loop -- as above
    await kept.settled();
  }
}

/** What to tell the librarian of a link; null where there is nothing to do, or nothing to go by. */
function mendedLink(
  state: Readonly<LibraryState>,
  { file: path, mend }: LostLink,
  synced: SyncedFolder,
): MendedLink | null {
  if (mend.kind !== "copy" && mend.kind !== "trash") return null;
  const album = albumOf(path);
  const name = nameInAlbum(album, path);
  // What came back from the trash may have brought this name with it.
  if (state.names.has(`${album}/${name}`)) return null;
  const id = mend.kind === "copy" ? synced.fileAt(mend.file) : fileAt(state, mend.file);
  const file = id === null ? undefined : state.files.get(id);
  return file === undefined || file.contentHash === null ? null : { album, name, file: file.id };
}

function fileAt(state: Readonly<LibraryState>, path: string): FileId | null {
  const album = albumOf(path);
  const id = state.names.get(`${album}/${nameInAlbum(album, path)}`);
  const file: FileRecord | undefined = id === undefined ? undefined : state.files.get(id);
  return file !== undefined && pathOf(file) === path ? file.id : null;
}

async function resultOf(kept: KeptLibrary, lost: readonly LostLink[]): Promise<RepairResult> {
  const mended: LostLink[] = [];
  const stays: RepairResult["stays"][0][] = [];
  for (const link of lost) {
    // deno-lint-ignore no-await-in-loop -- one look at each
    if (!(await leadsNowhere(`${kept.root}/${link.file}`))) mended.push(link);
    else {
      const { file, mend } = link;
      const source = mend.kind === "nothing" ? undefined : kept.refusals.get(mend.file);
      stays.push(stayed(link, kept.refusals.get(file) ?? source ?? reasonOf(link)));
    }
  }
  return { mended, stays };
}

function stayed({ file, target }: LostLink, reason: string): RepairResult["stays"][0] {
  return { file, target, reason };
}

function reasonOf({ mend }: LostLink): string {
  switch (mend.kind) {
    case "nothing":
      return mend.reason;
    case "link":
      return `"${mend.file}", to which it leads, leads nowhere either`;
    default:
      return `"${mend.file}" changed meanwhile`;
  }
}
