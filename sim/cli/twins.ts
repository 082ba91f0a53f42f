/**
 * Compares what becomes of a library with faults and without, and in other orders: `deno task
 * twins`, see `--help`.
 *
 * @module
 */

import { besideTwin, inOtherOrder, RACES, type SameEnd } from "../oracles/same_end.ts";
import { readScenario } from "./read_scenario.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { type Arguments, commandText, givenNumbers, parseArguments } from "./arguments.ts";
import { childJson } from "./child_process.ts";
import { checkScenarios, runCommand } from "./command.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { inLanes, lanesOf } from "./lanes.ts";
import { print } from "./output.ts";
import { scenarioFiles } from "./scenario_files.ts";

const HELP = `Runs each scenario with its faults, and with everything moved about in time, and
compares the library in the end with that of a run without either.

deno task twins [SCENARIO.json ...] [options]

Without a name: every scenario of scenarios/ that says what its users do, one by one.

  --runs N        seeds of each scenario (5)
  --seed N        the first seed (1)
  --processes N   at a time (as many as there are cores)

Ends with 0 when all are the same, with 13 when nothing was compared or nothing struck, else 10; the
last line is the command that repeats it.`;

/** What came of the seeds of one scenario. */
interface TwinRow {
  readonly path: string;
  /** Why its runs are not compared; null when they are. */
  readonly leftOut: string | null;
  readonly comparisons: number;
  readonly strikes: number;
  /** Of each comparison that was not equal: how it was made, and the first of what differs. */
  readonly unequal: readonly string[];
}

/** Differences that are told of one comparison. */
const TOLD_MAX = 3;

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
    return print(JSON.stringify(await compareSeeds(first, given)), EXIT_CODES.clean);
  }
  await checkScenarios(given.paths);
  const paths = given.paths.length > 0 ? given.paths : await scenarioFiles();
  return summary(await compareAll(paths, given), given);
}

async function compareSeeds(path: string, given: Arguments): Promise<TwinRow> {
  const scenario = await readScenario(path);
  const leftOut = whyLeftOut(scenario);
  const unequal: string[] = [];
  let [comparisons, strikes] = [0, 0];
  const note = (how: string, { differences, problem, strikes: struck }: SameEnd): void => {
    comparisons += 1;
    strikes += struck;
    if (problem === null && differences.length === 0) return;
    unequal.push([how, problem ?? "", ...differences.slice(0, TOLD_MAX)].join("\n      "));
  };
  const [from, runs] = [given.number("--seed", 1), given.number("--runs", 5)];
  for (let seed = from; leftOut === null && seed < from + runs; seed += 1) {
    note(`seed ${seed}, with faults`, besideTwin(scenario, { seed }));
    note(`seed ${seed}, in another order`, inOtherOrder(scenario, { seed }));
  }
  return { path, leftOut, comparisons, strikes, unequal };
}

function whyLeftOut({ id, workload, world }: Scenario): string | null {
  const isDrawn = workload !== undefined || world.kind !== "listed";
  if (isDrawn) return "its users are drawn, and do what the moment allows";
  return RACES[id] ?? null;
}

async function compareAll(paths: readonly string[], given: Arguments): Promise<TwinRow[]> {
  const rows: TwinRow[] = [];
  const options = givenNumbers(given, ["--runs", "--seed"]);
  await inLanes(paths, lanesOf(given), async (path) => {
    const row = await childJson<TwinRow>(import.meta.url, [path, "--child", ...options]);
    rows.push(row);
    print(lineOf(row));
  });
  return rows;
}

function lineOf({ comparisons, leftOut, path, strikes, unequal }: TwinRow): string {
  if (leftOut !== null) return `${path.padEnd(52)} left out: ${leftOut}`;
  const result = `${comparisons - unequal.length} of ${comparisons} the same, ${strikes} strikes`;
  return [`${path.padEnd(52)} ${result}`, ...unequal.map((text) => `    ${text}`)].join("\n");
}

function summary(rows: readonly TwinRow[], given: Arguments): number {
  const sum = (of: (row: TwinRow) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  const unequal = sum((row) => row.unequal.length);
  const compared = rows.filter(({ leftOut }) => leftOut === null);
  const idle = compared.filter(({ strikes }) => strikes === 0);
  print(
    `${compared.length} scenarios compared ${sum((row) => row.comparisons)} times, ` +
      `${sum((row) => row.strikes)} strikes, ${unequal} unequal`,
    EXIT_CODES.clean,
  );
  for (const { path } of idle) print(`Nothing struck in ${path}`);
  const command = commandText("twins", given, ["--runs", "--seed"]);
  if (unequal > 0) return print(command, EXIT_CODES.violation);
  const isVacuous = compared.length === 0 || idle.length > 0;
  return print(command, isVacuous ? EXIT_CODES.vacuous : EXIT_CODES.clean);
}
