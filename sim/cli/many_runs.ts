import type { Scenario } from "../scenario/scenario.ts";
import { runChild } from "./child_process.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { commandOf, type SimOptions } from "./options.ts";
import { inLanes } from "./lanes.ts";

/** Processes at a time. */
const PROCESSES = 2;

/** One seed of many. */
export interface SeedOutcome {
  readonly seed: number;
  readonly code: number;
  /** What the run printed: its JSON object, or what went wrong. */
  readonly output: string;
}

/** Runs several seeds, each in a process of its own, and hands over each outcome as it comes. */
export async function manyRuns(
  scenario: Scenario,
  options: SimOptions,
  outside: { readonly program: string; readonly ended: (outcome: SeedOutcome) => void },
): Promise<SeedOutcome[]> {
  const first = options.seed ?? scenario.seed;
  const outcomes: SeedOutcome[] = [];
  const seeds = Array.from({ length: options.runs }, (_, index) => first + index);
  await inLanes(seeds, PROCESSES, async (seed) => {
    const parameters = [options.scenarioPath, "--json", "--seed", `${seed}`];
    if (options.faults !== null) parameters.push("--faults", options.faults);
    const { code, stdout, stderr } = await runChild(outside.program, parameters);
    const outcome = { seed, code, output: stdout.trim() === "" ? stderr : stdout.trim() };
    outcomes.push(outcome);
    outside.ended(outcome);
  });
  return outcomes.sort((left, right) => left.seed - right.seed);
}

/** What came of many seeds, as a person reads it. */
export function manyText(outcomes: readonly SeedOutcome[], options: SimOptions): string {
  const failed = outcomes.filter((outcome) => outcome.code !== EXIT_CODES.clean);
  const lines = [`${outcomes.length - failed.length} of ${outcomes.length} seeds clean`];
  for (const { code, seed } of failed) {
    lines.push(`  seed ${seed} ended with ${code}: ${commandOf(options, seed)}`);
  }
  return lines.join("\n");
}
