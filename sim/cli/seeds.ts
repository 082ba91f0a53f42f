/**
 * Runs every small scenario with many seeds: `deno task seeds`, see `--help`.
 *
 * @module
 */

import { mergeRows, rowText, sweepExitCode, type SweepRow } from "../campaign/seed_sweep.ts";
import { sweepSeeds, sweepText } from "../campaign/seed_sweep.ts";
import { readScenario } from "./read_scenario.ts";
import { type Arguments, commandText, parseArguments } from "./arguments.ts";
import { childJson } from "./child_process.ts";
import { checkScenarios, runCommand } from "./command.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { inLanes, lanesOf } from "./lanes.ts";
import { print, say } from "./output.ts";
import { smallScenarioFiles } from "./scenario_files.ts";

const HELP = `Runs each scenario with many seeds on all cores and says which seeds are not clean.

deno task seeds [SCENARIO.json ...] [options]

Without a name: every scenario of scenarios/ but the large library.

  --runs N        seeds of each scenario (50)
  --seed N        the first seed (1)
  --processes N   at a time (as many as there are cores)

Ends with 0 when every seed is clean, else as \`deno task sim\` does for the first that is not;
the last line is the command that repeats it.`;

/** Seeds that one process runs: starting it then costs little, and no lane is left waiting long. */
const SEEDS_PER_PROCESS = 25;

if (import.meta.main) Deno.exitCode = await runCommand(main);

async function main(parameters: readonly string[]): Promise<number> {
  const parsed = parseArguments(parameters, {
    values: ["--runs", "--seed", "--processes"],
    flags: ["--child"],
  });
  if (parsed.kind === "help") return print(HELP, EXIT_CODES.clean);
  if (parsed.kind === "problem") {
    return print(`${parsed.message}\n\n${HELP}`, EXIT_CODES.badScenario);
  }
  const given = parsed.arguments;
  const [first] = given.paths;
  if (given.has("--child") && first !== undefined) {
    return print(JSON.stringify(await sweepOne(first, given)), EXIT_CODES.clean);
  }
  await checkScenarios(given.paths);
  const paths = given.paths.length > 0 ? given.paths : await smallScenarioFiles();
  const rows = mergeRows(await sweepAll(paths, given));
  return print(
    sweepText(rows, commandText("seeds", given, ["--runs", "--seed"])),
    sweepExitCode(rows),
  );
}

async function sweepOne(path: string, given: Arguments): Promise<SweepRow> {
  const scenario = await readScenario(path);
  return sweepSeeds(scenario, {
    path,
    firstSeed: given.number("--seed", 1),
    seeds: given.number("--runs", 1),
    clockMs: () => performance.now(),
  });
}

/** Gives each lane the next part of a scenario's seeds until none is left. */
async function sweepAll(paths: readonly string[], given: Arguments): Promise<SweepRow[]> {
  const [first, runs] = [given.number("--seed", 1), given.number("--runs", 50)];
  const parts = paths.flatMap((path) =>
    Array.from({ length: Math.ceil(runs / SEEDS_PER_PROCESS) }, (_, part) => ({
      path,
      seed: first + part * SEEDS_PER_PROCESS,
      runs: Math.min(SEEDS_PER_PROCESS, runs - part * SEEDS_PER_PROCESS),
    }))
  );
  const rows: SweepRow[] = [];
  await inLanes(parts, lanesOf(given), async (part) => {
    const parameters = [part.path, "--child", "--seed", `${part.seed}`, "--runs", `${part.runs}`];
    const row = await childJson<SweepRow>(import.meta.url, parameters);
    rows.push(row);
    say(`${`${rows.length}/${parts.length}`.padStart(8)} ${rowText(row)}`);
  });
  return rows;
}
