/**
 * Tells what happens in a scenario: `deno task explain SCENARIO.json [--seed N]`.
 *
 * @module
 */

import { readScenario } from "./read_scenario.ts";
import { explainScenario } from "../shrink/explain_failure.ts";
import { parseArguments } from "./arguments.ts";
import { runCommand } from "./command.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { print } from "./output.ts";

const HELP = `Runs a scenario and tells the story of its failure, in order.

deno task explain SCENARIO.json [--seed N]`;

if (import.meta.main) Deno.exitCode = await runCommand(main);

async function main(parameters: readonly string[]): Promise<number> {
  const parsed = parseArguments(parameters, { values: ["--seed"], flags: [] });
  if (parsed.kind === "help") return print(HELP, EXIT_CODES.clean);
  if (parsed.kind === "problem") {
    return print(`${parsed.message}\n\n${HELP}`, EXIT_CODES.badScenario);
  }
  const [path] = parsed.arguments.paths;
  if (path === undefined) return print(`Name a scenario\n\n${HELP}`, EXIT_CODES.badScenario);
  const scenario = await readScenario(path);
  const seed = parsed.arguments.number("--seed", scenario.seed);
  const { failure, text } = explainScenario({ ...scenario, seed }, {});
  return print(text, failure === null ? EXIT_CODES.clean : EXIT_CODES.violation);
}
