/**
 * Runs every small scenario with many seeds: `deno task seeds`, see `--help`.
 *
 * @module
 */

import { mergeRows, rowText, sweepExitCode, type SweepRow } from "../campaign/seed_sweep.ts";
import { sweepSeeds, sweepText } from "../campaign/seed_sweep.ts";
import { loadScenario } from "../scenario/load_scenario.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { runChild } from "./child_process.ts";
import { EXIT_CODES } from "./exit_code.ts";

const HELP = `Runs each scenario with many seeds on all cores and says which seeds are not clean.

deno task seeds [SCENARIO.json ...] [options]

Without a name: every scenario of scenarios/ but the large library.

  --runs N        seeds of each scenario (50)
  --seed N        the first seed (1)
  --processes N   at a time (as many as there are cores)

Ends with 0 when every seed is clean, else as \`deno task sim\` does for the first that is not;
the last line is the command that repeats it.`;

/** Takes a minute and two gigabytes a seed: it is run on its own. */
const LARGE = "large-library.json";

/** Seeds that one process runs: starting it then costs little, and no lane is left waiting long. */
const SEEDS_PER_PROCESS = 25;

if (import.meta.main) Deno.exitCode = await main(Deno.args);

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
  const paths = given.paths.length > 0 ? given.paths : await smallScenarios();
  const rows = mergeRows(await sweepAll(paths, given));
  return print(sweepText(rows, commandText(given)), sweepExitCode(rows));
}

async function smallScenarios(): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name } of Deno.readDir("scenarios")) {
    const isScenario = name.endsWith(".json") && name !== "schema.json";
    if (isScenario && name !== LARGE) paths.push(`scenarios/${name}`);
  }
  return paths.sort();
}

async function sweepOne(path: string, given: Arguments): Promise<SweepRow> {
  const scenario = loadScenario(await Deno.readTextFile(path), path);
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
  const all = parts.length;
  const work = async (): Promise<void> => {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      const parameters = [part.path, "--child", "--seed", `${part.seed}`, "--runs", `${part.runs}`];
      // deno-lint-ignore no-await-in-loop -- one process after the other, in each lane
      const { stderr, stdout } = await runChild(import.meta.url, parameters);
      if (stdout.trim() === "") throw new Error(`Cannot run ${part.path}: ${stderr}`);
      const row = JSON.parse(stdout) as SweepRow;
      rows.push(row);
      say(`${`${rows.length}/${all}`.padStart(8)} ${rowText(row)}`);
    }
  };
  const lanes = Math.max(1, given.number("--processes", navigator.hardwareConcurrency));
  await Promise.all(Array.from({ length: Math.min(lanes, all) }, work));
  return rows;
}

function commandText(given: Arguments): string {
  const named = ["--runs", "--seed"].filter((name) => given.number(name, 0) > 0)
    .map((name) => `${name} ${given.number(name, 0)}`);
  return ["deno task seeds", ...given.paths, ...named].join(" ");
}

function print(text: string, code: number): number {
  // deno-lint-ignore no-console -- the command line prints its result
  console.log(text);
  return code;
}

function say(text: string): void {
  // deno-lint-ignore no-console -- progress goes to the standard error
  console.error(text);
}
