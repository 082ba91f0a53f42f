import type { KeepRule } from "@scenekeep/engine/core";
import { type FileSelection, WHOLE_SELECTION } from "../folder/file_selection.ts";
import { withLostLinks } from "../links/with_lost_links.ts";
import { scanScope } from "./album_scope.ts";
import { ALL_STAY, buildReport } from "./build_report.ts";
import { checkPlans } from "./check_plans.ts";
import { selectedFiles } from "./choose_by_selection.ts";
import { draftPlans } from "./draft_plans.ts";
import { type ReadLibrary, readLibrary, type ReadOptions } from "./read_library.ts";
import { scanCopies } from "./scan_copies.ts";
import { NO_SCENES, readScenes } from "./read_scenes.ts";
import { selectedPlan } from "./selected_plan.ts";
import type { ScanNumbers, ScanReport } from "./scan_report.ts";

/** What to scan for, and who watches. */
export interface ScanOptions extends Omit<ReadOptions, "embeds"> {
  /** True to look for exact copies alone; the model is left out. @default false */
  readonly exactOnly?: boolean;
  /**
   * False leaves the plan out where only exact copies are looked for: much faster, as contents are
   * compared and not hashed. @default true
   */
  readonly plans?: boolean;
  /**
   * What makes a file the one that stays, strongest first; the usual order follows. With any of
   * them there are always plans. @default none
   */
  readonly keepRules?: readonly KeepRule[];
  /**
   * A directory below the root, `.` for the root itself: only what has a name in it is looked at,
   * and what is removed leaves it alone, and lives on where it has other names. There are always
   * plans then. @default the whole folder
   */
  readonly album?: string;
}

/** What came of a scan. */
export interface ScanResult {
  readonly report: ScanReport;
  readonly numbers: ScanNumbers;
}

/**
 * Looks at a folder: what is there twice, what shows the same thing, what a clean-up would win.
 * Changes nothing in it.
 *
 * The same folder gives the same report, byte for byte; the numbers beside it may differ. Hashes
 * and vectors are remembered, so that a second scan reads only what is new.
 *
 * @throws {ScanError} With a code that says why there is no report.
 *
 * @example
 * ```ts ignore
 * const { report } = await scanFolder({ root: "/photos", exactOnly: true });
 * for (const { keeper, files } of report.exact) console.log(keeper, files.length);
 * ```
 */
export async function scanFolder(options: ScanOptions): Promise<ScanResult> {
  const startMs = performance.now();
  const isUsual = (options.keepRules ?? []).length === 0 && options.album === undefined;
  const copiesOnly = options.exactOnly === true && options.plans === false && isUsual;
  if (copiesOnly) return await scanCopies(options);
  const embeds = !(options.exactOnly ?? false);
  const found = await readLibrary({ ...options, embeds }, (read) => group(read, options));
  return timed(await withLostLinks(found, options), startMs);
}

function timed(found: ScanResult, startMs: number): ScanResult {
  return { ...found, numbers: { ...found.numbers, elapsedMs: performance.now() - startMs } };
}

async function group(read: ReadLibrary, options: ScanOptions): Promise<ScanResult> {
  const { library, folder, model, compute } = read;
  const tier = options.tier ?? "similar";
  const { keepRules = [], selection = WHOLE_SELECTION } = options;
  const selected = selectedFiles(folder.library.files, selection);
  const { holds, scope } = scanScope(folder.library, options.album);
  const { scenes: similar, grounds } = model === null
    ? NO_SCENES
    : await readScenes(library.client, { tier, selected, keepRules, holds });
  const plans = await draftPlans(library.client, { similar, selected, keepRules, scope });
  const state = await library.end();
  checkPlans(state, plans);
  const problems = compute?.problems ?? new Map();
  const thresholds = model?.prepared.description.thresholds ?? null;
  const { unreadable } = folder;
  const found = {
    state,
    selected,
    keepRules,
    scope,
    similar,
    grounds,
    plans,
    unreadable,
    problems,
    thresholds,
  };
  const report = selectedReport(buildReport(found), selection);
  if (plans.tooLarge !== null) {
    options.onNote?.(`There is more to win than fits one plan: ${plans.tooLarge}`);
  }
  const copies = copiesOf(report);
  const items = plans.whole?.items ?? [];
  const namesToRemove = items.filter(({ action }) => action === "removeEntry").length;
  let blankPictures = 0;
  for (const { code } of problems.values()) if (code === "BLANK") blankPictures += 1;
  return {
    report,
    numbers: {
      files: state.files.size,
      albums: folder.library.albums.length,
      bytes: state.usage.liveBytes,
      exactBytesToWin: plans.exact?.certificate.bytesToTrash ?? copies.bytes,
      bytesToWin: plans.whole?.certificate.bytesToTrash ?? copies.bytes,
      blankPictures,
      filesToRemove: plans.whole === null ? copies.files : items.length - namesToRemove,
      namesToRemove,
      elapsedMs: 0,
    },
  };
}

/** The report with its plan saying under which selection it was made, where there is one. */
function selectedReport(report: ScanReport, selection: FileSelection): ScanReport {
  return report.plan === null ? report : { ...report, plan: selectedPlan(report.plan, selection) };
}

/**
 * What all but one of each group of copies take, for a scan whose plan would be too large. Copies
 * of which all stay, as parts of other shots, count for nothing where there is nothing to plan.
 */
function copiesOf(report: ScanReport): { readonly files: number; readonly bytes: number } {
  let files = 0;
  let bytes = 0;
  for (const { files: members, sizeBytes, why } of report.exact) {
    if (why === ALL_STAY) continue;
    files += members.length - 1;
    bytes += sizeBytes * (members.length - 1);
  }
  return { files, bytes };
}
