import { resolve } from "@std/path";
import { HashCache, isSettled } from "../cache/hash_cache.ts";
import { ReportCache } from "../cache/report_cache.ts";
import { WHOLE_SELECTION } from "../folder/file_selection.ts";
import type { FolderEntry, UnreadableEntry } from "../folder/folder_entry.ts";
import { ReadingPool } from "../reading/reading_pool.ts";
import { coreCount, READING_THREADS_MAX } from "../reading/reading_threads.ts";
import { StagedReading } from "../reading/staged_reading.ts";
import { lookAtFolder } from "./look_at_folder.ts";
import { reasonOf } from "./reason_of.ts";
import { openScanCache, scanCache } from "./scan_cache.ts";
import { ScanError } from "./scan_error.ts";
import type { ScanOptions, ScanResult } from "./scan_folder.ts";

export { FileSelection } from "../folder/file_selection.ts";
export { PatternError } from "../folder/path_pattern.ts";
export { ScanError } from "./scan_error.ts";

/**
 * Stands for what a report is made by. Must change whenever the same folder would give another
 * report: a test knows that of one folder.
 */
const RULES = "copies/2";

/**
 * Looks for exact copies alone and makes no plan. The groups and keepers are those of the plan,
 * found by the same rules on the same state; what is left out is the work of actors, hashes, and
 * certificates, which takes several times as long as reading. What is not needed for a folder that
 * is as it was is not even loaded.
 *
 * @throws {ScanError} With a code that says why there is no report.
 */
export async function scanCopies(options: ScanOptions): Promise<ScanResult> {
  const startMs = performance.now();
  const root = resolve(options.root);
  const looking = lookAtFolder(root, scanCache(options.cache ?? null));
  // Whoever awaits it hears of it.
  looking.catch(() => {});
  using database = openScanCache(options.cache ?? null);
  const hashes = new HashCache(database);
  await using threads = new Threads();
  // Threads take a moment to start: the folder is walked meanwhile.
  if (hashes.isEmpty) threads.reader();
  const survey = await looking;
  const reports = new ReportCache(database);
  const { selection = WHOLE_SELECTION } = options;
  const rules = `${RULES} ${JSON.stringify(selection.patterns)}`;
  const fingerprint = await survey.fingerprint(rules);
  const known = options.verifies ? null : reports.find(root, fingerprint);
  if (known !== null) return timed(JSON.parse(known), startMs);
  const lookedAtMs = Date.now();
  const listing = selection.of(survey.listing());
  const found = await readContents(root, { options, hashes, threads, entries: listing.entries });
  const { copiesReport } = await import("./copies_report.ts");
  const result = copiesReport(listing, found, selection);
  const isSteady = found.failures.length === 0 &&
    listing.entries.every((entry) => isSettled(entry, lookedAtMs));
  if (isSteady) reports.put(root, fingerprint, JSON.stringify(result));
  return timed(result, startMs);
}

function timed(found: ScanResult, startMs: number): ScanResult {
  return { ...found, numbers: { ...found.numbers, elapsedMs: performance.now() - startMs } };
}

/** The threads that read; they start when somebody asks for them. */
class Threads implements AsyncDisposable {
  #pool: ReadingPool | null = null;

  reader(): ReadingPool {
    this.#pool ??= new ReadingPool(Math.min(READING_THREADS_MAX, coreCount()));
    return this.#pool;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#pool?.close();
    return Promise.resolve();
  }
}

/** What was found in the files. */
export interface FoundContents {
  /** What files with a copy hold: by the entry of the first name. */
  readonly contents: ReadonlyMap<FolderEntry, string>;
  readonly failures: readonly UnreadableEntry[];
  /** Files, each counted once, and their bytes. */
  readonly files: number;
  readonly bytes: number;
}

async function readContents(
  root: string,
  made: {
    readonly options: ScanOptions;
    readonly hashes: HashCache;
    readonly threads: Threads;
    readonly entries: readonly FolderEntry[];
  },
): Promise<FoundContents> {
  const { options, hashes, threads, entries } = made;
  const files = filesOf(entries);
  const contents = new Map<FolderEntry, string>();
  const failures: UnreadableEntry[] = [];
  const isStopped = (): boolean => options.signal?.aborted ?? false;
  const staged = new StagedReading<FolderEntry>({
    root,
    files: files.map((entry) => ({ id: entry, entry, needsHash: false })),
    cache: hashes,
    verifies: options.verifies ?? false,
    hashes: false,
    pool: () => threads.reader(),
    nowMs: () => Date.now(),
    isStopped,
    onResults: (results) => {
      for (const { id, contentHash, failure } of results) {
        if (contentHash !== null) contents.set(id, contentHash);
        if (failure !== null) failures.push({ path: id.path, reason: reasonOf(failure) });
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
