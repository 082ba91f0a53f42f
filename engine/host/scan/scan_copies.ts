import {
  compareText,
  draftPlan,
  exactScenes,
  identifier,
  type LibraryState,
  type Plan,
  planFactsOf,
  type PlanId,
  type PlanRequest,
  type ReviewedScene,
  totalBytes,
} from "@scenekeep/engine/core";
import { resolve } from "@std/path";
import { isSettled } from "../cache/hash_cache.ts";
import { fingerprintOf } from "../cache/report_cache.ts";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { folderLibrary } from "../folder/folder_library.ts";
import type { FolderListing } from "../folder/walk_folder.ts";
import { StagedReading } from "../reading/staged_reading.ts";
import { groupsOf, reasonOf } from "./build_report.ts";
import { copiesLibrary, namesAroundCopies } from "./copies_library.ts";
import { plainCopies } from "./plain_copies.ts";
import { listFolder } from "./read_folder.ts";
import { ScanError } from "./scan_error.ts";
import type { ScanOptions, ScanResult } from "./scan_folder.ts";
import type { ExactGroup, UnreadableFile } from "./scan_report.ts";
import { scanCache, ScanWorkers } from "./scan_workers.ts";

/** Groups, of those that are not plain, of which it is said why the keeper stays. */
const GROUPS_EXPLAINED = 64;

/**
 * Stands for what a report is made by. Must change whenever the same folder would give another
 * report: a test knows that of one folder.
 */
const RULES = "copies/2";

const WHOLE_LIBRARY = { kind: "library" } as const;

/**
 * Looks for exact copies alone and makes no plan. The groups and keepers are those of the plan,
 * found by the same rules on the same state; what is left out is the work of actors, hashes, and
 * certificates, which takes several times as long as reading.
 *
 * @throws {ScanError} With a code that says why there is no report.
 */
export async function scanCopies(options: ScanOptions): Promise<ScanResult> {
  const root = resolve(options.root);
  const listing = listFolder(root, scanCache(options.cache ?? null));
  // Whoever awaits it hears of it.
  listing.catch(() => {});
  await using workers = await ScanWorkers.open({
    root,
    cache: options.cache ?? null,
    embeds: false,
    onNote: options.onNote ?? ((): void => {}),
  });
  // Threads take a moment to start: the folder is walked meanwhile.
  if (workers.hashes.isEmpty) workers.reader();
  const listed = await listing;
  const fingerprint = fingerprintOf(listed, RULES);
  const known = options.verifies ? null : workers.reports.find(root, fingerprint);
  if (known !== null) return JSON.parse(known);
  const lookedAtMs = Date.now();
  const found = await readContents(root, { options, workers, listing: listed });
  const result = resultOf(listed, found);
  const isSteady = found.failures.length === 0 &&
    listed.entries.every((entry) => isSettled(entry, lookedAtMs));
  if (isSteady) workers.reports.put(root, fingerprint, JSON.stringify(result));
  return result;
}

/** What was found in the files. */
interface FoundContents {
  /** By path of the first name. */
  readonly contents: ReadonlyMap<string, string>;
  readonly failures: readonly UnreadableFile[];
  /** Files, each counted once, and their bytes. */
  readonly files: number;
  readonly bytes: number;
}

async function readContents(
  root: string,
  made: {
    readonly options: ScanOptions;
    readonly workers: ScanWorkers;
    readonly listing: FolderListing;
  },
): Promise<FoundContents> {
  const { options, workers, listing } = made;
  const files = filesOf(listing.entries);
  const contents = new Map<string, string>();
  const failures: UnreadableFile[] = [];
  const isStopped = (): boolean => options.signal?.aborted ?? false;
  const staged = new StagedReading<string>({
    root,
    files: files.map((entry) => ({ id: entry.path, entry, needsHash: false })),
    cache: workers.hashes,
    verifies: options.verifies ?? false,
    hashes: false,
    pool: () => workers.reader(),
    nowMs: () => Date.now(),
    isStopped,
    onResults: (results) => {
      for (const { id, contentHash, failure } of results) {
        if (contentHash !== null) contents.set(id, contentHash);
        if (failure !== null) failures.push({ file: id, reason: reasonOf(failure) });
      }
      options.onProgress?.({
        filesTotal: files.length,
        filesLeft: staged.left,
        picturesTotal: 0,
        picturesDone: 0,
      });
    },
  });
  if (!isStopped()) await staged.run();
  if (isStopped()) throw new ScanError("STOPPED", "The scan was stopped");
  let bytes = 0;
  for (const { sizeBytes } of files) bytes += sizeBytes;
  return { contents, failures, files: files.length, bytes };
}

/** The files of a listing: the first name of each inode, and no empty ones. */
function filesOf(entries: readonly FolderEntry[]): FolderEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ kind, sizeBytes, linkCount, device, inode }) => {
    if (kind !== "file" || sizeBytes === 0) return false;
    if (linkCount < 2 || inode === 0) return true;
    const key = `${device}:${inode}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

function resultOf(listing: FolderListing, found: FoundContents): ScanResult {
  const plain = plainCopies(listing.entries, found.contents);
  const entries = namesAroundCopies(listing.entries, plain.others);
  const folder = folderLibrary({ ...listing, entries });
  const state = copiesLibrary(folder, found.contents);
  const scenes = exactScenes(state, { scope: WHOLE_LIBRARY, keepRules: [] });
  const skipped = [...listing.unreadable, ...folder.skipped]
    .map(({ path, reason }) => ({ file: path, reason }));
  let { filesToRemove, bytesToWin } = plain;
  for (const { members } of scenes) {
    for (const { file, choice } of members) {
      if (choice === "keep") continue;
      filesToRemove += 1;
      bytesToWin += totalBytes(state.files.get(file)?.objects ?? []);
    }
  }
  const firstOf = ({ files }: ExactGroup): string => files[0] ?? "";
  return {
    report: {
      exact: [...plain.groups, ...explained(state, scenes)]
        .sort((left, right) => compareText(firstOf(left), firstOf(right))),
      similar: [],
      unreadable: [...skipped, ...found.failures]
        .sort((left, right) => compareText(left.file, right.file)),
      plan: null,
    },
    numbers: {
      files: found.files,
      albums: folder.albums.length,
      bytes: found.bytes,
      exactBytesToWin: bytesToWin,
      bytesToWin,
      blankPictures: 0,
      filesToRemove,
      elapsedMs: 0,
    },
  };
}

/** The scenes as groups; the first ones say why. */
function explained(state: LibraryState, scenes: readonly ReviewedScene[]): ExactGroup[] {
  const first = (scene: ReviewedScene): string => scene.members[0]?.file ?? "";
  const ordered = [...scenes].sort((left, right) => compareText(first(left), first(right)));
  const shown = new Set(ordered.slice(0, GROUPS_EXPLAINED));
  // Where several shots keep a file of a group, only a plan says which is the keeper.
  for (const scene of ordered) {
    if (scene.members.filter(({ choice }) => choice === "keep").length > 1) shown.add(scene);
  }
  const plan = planOf(state, [...shown]);
  const planned = new Set([...shown].map(({ members }) => members[0]?.file as string));
  return groupsOf(state, ordered, plan).map((group) => ({
    ...group,
    // Some may be remembered; the same folder gives the same report.
    hash: null,
    why: planned.has(group.files[0] ?? "") ? group.why : "",
  }));
}

function planOf(state: LibraryState, scenes: readonly ReviewedScene[]): Pick<Plan, "items"> {
  if (scenes.length === 0) return { items: [] };
  const request: PlanRequest = {
    plan: identifier<PlanId>("exact"),
    cleanup: "exact",
    scope: WHOLE_LIBRARY,
    scenes,
    consentAlbums: [],
    keepRules: [],
  };
  const outcome = draftPlan(planFactsOf(state, request), request);
  if (outcome.kind === "plan") return outcome.plan;
  if (outcome.refusal.code === "NOTHING_TO_DO") return { items: [] };
  throw new ScanError("ENGINE", `Cannot make a plan: ${outcome.refusal.detail}`);
}
