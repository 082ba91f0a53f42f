/**
 * `deno task scan DIR`: looks at a real folder and says what could be won back.
 *
 * @module
 */

import { SIMILAR_TIERS } from "@scenekeep/engine/core";
import { scanFolder, type ScanOptions, type ScanResult } from "@scenekeep/engine/host";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { type GivenOptions, parseOptions } from "./options.ts";
import { ProgressLine } from "./progress.ts";
import { scanSummary } from "./scan_summary.ts";
import { reportFailures, runCommand, type Terminal, writeOutput, wrongUsage } from "./terminal.ts";
import { isInside, userPath } from "./user_path.ts";

const HELP = `deno task scan DIR [options]

Looks at the folder DIR and everything below it: exact copies, pictures that show the
same thing, what would stay and why, and how many bytes could be won back. It changes
nothing in the folder. What it computes is remembered in the user's cache directory.

  --json         write one JSON object to standard output
  --exact-only   look for exact copies alone; the model is left out
  --tier TIER    how alike pictures of a group are: close, similar (default) or related
  --plan FILE    write the plan with its certificate to FILE; it must be outside DIR
  --cache DIR    remember hashes, vectors and the model there instead
  --help         say this

Exit code: 0 done · 1 a mistake of the program · 2 wrong usage · 3 the folder cannot be read ·
4 the cache or the model cannot be had · 5 the result cannot be written · 130 stopped
`;

const SHAPE = {
  flags: ["json", "exact-only"],
  values: ["tier", "plan", "cache"],
  positionals: ["DIR"],
} as const;

type Given = GivenOptions<"json" | "exact-only" | "help", "tier" | "plan" | "cache">;

/** Runs the command. */
export async function scanCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = parseOptions(words, SHAPE);
  if (given.kind === "usage") return wrongUsage(terminal, given.message);
  if (given.flags.has("help")) {
    terminal.out(HELP);
    return EXIT.done;
  }
  const folder = given.positionals[0] ?? ".";
  const root = userPath(folder);
  const tier = SIMILAR_TIERS.find((known) => known === (given.values.get("tier") ?? "similar"));
  if (tier === undefined) {
    const known = SIMILAR_TIERS.join(", ");
    return wrongUsage(terminal, `Unknown tier "${given.values.get("tier")}": known are ${known}`);
  }
  const plan = given.values.get("plan");
  const planPath = plan === undefined ? null : userPath(plan);
  if (planPath !== null && isInside(planPath, root)) {
    return wrongUsage(terminal, `Name a file outside of the folder for the plan: got "${plan}"`);
  }
  return await reportFailures(terminal, async () => {
    const result = await watchedScan(terminal, { root, tier, ...scanOptions(given) });
    if (planPath !== null) await writeOutput(planPath, [jsonText(result.report.plan)]);
    if (given.flags.has("json")) terminal.out(jsonText(result.report));
    else {
      const exactOnly = given.flags.has("exact-only");
      terminal.out(scanSummary(result, { folder, exactOnly, planPath }));
    }
    return EXIT.done;
  });
}

function scanOptions(given: Given): Pick<ScanOptions, "exactOnly" | "cache"> {
  const cache = given.values.get("cache");
  return {
    exactOnly: given.flags.has("exact-only"),
    ...(cache === undefined ? {} : { cache: userPath(cache) }),
  };
}

async function watchedScan(terminal: Terminal, options: ScanOptions): Promise<ScanResult> {
  const progress = ProgressLine.on(terminal);
  try {
    return await scanFolder({
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
