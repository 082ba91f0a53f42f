import { resolve } from "@std/path";
import { HashCache } from "../cache/hash_cache.ts";
import { ReportCache } from "../cache/report_cache.ts";
import { WHOLE_SELECTION } from "../folder/file_selection.ts";
import type { FolderEntry, UnreadableEntry } from "../folder/folder_entry.ts";
import type { FolderListing, FolderSurvey } from "../folder/folder_survey.ts";
import { ReadingPool } from "../reading/reading_pool.ts";
import { coreCount, READING_THREADS_MAX } from "../reading/reading_threads.ts";
import { StagedReading } from "../reading/staged_reading.ts";
import { withLostLinks } from "../links/with_lost_links.ts";
import { ChosenNames } from "./chosen_names.ts";
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
const RULES = "copies/4";

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
  const reports = new ReportCache(database);
  const found = await findCopies(root, { options, hashes, reports, looking });
  if (found.known !== null) {
    return timed(await withLostLinks(JSON.parse(found.known), options), startMs);
  }
  const { copiesReport } = await loadReport();
  const result = copiesReport(found.copies, options.selection ?? WHOLE_SELECTION);
  if (found.isSteady) reports.put(root, found.fingerprint, JSON.stringify(result));
  return timed(await withLostLinks(result, options), startMs);
}

/**
 * [Note: Late modules]
 *
 * The runtime reads all modules that an import names by a literal before the first line runs, also
 * where the import is dynamic. A name that is resolved first is read when it is asked for: a scan
 * of a known folder is over before the others would be read.
 */
async function loadReport(): Promise<typeof import("./copies_report.ts")> {
  return await import(import.meta.resolve("./copies_report.ts"));
}

/** What a folder holds, or what is remembered of it. */
type FoundCopies =
  | { readonly known: string }
  | {
    readonly known: null;
    readonly copies: FoundContents;
    readonly fingerprint: string;
    /** True when the folder cannot have changed meanwhile without that being seen next time. */
    readonly isSteady: boolean;
  };

/** Looks and reads. What is kept for each name of the folder is let go of when it is over. */
async function findCopies(
  root: string,
  made: {
    readonly options: ScanOptions;
    readonly hashes: HashCache;
    readonly reports: ReportCache;
    readonly looking: Promise<FolderSurvey>;
  },
): Promise<FoundCopies> {
  const { options, hashes, looking, reports } = made;
  await using threads = new Threads();
  // Threads take a moment to start: the folder is walked meanwhile.
  if (hashes.isEmpty) threads.reader();
  const survey = await looking;
  const { selection = WHOLE_SELECTION } = options;
  const fingerprint = await survey.fingerprint(`${RULES} ${JSON.stringify(selection.patterns)}`);
  const known = options.verifies ? null : reports.find(root, fingerprint);
  if (known !== null) return { known };
  const lookedAtMs = Date.now();
  const names = new ChosenNames(survey.table(), selection);
  const read = await readContents(root, { options, hashes, threads, names });
  // What they hold is not needed any more, and what follows takes the most.
  threads.close();
  const { entries, contents } = names.aroundCopies(read.contents);
  const listing = survey.listingOf(entries);
  return {
    known: null,
    copies: {
      listing: { ...listing, unreadable: selection.unreadableOf(listing.unreadable) },
      contents,
      failures: read.failures,
      files: names.files.length,
      bytes: names.bytes,
    },
    fingerprint,
    isSteady: read.failures.length === 0 && names.areSettled(lookedAtMs),
  };
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

  close(): void {
    this.#pool?.close();
    this.#pool = null;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

/** What was found in the files of a folder. */
export interface FoundContents {
  /** With the names that decide about copies. */
  readonly listing: FolderListing;
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
    readonly names: ChosenNames;
  },
): Promise<{ contents: Map<number, string>; failures: UnreadableEntry[] }> {
  const { options, hashes, threads, names } = made;
  const { files } = names;
  const contents = new Map<number, string>();
  // Files of one content share one string.
  const strings = new Map<string, string>();
  const failures: UnreadableEntry[] = [];
  const isStopped = (): boolean => options.signal?.aborted ?? false;
  const staged = new StagedReading({
    root,
    files: names.staged(),
    cache: hashes,
    verifies: options.verifies ?? false,
    hashes: false,
    pool: () => threads.reader(),
    nowMs: () => Date.now(),
    isStopped,
    onResults: (results) => {
      for (const { place, contentHash, failure } of results) {
        const name = files[place] ?? 0;
        if (contentHash !== null) {
          const content = strings.get(contentHash) ?? contentHash;
          strings.set(content, content);
          contents.set(name, content);
        }
        if (failure !== null) {
          failures.push({ path: names.table.pathAt(name), reason: reasonOf(failure) });
        }
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
  return { contents, failures };
}
