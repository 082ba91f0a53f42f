/**
 * Tries every order of a small world: `deno task explore [SCENARIO.json ...]`, see `--help`.
 *
 * @module
 */

import { type ExplorationReport, explore, type ExploreOptions } from "../exploration/explore.ts";
import { orderScenario, photoSubject } from "../exploration/photo_subject.ts";
import { readScenario } from "./read_scenario.ts";
import { isListed, type ListedScenario } from "../shrink/smaller_world.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { runCommand } from "./command.ts";
import { type Ending, EXIT_CODES } from "./exit_code.ts";
import { print, say } from "./output.ts";
import { scenarioFiles } from "./scenario_files.ts";

const FOLDER = "scenarios/orders";

const HELP = `Runs a small world in every order in which things may happen, and checks every promise
after each event of each run. Orders that differ only in events that commute are run once.

deno task explore [SCENARIO.json ...] [options]

  --budget N      most runs of each scenario (100000)
  --crash         also have one process die, once in a run or never: in each turn before its commit,
                  before each effect, and after the last. It is back in the same moment, and that
                  comes before or after anything else that is due then
  --late N        also let time go on while up to N messages, answers and timers are due (0). All
                  that is due in a moment is late together, and only if it is nothing else. It is
                  then due with what comes next; what is late again counts again
  --out DIR       where the scenarios of failures go (out)
  --json          print one JSON object for each scenario instead of text

Without a scenario: all of ${FOLDER}. What is tried begins at the first moment at which two
operations are due, else at the first operation, and ends with the active minutes: before and after
that, nothing comes in other orders, and nobody dies.

Ends with 0 when every order was tried and every promise held, with 13 when some were not tried, and
else as "deno task sim" does.`;

if (import.meta.main) Deno.exitCode = await runCommand(main);

async function main(parameters: readonly string[]): Promise<number> {
  const parsed = parseArguments(parameters, {
    values: ["--budget", "--late", "--out"],
    flags: ["--crash", "--json"],
  });
  if (parsed.kind === "help") return print(HELP, EXIT_CODES.clean);
  if (parsed.kind === "problem") {
    return print(`${parsed.message}\n\n${HELP}`, EXIT_CODES.badScenario);
  }
  const given = parsed.arguments;
  const paths = given.paths.length > 0 ? given.paths : await scenarioFiles(FOLDER);
  let code: number = EXIT_CODES.clean;
  for (const path of paths) {
    // deno-lint-ignore no-await-in-loop -- one after the other, on one core
    const ended = await explorePath(path, given);
    if (code === EXIT_CODES.clean) code = ended;
  }
  return code;
}

async function explorePath(path: string, given: Arguments): Promise<number> {
  const scenario = await readScenario(path);
  if (!isListed(scenario) || scenario.workload !== undefined || !scenario.operations?.length) {
    const what = `Cannot explore ${path} as it must list its files and its operations`;
    return print(`${what}: some are drawn, or there are none`, EXIT_CODES.badScenario);
  }
  const options: ExploreOptions = {
    runsMax: given.number("--budget", 100_000),
    crashes: given.has("--crash"),
    lateMax: given.number("--late", 0),
    onProgress: (runs) => {
      if (runs % 1_000 === 0) say(`${scenario.id}: ${runs} runs`);
    },
  };
  const startedMs = performance.now();
  const report = explore(photoSubject(scenario), options);
  const wallMs = Math.round(performance.now() - startedMs);
  const reasons = tooLittle(scenario, report);
  const replays = await writeReplays({ scenario, report, folder: given.text("--out", "out") });
  const ended = { scenario, report, wallMs, reasons, replays };
  print(given.has("--json") ? JSON.stringify(resultOf(ended)) : textOf(ended));
  const [failure] = report.failures;
  if (failure !== undefined) return EXIT_CODES[endingOf(failure.signature)];
  return reasons.length === 0 ? EXIT_CODES.clean : EXIT_CODES.vacuous;
}

/** Why the exploration proves less than it should. */
function tooLittle({ exercises }: ListedScenario, report: ExplorationReport): string[] {
  const idle = exercises.filter((promise) => (report.checks[promise] ?? 0) === 0);
  return [
    ...(report.isComplete ? [] : [`Given up after ${report.runs} runs: not every order was tried`]),
    ...idle.map((promise) => `Checker ${promise} judged nothing in any run`),
  ];
}

async function writeReplays(
  { folder, report, scenario }: {
    scenario: ListedScenario;
    report: ExplorationReport;
    folder: string;
  },
): Promise<string[]> {
  const paths: string[] = [];
  if (report.failures.length > 0) await Deno.mkdir(folder, { recursive: true });
  for (const [index, failure] of report.failures.entries()) {
    const replay = orderScenario(scenario, failure);
    const id = index === 0 ? replay.id : `${replay.id}-${index + 1}`.slice(-80);
    const path = `${folder}/${id}.json`;
    // deno-lint-ignore no-await-in-loop -- few files
    await Deno.writeTextFile(path, `${JSON.stringify({ ...replay, id }, null, 2)}\n`);
    paths.push(path);
  }
  return paths;
}

interface Explored {
  readonly scenario: ListedScenario;
  readonly report: ExplorationReport;
  readonly wallMs: number;
  readonly reasons: readonly string[];
  readonly replays: readonly string[];
}

function textOf({ reasons, replays, report, scenario, wallMs }: Explored): string {
  const { choices, endStates, events, failures, isNaiveExact, naiveRuns, runs, states } = report;
  const least = isNaiveExact ? "" : "at least ";
  return [
    `${scenario.id}: ${
      report.isComplete ? "every order" : "some orders"
    }, ${failures.length} kinds of failure`,
    `  ${runs} runs instead of ${least}${naiveRuns}: ${least}${saved(report)} saved; ` +
    `${(wallMs / 1000).toFixed(1)} s`,
    `  ${states} states, ${choices} of them with a choice; ${events} events tried; ` +
    `${endStates.size} end states`,
    ...reasons.map((reason) => `  ${reason}`),
    ...failures.flatMap(({ text }, index) => [`  ${text}`, `  deno task sim ${replays[index]}`]),
  ].join("\n");
}

function saved({ naiveRuns, runs }: ExplorationReport): bigint {
  return naiveRuns > BigInt(runs) ? naiveRuns - BigInt(runs) : 0n;
}

/**
 * What `--json` prints: this object and nothing else. Numbers of naive runs are texts: no limit.
 */
function resultOf({ reasons, replays, report, scenario, wallMs }: Explored): unknown {
  const { checks, endStates, failures, naiveRuns, ...counts } = report;
  return {
    scenario: scenario.id,
    wallMs,
    ...counts,
    naiveRuns: `${naiveRuns}`,
    savedRuns: `${saved(report)}`,
    endStates: endStates.size,
    checksEvaluated: checks,
    tooLittle: reasons,
    failures: failures.map(({ signature, text }, index) => ({
      signature,
      text,
      replay: replays[index],
    })),
  };
}

function endingOf(signature: string): Ending {
  const [kind] = signature.split(/[: ]/);
  return kind === "noProgress" || kind === "crash" || kind === "unmet" ? kind : "violation";
}
