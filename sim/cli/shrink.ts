/**
 * Makes a failing scenario small: `deno task shrink SCENARIO.json [--seed N]`, see `--help`.
 *
 * @module
 */

import { readScenario } from "./read_scenario.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { explainScenario } from "../shrink/explain_failure.ts";
import { regressionTestText } from "../shrink/regression_test_text.ts";
import { shrinkScenario, type Shrunk, sizeOf } from "../shrink/shrink_scenario.ts";
import { runCommand } from "./command.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { print } from "./output.ts";

const HELP =
  `Makes a failing scenario as small as it can, and writes it with a test that keeps it fixed.

deno task shrink SCENARIO.json [options]

  --seed N        the seed that fails, instead of the scenario's
  --faults WHAT   off, default or brutal, instead of the scenario's
  --seconds N     ends the search after so long and takes the best so far (120)
  --out DIR       where the two files go (out)

Ends with 0 when it is small, 2 for a wrong command line, and 14 when nothing failed.`;

if (import.meta.main) Deno.exitCode = await runCommand(main);

async function main(parameters: readonly string[]): Promise<number> {
  const parsed = parseArguments(parameters, {
    values: ["--seed", "--faults", "--seconds", "--out"],
    flags: [],
  });
  if (parsed.kind === "help") return print(HELP, EXIT_CODES.clean);
  if (parsed.kind === "problem") {
    return print(`${parsed.message}\n\n${HELP}`, EXIT_CODES.badScenario);
  }
  const [path] = parsed.arguments.paths;
  if (path === undefined) return print(`Name a scenario\n\n${HELP}`, EXIT_CODES.badScenario);
  const scenario = withSeed(await readScenario(path), parsed.arguments);
  return await shrink(scenario, parsed.arguments);
}

async function shrink(scenario: Scenario, given: Arguments): Promise<number> {
  const endsMs = performance.now() + given.number("--seconds", 120) * 1000;
  const startedMs = performance.now();
  const shrunk = shrinkScenario(scenario, { isOver: () => performance.now() > endsMs });
  if (shrunk === null) {
    return print(`Nothing failed: ${scenario.id}, seed ${scenario.seed}`, EXIT_CODES.unmet);
  }
  const named = nameIt(shrunk);
  const folder = given.text("--out", "out");
  await Deno.mkdir(folder, { recursive: true });
  const base = `${folder}/${named.scenario.id}`;
  await Deno.writeTextFile(`${base}.json`, `${JSON.stringify(named.scenario, null, 2)}\n`);
  const test = `${base.replaceAll("-", "_")}_test.ts`;
  await Deno.writeTextFile(test, regressionTestText(named));
  const { operations = [], faults, world } = named.scenario;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  print([
    explainScenario(named.scenario, {}).text,
    "",
    `${operations.length} operations, ${faults?.perturbations?.length ?? 0} faults, ` +
    `${world.files.length} files (size ${sizeOf(named.scenario)}); ${named.trials} runs, ` +
    `${seconds} s; ${named.isSeedFree ? "the seed says nothing" : "the seed still matters"}`,
    `signature ${named.failure.signature}`,
    `${base}.json and ${test}; put both into sim/regressions/ with the fix`,
    `deno task explain ${base}.json`,
  ].join("\n"));
  return EXIT_CODES.clean;
}

function withSeed(scenario: Scenario, given: Arguments): Scenario {
  const faults = given.text("--faults", "");
  const isProfile = faults === "off" || faults === "default" || faults === "brutal";
  return {
    ...scenario,
    seed: given.number("--seed", scenario.seed),
    ...(isProfile ? { faults: { ...scenario.faults, profile: faults } } : {}),
  };
}

/** Says in the scenario what it shows. */
function nameIt(shrunk: Shrunk): Shrunk {
  const id = `small-${shrunk.scenario.id.replace(/^small-/, "")}`.slice(0, 80);
  const why = `Showed once: ${shrunk.failure.text}`.slice(0, 400);
  return { ...shrunk, scenario: { ...shrunk.scenario, id, why } };
}
