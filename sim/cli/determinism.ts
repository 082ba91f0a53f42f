/**
 * Runs many seeds twice, in two processes that differ in all that could leak in: `deno task
 * determinism`, see `--help`.
 *
 * @module
 */

import { divergingSeeds, hashSeeds, type SeedHash } from "../campaign/seed_hashes.ts";
import { readScenario } from "./read_scenario.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { type ChildAmbience, childJson } from "./child_process.ts";
import { checkScenarios, runCommand } from "./command.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { otherAmbience } from "./verify_run.ts";
import { inLanes } from "./lanes.ts";
import { print, say } from "./output.ts";
import { smallScenarioFiles } from "./scenario_files.ts";

const HELP = `Runs each pair of a scenario and a seed in two processes that differ in locale, time
zone, wall clock and random numbers, and compares what happened, event by event, by its hash.

deno task determinism [SCENARIO.json ...] [options]

Without a name: every scenario of scenarios/ but the large library.

  --pairs N       scenarios times seeds (1000)
  --seed N        the first seed (1)
  --processes N   pairs of processes at a time (half as many as there are cores)

Ends with 0 when all are the same, else 15. For the first that is not, the last line is the command
that names the first event, actor and field.`;

/** Seeds that one process runs. */
const SEEDS_PER_PROCESS = 25;

/** Seeds of one scenario that two processes run. */
interface Part {
  readonly path: string;
  readonly firstSeed: number;
  readonly seeds: number;
}

/** What came of a part. */
interface PartResult extends Part {
  readonly events: number;
  readonly diverging: readonly number[];
}

if (import.meta.main) Deno.exitCode = await runCommand(main);

async function main(parameters: readonly string[]): Promise<number> {
  const parsed = parseArguments(parameters, {
    values: ["--pairs", "--seed", "--processes"],
    flags: ["--child"],
  });
  if (parsed.kind === "help") return print(HELP, EXIT_CODES.clean);
  if (parsed.kind === "problem") {
    return print(`${parsed.message}\n\n${HELP}`, EXIT_CODES.badScenario);
  }
  const given = parsed.arguments;
  const [first] = given.paths;
  if (given.has("--child") && first !== undefined) {
    const scenario = await readScenario(first);
    const range = { firstSeed: given.number("--seed", 1), seeds: given.number("--pairs", 1) };
    return print(JSON.stringify(hashSeeds(scenario, range)), EXIT_CODES.clean);
  }
  await checkScenarios(given.paths);
  const paths = given.paths.length > 0 ? given.paths : await smallScenarioFiles();
  return summary(await compareAll(partsOf(paths, given), given));
}

/** All pairs, as equally many of each scenario as can be. */
function partsOf(paths: readonly string[], given: Arguments): Part[] {
  const [first, pairs] = [given.number("--seed", 1), given.number("--pairs", 1_000)];
  return paths.flatMap((path, place) => {
    const all = Math.floor(pairs / paths.length) + (place < pairs % paths.length ? 1 : 0);
    return Array.from({ length: Math.ceil(all / SEEDS_PER_PROCESS) }, (_, part) => ({
      path,
      firstSeed: first + part * SEEDS_PER_PROCESS,
      seeds: Math.min(SEEDS_PER_PROCESS, all - part * SEEDS_PER_PROCESS),
    }));
  });
}

async function compareAll(parts: readonly Part[], given: Arguments): Promise<PartResult[]> {
  const results: PartResult[] = [];
  const all = parts.reduce((sum, { seeds }) => sum + seeds, 0);
  let done = 0;
  // Each part takes two processes.
  const lanes = given.number("--processes", Math.floor(navigator.hardwareConcurrency / 2));
  await inLanes(parts, lanes, async (part) => {
    const result = await comparePart(part);
    results.push(result);
    done += part.seeds;
    const found = result.diverging.length === 0
      ? "the same"
      : `NOT THE SAME: seeds ${result.diverging.join(", ")}`;
    say(`${`${done}/${all}`.padStart(12)} ${part.path}: ${found}`);
  });
  return results;
}

async function comparePart(part: Part): Promise<PartResult> {
  const shift = import.meta.resolve("./clock_shift.ts");
  const [here, there] = await Promise.all([
    hashesOf(part, {}),
    hashesOf(part, otherAmbience(shift)),
  ]);
  const events = here.reduce((sum, hash) => sum + hash.events, 0);
  return { ...part, events, diverging: divergingSeeds(here, there) };
}

async function hashesOf(part: Part, ambience: ChildAmbience): Promise<SeedHash[]> {
  const { firstSeed, path, seeds } = part;
  const parameters = [path, "--child", "--seed", `${firstSeed}`, "--pairs", `${seeds}`];
  return await childJson<SeedHash[]>(import.meta.url, parameters, ambience);
}

function summary(results: readonly PartResult[]): number {
  const sum = (of: (result: PartResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const diverging = sum((result) => result.diverging.length);
  print(
    `${sum(({ seeds }) => seeds)} pairs of ${new Set(results.map(({ path }) => path)).size} ` +
      `scenarios, ${sum(({ events }) => events)} events, each twice: ${diverging} not the same`,
  );
  const worst = results.find((result) => result.diverging.length > 0);
  if (worst === undefined) return EXIT_CODES.clean;
  const command = `deno task sim ${worst.path} --seed ${worst.diverging[0]} --verify`;
  return print(command, EXIT_CODES.notDeterministic);
}
