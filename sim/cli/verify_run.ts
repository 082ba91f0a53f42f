import { type ChildAmbience, runChild } from "./child_process.ts";
import type { SimOptions } from "./options.ts";
import { lineDifference, type TraceDifference } from "./trace_difference.ts";

/** Hash of a run's trace, block by block. */
export interface TraceBlocks {
  readonly traceHash: string;
  readonly blockHashes: readonly string[];
}

/** How two runs compare. */
export type Comparison =
  | { readonly kind: "equal" }
  | { readonly kind: "different"; readonly first: TraceDifference }
  | { readonly kind: "failed"; readonly reason: string };

/**
 * Runs the scenario again where everything that the outside could leak is different: locale, time
 * zone, wall clock (two years later, and going on from there), and the runtime's own seed.
 */
export async function verifyRun(
  mine: TraceBlocks,
  options: SimOptions,
  outside: { readonly program: string; readonly clockShift: string; readonly seed: number },
): Promise<Comparison> {
  const folder = await Deno.makeTempDir({ prefix: "scenekeep-verify-" });
  try {
    const blocksPath = `${folder}/blocks.json`;
    const parameters = parametersOf(options, outside.seed);
    const child = await runChild(
      outside.program,
      [...parameters, "--blocks", blocksPath],
      otherAmbience(outside.clockShift),
    );
    const theirs = await readBlocks(blocksPath);
    if (theirs === null) {
      return { kind: "failed", reason: `The second run ended with ${child.code}: ${child.stderr}` };
    }
    if (theirs.traceHash === mine.traceHash) return { kind: "equal" };
    return await findDifference(folder, parameters, outside);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function parametersOf(options: SimOptions, seed: number): string[] {
  const parameters = [options.scenarioPath, "--json", "--seed", `${seed}`];
  if (options.faults !== null) parameters.push("--faults", options.faults);
  return parameters;
}

/** A process in which all is different that could leak in. */
export function otherAmbience(clockShift: string): ChildAmbience {
  return {
    environment: { TZ: "Pacific/Chatham", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" },
    runtime: ["--seed=20260229", `--preload=${clockShift}`],
    v8Flags: ["--random-seed=77"],
  };
}

async function readBlocks(path: string): Promise<TraceBlocks | null> {
  try {
    return JSON.parse(await Deno.readTextFile(path)) as TraceBlocks;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Runs both again with their traces written out, and compares them line by line. */
async function findDifference(
  folder: string,
  parameters: readonly string[],
  outside: { readonly program: string; readonly clockShift: string },
): Promise<Comparison> {
  const [here, there] = [`${folder}/here.txt`, `${folder}/there.txt`];
  await runChild(outside.program, [...parameters, "--trace", here]);
  await runChild(
    outside.program,
    [...parameters, "--trace", there],
    otherAmbience(outside.clockShift),
  );
  const [mine, theirs] = [await lines(here), await lines(there)];
  for (let line = 0; line < Math.max(mine.length, theirs.length); line += 1) {
    const first = lineDifference(line, mine[line] ?? "", theirs[line] ?? "");
    if (first !== null) return { kind: "different", first };
  }
  return { kind: "failed", reason: "The traces differed once and are equal now" };
}

async function lines(path: string): Promise<string[]> {
  return (await Deno.readTextFile(path)).split("\n");
}
