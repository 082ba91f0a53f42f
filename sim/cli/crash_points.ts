/**
 * Dies once at every effect of every small scenario: `deno task crash-points`, see `--help`.
 *
 * @module
 */

import { allCrashPoints, type CrashPointReport } from "../crash_points/crash_points.ts";
import { loadScenario } from "../scenario/load_scenario.ts";
import { parseArguments } from "./arguments.ts";
import { runChild } from "./child_process.ts";
import { EXIT_CODES } from "./exit_code.ts";

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

if (import.meta.main) Deno.exitCode = await main(Deno.args);

async function main(parameters: readonly string[]): Promise<number> {
  const parsed = parseArguments(parameters, { values: ["--out"], flags: ["--child"] });
  if (parsed.kind === "help") return print(HELP, EXIT_CODES.clean);
  if (parsed.kind === "problem") return print(parsed.message, EXIT_CODES.badScenario);
  const given = parsed.arguments;
  const [first] = given.paths;
  if (given.has("--child") && first !== undefined) {
    const scenario = loadScenario(await Deno.readTextFile(first), first);
    return print(JSON.stringify(allCrashPoints(scenario)), EXIT_CODES.clean);
  }
  const paths = given.paths.length > 0 ? [...given.paths] : await smallScenarios();
  return await crashEverywhere(paths, given.text("--out", ""));
}

async function smallScenarios(): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name } of Deno.readDir("scenarios")) {
    if (!name.endsWith(".json") || name === "schema.json") continue;
    const path = `scenarios/${name}`;
    const scenario = loadScenario(await Deno.readTextFile(path), path);
    const { virtualDays, world } = scenario;
    const isSmall = world.kind === "listed" && virtualDays <= DAYS_MAX && world.files.length < 50;
    if (isSmall) paths.push(path);
  }
  return paths.sort();
}

async function crashEverywhere(paths: string[], out: string): Promise<number> {
  const startedMs = performance.now();
  const reports: CrashPointReport[] = [];
  const work = async (): Promise<void> => {
    for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
      // deno-lint-ignore no-await-in-loop -- one process after the other, in each of two lanes
      const { stderr, stdout } = await runChild(import.meta.url, [path, "--child"]);
      if (stdout.trim() === "") throw new Error(`Cannot crash ${path} everywhere: ${stderr}`);
      const report = JSON.parse(stdout) as CrashPointReport;
      reports.push(report);
      print(lineOf(report));
      for (const { point, text } of report.failures.slice(0, 3)) {
        const [strike] = point.perturbations;
        print(`    ${point.place} ${strike?.fault} ${strike?.entity}: ${text}`);
      }
      // deno-lint-ignore no-await-in-loop -- as above
      if (out !== "") await writeFailures(report, out);
    }
  };
  await Promise.all(Array.from({ length: LANES }, work));
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

function print(text: string, code: number = EXIT_CODES.clean): number {
  // deno-lint-ignore no-console -- the command line prints its result
  console.log(text);
  return code;
}
