/**
 * How much the checkers notice: `deno task mutants`, see `--help`.
 *
 * @module
 */

import { judgeMutant, type MutantResult, mutationText } from "../mutants/mutation_score.ts";
import { PLANTED_BUGS } from "../planted_bugs/all_bugs.ts";
import { readScenario } from "./read_scenario.ts";
import { parseArguments } from "./arguments.ts";
import { childJson } from "./child_process.ts";
import { runCommand } from "./command.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { inLanes } from "./lanes.ts";
import { print, say } from "./output.ts";

const HELP = `Plants each known bug into the engine, runs it until something notices, and makes the
run that showed it small. Prints a table and the score.

deno task mutants [options]

  --bug NAME      one bug only, and its smallest scenario
  --seeds N       seeds to try at most (2000)
  --seconds N     time for each bug at most (60)
  --out DIR       write the smallest scenario of each bug there

Ends with 0 when at least 95 in 100 are noticed and all that lose data, else 14.`;

/** Processes at a time. */
const LANES = 2;

if (import.meta.main) Deno.exitCode = await runCommand(main);

async function main(parameters: readonly string[]): Promise<number> {
  const parsed = parseArguments(parameters, {
    values: ["--bug", "--seeds", "--seconds", "--out"],
    flags: ["--child"],
  });
  if (parsed.kind === "help") return print(HELP, EXIT_CODES.clean);
  if (parsed.kind === "problem") return print(parsed.message, EXIT_CODES.badScenario);
  const given = parsed.arguments;
  const name = given.text("--bug", "");
  if (name === "") return await judgeAll(parameters, given.text("--out", ""));
  const bug = PLANTED_BUGS.find(({ id }) => id === name);
  if (bug === undefined) {
    const names = PLANTED_BUGS.map(({ id }) => id).join(", ");
    return print(`Name one of ${names}: got "${name}"`, EXIT_CODES.badScenario);
  }
  const endsMs = performance.now() + given.number("--seconds", 60) * 1000;
  const result = judgeMutant(bug, await readScenario(`scenarios/${bug.scenario}.json`), {
    seedsMax: given.number("--seeds", 2_000),
    isOver: () => performance.now() > endsMs,
    shrinks: true,
  });
  if (given.has("--child")) return print(JSON.stringify(result), EXIT_CODES.clean);
  print(`${JSON.stringify(result.scenario, null, 2)}\n${result.text}\n\n${mutationText([result])}`);
  return result.killedBySeed === null ? EXIT_CODES.unmet : EXIT_CODES.clean;
}

async function judgeAll(parameters: readonly string[], out: string): Promise<number> {
  const results: MutantResult[] = [];
  await inLanes(PLANTED_BUGS, LANES, async ({ id }) => {
    const child = ["--bug", id, "--child", ...parameters];
    const result = await childJson<MutantResult>(import.meta.url, child);
    results.push(result);
    const seed = result.killedBySeed === null ? "survives" : `seed ${result.killedBySeed}`;
    say(`${results.length} of ${PLANTED_BUGS.length}: ${id}, ${seed}`);
  });
  const order = new Map(PLANTED_BUGS.map(({ id }, index) => [id, index]));
  results.sort((left, right) => order.get(left.id)! - order.get(right.id)!);
  if (out !== "") await writeScenarios(results, out);
  const isKilled = ({ killedBySeed }: MutantResult): boolean => killedBySeed !== null;
  const killed = results.filter(isKilled).length;
  const isEnough = killed * 100 >= results.length * 95 &&
    results.every((result) => !result.losesData || isKilled(result));
  return print(mutationText(results), isEnough ? EXIT_CODES.clean : EXIT_CODES.unmet);
}

async function writeScenarios(results: readonly MutantResult[], out: string): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  await Promise.all(results.map(async ({ id, scenario, text }) => {
    if (scenario === null) return;
    const named = { ...scenario, id: `mutant-${id}`, why: `Shows the planted bug: ${text}` };
    await Deno.writeTextFile(`${out}/mutant-${id}.json`, `${JSON.stringify(named, null, 2)}\n`);
  }));
}
