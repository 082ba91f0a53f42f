import { ScenarioError } from "../scenario/scenario_error.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { say } from "./output.ts";
import { readScenario, ScenarioFileError } from "./read_scenario.ts";

/**
 * Runs a command with what the program was given; its result is the exit code. A scenario that
 * cannot be read or run is told in its own words, on the standard error and without a stack trace.
 */
export async function runCommand(
  command: (parameters: readonly string[]) => Promise<number>,
): Promise<number> {
  try {
    return await command(Deno.args);
  } catch (error) {
    if (!(error instanceof ScenarioError) && !(error instanceof ScenarioFileError)) throw error;
    say(error.message);
    return EXIT_CODES.badScenario;
  }
}

/**
 * Reads scenarios that other processes are to run, and forgets them: what is wrong with one is told
 * before anything runs.
 *
 * @throws {ScenarioError} Or `ScenarioFileError`, as {@linkcode readScenario} does.
 */
export async function checkScenarios(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map(readScenario));
}
