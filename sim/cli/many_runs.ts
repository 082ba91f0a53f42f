import type { Scenario } from "../scenario/scenario.ts";
import { runChild } from "./child_process.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { commandOf, type SimOptions } from "./options.ts";

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
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < options.runs) {
      const seed = first + next;
      next += 1;
      const parameters = [options.scenarioPath, "--json", "--seed", `${seed}`];
      if (options.faults !== null) parameters.push("--faults", options.faults);
      // deno-lint-ignore no-await-in-loop -- one process after the other, in each of two lanes
      const { code, stdout, stderr } = await runChild(outside.program, parameters);
      const outcome = { seed, code, output: stdout.trim() === "" ? stderr : stdout.trim() };
      outcomes.push(outcome);
      outside.ended(outcome);
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, work));
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
