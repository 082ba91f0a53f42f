/**
 * Says when a failure became inevitable: `deno task futures SCENARIO.json [--seed N]`.
 *
 * @module
 */

import { readScenario } from "./read_scenario.ts";
import { type Branching, type Futures, futuresOf } from "../time_travel/futures.ts";
import { clockText } from "../trace/story.ts";
import { parseArguments } from "./arguments.ts";
import { runCommand } from "./command.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { print, say } from "./output.ts";

const HELP = `Goes back in a failing run, lets chance decide anew from there, and says from which
moment on every future fails, and which fault came last before it.

deno task futures SCENARIO.json [options]

  --seed N        the seed that fails, instead of the scenario's
  --runs N        futures of each moment (20)

Ends with ${EXIT_CODES.violation} when the scenario fails, else with ${EXIT_CODES.clean}.`;

/** Futures of one moment that anybody waits for. */
const RUNS_MAX = 10_000;

if (import.meta.main) Deno.exitCode = await runCommand(main);

async function main(parameters: readonly string[]): Promise<number> {
  const parsed = parseArguments(parameters, { values: ["--seed", "--runs"], flags: [] });
  if (parsed.kind === "help") return print(HELP, EXIT_CODES.clean);
  if (parsed.kind === "problem") {
    return print(`${parsed.message}\n\n${HELP}`, EXIT_CODES.badScenario);
  }
  const [path] = parsed.arguments.paths;
  if (path === undefined) return print(`Name a scenario\n\n${HELP}`, EXIT_CODES.badScenario);
  const runs = parsed.arguments.number("--runs", 20);
  if (runs < 1 || runs > RUNS_MAX) {
    return print(`Give --runs a number from 1 to ${RUNS_MAX}: got ${runs}`, EXIT_CODES.badScenario);
  }
  const scenario = await readScenario(path);
  const seed = parsed.arguments.number("--seed", scenario.seed);
  const futures = futuresOf({ ...scenario, seed }, {
    runs,
    onBranching: (branching) => say(branchingLine(branching)),
  });
  if (futures === null) return print(`Nothing failed: ${path}, seed ${seed}`, EXIT_CODES.clean);
  return print(
    `${futuresText(futures)}\ndeno task futures ${path} --seed ${seed} --runs ${runs}`,
    EXIT_CODES.violation,
  );
}

function futuresText({ branchings, decisive, failedAtMs, failure }: Futures): string {
  return [
    failure.text,
    `failed at ${clockText(failedAtMs)}`,
    "",
    ...branchings.map(branchingLine),
    "",
    decisive === null
      ? "Every future of the start failed as well: it takes no particular fault."
      : `Every future failed after ${decisive.did} at ${decisive.who}, ` +
        `${clockText(decisive.virtualMs)}.`,
  ].join("\n");
}

function branchingLine({ failed, faultsBefore, fromMs, runs }: Branching): string {
  return `  from ${clockText(fromMs).padEnd(17)} after ${`${faultsBefore}`.padStart(5)} faults: ` +
    `${failed} of ${runs} futures fail`;
}
