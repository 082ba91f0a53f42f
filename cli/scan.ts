/**
 * `deno task scan DIR`: looks at a real folder and says what could be won back.
 *
 * @module
 */

import type { ReviewTier } from "@scenekeep/engine/core";
import type { ModelDescription, ScanOptions, ScanResult } from "@scenekeep/engine/host";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import type { GivenOptions } from "./options.ts";
import { KEEP_HELP, KEEP_LISTS, keepRulesOf } from "./keep_rules.ts";
import { late } from "./late_modules.ts";
import { ProgressLine } from "./progress.ts";
import { SELECTION_HELP, SELECTION_LISTS, selectionOf } from "./selection_options.ts";
import { SCAN_COLUMNS, scanCsv } from "./scan_csv.ts";
import { scanSummary } from "./scan_summary.ts";
import {
  readCommandLine,
  reportFailures,
  runCommand,
  type Terminal,
  writeOutput,
  wrongUsage,
} from "./terminal.ts";
import { isInside, userPath } from "./user_path.ts";

const HELP = `deno task scan DIR [options]

Looks at the folder DIR and everything below it: exact copies, pictures that show the
same thing, what would stay and why, and how many bytes could be won back. It changes
nothing in the folder. What it computes is remembered in the user's cache directory.

  --json         write one JSON object to standard output
  --csv          write one line for each file of a group to standard output:
                 ${SCAN_COLUMNS.join(",")}
  --html FILE    write a contact sheet of every group to FILE; it must be outside DIR
  --exact-only   look for exact copies alone; the model is left out
  --tier TIER    how alike pictures of a group are: close, similar (default) or related; or
                 the same picture in other bytes: sameImage (only what is said of it
                 differs) or samePixels (also what compresses it)
  --album PATH   look inside this directory of DIR alone: what is removed leaves it, and
                 lives on where it has other names
  --plan FILE    write the plan with its certificate to FILE; it must be outside DIR
  --verify       compare the bytes of all copies again, whatever is remembered of them
  --model MODEL  compare pictures by this model: its name, or a file that describes it
  --cache DIR    remember hashes, vectors and the model there instead
  --help         say this

${KEEP_HELP}
${SELECTION_HELP}
Ctrl-C stops it; what was computed by then is remembered, so the next scan goes on from there.
Exit code: 0 done · 1 a mistake of the program · 2 wrong usage · 3 the folder cannot be read ·
4 the cache or the model cannot be had · 5 the result cannot be written · 130 stopped
`;

/** How alike pictures of a group may be asked to be: the engine's own list takes long to load. */
const TIERS = Object.keys(
  {
    sameImage: true,
    samePixels: true,
    close: true,
    similar: true,
    related: true,
  } satisfies Record<ReviewTier, true>,
) as readonly ReviewTier[];

const SHAPE = {
  flags: ["json", "csv", "exact-only", "verify"],
  values: ["album", "tier", "plan", "html", "cache", "model"],
  lists: [...SELECTION_LISTS, ...KEEP_LISTS],
  positionals: ["DIR"],
} as const;

type Given = GivenOptions<
  (typeof SHAPE)["flags"][number] | "help",
  (typeof SHAPE)["values"][number],
  (typeof SHAPE)["lists"][number]
>;

/** Runs the command. */
export async function scanCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  const folder = given.positionals[0] ?? ".";
  const root = userPath(folder);
  const tier = TIERS.find((known) => known === (given.values.get("tier") ?? "similar"));
  if (tier === undefined) {
    const known = TIERS.join(", ");
    return wrongUsage(terminal, `Unknown tier "${given.values.get("tier")}": known are ${known}`);
  }
  for (const name of ["plan", "html"] as const) {
    const path = given.values.get(name);
    if (path !== undefined && isInside(userPath(path), root)) {
      const message = `Name a file outside of the folder for --${name}: got "${path}"`;
      return wrongUsage(terminal, message);
    }
  }
  const keepRules = keepRulesOf(given.lists.get("keep") ?? []);
  if (typeof keepRules === "string") return wrongUsage(terminal, keepRules);
  const selection = await selectionOf(given.lists, terminal);
  if (selection === null) return EXIT.usage;
  const model = given.values.get("model");
  const description = model === undefined ? undefined : await modelNamed(model);
  if (typeof description === "string") return wrongUsage(terminal, description);
  return await reportFailures(terminal, async () => {
    const choices = { root, selection, tier, description, keepRules };
    const options = { ...choices, plans: needsPlan(given), ...scanOptions(given) };
    const result = await watchedScan(terminal, options);
    await tell(result, { given, folder, root, terminal });
    return EXIT.done;
  });
}

/** Writes what was asked for: files first, so that whoever reads the output finds them there. */
async function tell(
  result: ScanResult,
  context: {
    readonly given: Given;
    readonly folder: string;
    readonly root: string;
    readonly terminal: Terminal;
  },
): Promise<void> {
  const { given, folder, root, terminal } = context;
  const pathOf = (name: "plan" | "html"): string | null => {
    const path = given.values.get(name);
    return path === undefined ? null : userPath(path);
  };
  const [planPath, sheetPath] = [pathOf("plan"), pathOf("html")];
  if (planPath !== null) await writeOutput(planPath, [jsonText(result.report.plan)]);
  if (sheetPath !== null) {
    const { scanThumbnails } = await late.host();
    const { contactSheet, picturesOfSheet } = await late.contactSheet();
    const thumbnails = await scanThumbnails({
      root,
      files: picturesOfSheet(result),
      signal: terminal.signal,
    });
    await writeOutput(sheetPath, contactSheet(result, { folder, thumbnails }));
  }
  if (given.flags.has("json")) terminal.out(jsonText(result.report));
  else if (given.flags.has("csv")) {
    terminal.out(scanCsv(result.report));
  } else {
    const exactOnly = given.flags.has("exact-only");
    terminal.out(scanSummary(result, { folder, exactOnly, planPath, sheetPath }));
  }
}

/** Reading a model's description takes all of the host, which a scan for copies does without. */
async function modelNamed(word: string): Promise<ModelDescription | string> {
  const { readModel } = await late.modelFile();
  return await readModel(word);
}

/** The summary of a scan for copies is told without a plan, which takes most of the time. */
function needsPlan({ flags, lists, values }: Given): boolean {
  return lists.has("keep") || values.has("album") || flags.has("json") || flags.has("csv") ||
    values.has("plan") ||
    values.has("html");
}

function scanOptions(given: Given): Pick<
  ScanOptions,
  "album" | "exactOnly" | "verifies" | "cache"
> {
  const [album, cache] = [given.values.get("album"), given.values.get("cache")];
  return {
    exactOnly: given.flags.has("exact-only"),
    verifies: given.flags.has("verify"),
    ...(album === undefined ? {} : { album }),
    ...(cache === undefined ? {} : { cache: userPath(cache) }),
  };
}

/**
 * Loads what it takes: a scan for copies of a folder that is known is over before all the rest
 * would be loaded.
 */
async function scan(options: ScanOptions): Promise<ScanResult> {
  if (options.exactOnly === true && options.plans === false) {
    const { scanCopies } = await late.copies();
    return await scanCopies(options);
  }
  const { scanFolder } = await late.host();
  return await scanFolder(options);
}

async function watchedScan(terminal: Terminal, options: ScanOptions): Promise<ScanResult> {
  const progress = ProgressLine.on(terminal);
  try {
    return await scan({
      ...options,
      signal: terminal.signal,
      onProgress: (state) => progress.show(state),
      onNote: (line) => progress.note(line),
    });
  } finally {
    progress.clear();
  }
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (import.meta.main) await runCommand(scanCommand);
