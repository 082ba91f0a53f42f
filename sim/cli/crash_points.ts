/**
 * Dies once at every effect of every small scenario: `deno task crash-points`, see `--help`.
 *
 * @module
 */

import { allCrashPoints, type CrashPointReport } from "../crash_points/crash_points.ts";
import { readScenario } from "./read_scenario.ts";
import { parseArguments } from "./arguments.ts";
import { childLines } from "./child_process.ts";
import { checkScenarios, runCommand } from "./command.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { print } from "./output.ts";
import { scenarioFiles } from "./scenario_files.ts";

const HELP =
  `Runs each scenario of a few files and days without faults, in a short span of time; then
once more for every turn and effect of it, with a crash before it, in the middle of it, or after it.

deno task crash-points [SCENARIO.json ...] [options]

  --out DIR       write the scenario of each failure there

Ends with 0 when every promise holds after every crash, else 10.`;

/** Processes at a time. */
const LANES = 2;
/** Longest scenarios that count as small, in days. */
const DAYS_MAX = 6;

if (import.meta.main) Deno.exitCode = await runCommand(main);

async function main(parameters: readonly string[]): Promise<number> {
  const parsed = parseArguments(parameters, {
    values: ["--out", "--lane"],
    flags: ["--child"],
  });
  if (parsed.kind === "help") return print(HELP, EXIT_CODES.clean);
  if (parsed.kind === "problem") return print(parsed.message, EXIT_CODES.badScenario);
  const given = parsed.arguments;
  if (given.has("--child")) {
    const part = { index: given.number("--lane", 0), of: LANES };
    for (const path of given.paths) {
      // deno-lint-ignore no-await-in-loop -- one scenario after the other
      const scenario = await readScenario(path);
      print(JSON.stringify(allCrashPoints(scenario, part)));
    }
    return EXIT_CODES.clean;
  }
  await checkScenarios(given.paths);
  const paths = given.paths.length > 0 ? [...given.paths] : await smallScenarios();
  return await crashEverywhere(paths, given.text("--out", ""));
}

async function smallScenarios(): Promise<string[]> {
  const paths: string[] = [];
  for (const path of await scenarioFiles()) {
    // deno-lint-ignore no-await-in-loop -- one small file after the other
    const scenario = await readScenario(path);
    const { virtualDays, world } = scenario;
    const isSmall = world.kind === "listed" && virtualDays <= DAYS_MAX && world.files.length < 50;
    if (isSmall) paths.push(path);
  }
  return paths;
}

async function crashEverywhere(paths: readonly string[], out: string): Promise<number> {
  const startedMs = performance.now();
  const reports: CrashPointReport[] = [];
  const parts = new Map<string, CrashPointReport[]>();
  const take = async (part: CrashPointReport): Promise<void> => {
    const known = [...parts.get(part.scenario) ?? [], part];
    parts.set(part.scenario, known);
    if (known.length < LANES) return;
    const report = putTogether(known);
    reports.push(report);
    print(lineOf(report));
    for (const { point, text } of report.failures.slice(0, 3)) {
      const [strike] = point.perturbations;
      print(`    ${point.place} ${strike?.fault} ${strike?.entity}: ${text}`);
    }
    if (out !== "") await writeFailures(report, out);
  };
  const work = async (_: unknown, lane: number): Promise<void> => {
    // Every process goes through all scenarios and does its part of each: none is left waiting.
    const parameters = [...paths, "--child", "--lane", `${lane}`];
    const lines = childLines(import.meta.url, parameters);
    for await (const line of lines) await take(JSON.parse(line) as CrashPointReport);
  };
  await Promise.all(Array.from({ length: LANES }, work));
  if (reports.length !== paths.length) throw new Error("Not every scenario was crashed everywhere");
  const tried = reports.filter(({ leftOut }) => leftOut === null);
  const sum = (of: (report: CrashPointReport) => number): number =>
    tried.reduce((total, report) => total + of(report), 0);
  const failures = sum((report) => report.failures.length);
  print(
    `${tried.length} scenarios, ${sum(({ effects }) => effects)} effects, ` +
      `${sum(({ points }) => points)} crashes, ${failures} failures; ` +
      `${((performance.now() - startedMs) / 1000).toFixed(1)} s`,
  );
  return failures === 0 ? EXIT_CODES.clean : EXIT_CODES.violation;
}

/** The report of a scenario from those of its parts. */
function putTogether(parts: readonly CrashPointReport[]): CrashPointReport {
  const [first] = parts;
  if (first === undefined) throw new TypeError("There are no parts to put together");
  return {
    ...first,
    points: parts.reduce((sum, { points }) => sum + points, 0),
    failures: parts.flatMap(({ failures }) => failures),
  };
}

async function writeFailures(report: CrashPointReport, out: string): Promise<void> {
  const firsts = new Map(report.failures.map((failure) => [failure.signature, failure]));
  await Deno.mkdir(out, { recursive: true });
  let number = 0;
  for (const { scenario } of firsts.values()) {
    number += 1;
    const id = `crash-${report.scenario}-${number}`.slice(0, 80);
    const text = JSON.stringify({ ...scenario, id }, null, 2);
    // deno-lint-ignore no-await-in-loop -- few files
    await Deno.writeTextFile(`${out}/${id}.json`, `${text}\n`);
  }
}

function lineOf({ effects, failures, leftOut, points, scenario }: CrashPointReport): string {
  const result = leftOut === null
    ? `${`${effects}`.padStart(6)} effects ${`${points}`.padStart(6)} crashes ` +
      `${`${failures.length}`.padStart(4)} failures`
    : `left out: ${leftOut}`;
  return `${scenario.padEnd(40)} ${result}`;
}
