import { loadScenario } from "../scenario/load_scenario.ts";
import type { Scenario } from "../scenario/scenario.ts";

/** Thrown when the file of a scenario cannot be read. Nothing was run. */
export class ScenarioFileError extends Error {
  override readonly name = "ScenarioFileError";
  readonly code = "SCENARIO_UNREADABLE";

  /** @param remedy What to do, as the end of a sentence. */
  constructor(path: string, remedy: string) {
    super(`Cannot read scenario ${path}: ${remedy}`);
  }
}

/**
 * Reads a scenario from a file.
 *
 * @throws {ScenarioFileError} When the file cannot be read.
 * @throws {ScenarioError} When it is none, with the place in the document.
 */
export async function readScenario(path: string): Promise<Scenario> {
  return loadScenario(await textOf(path), path);
}

async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    for (const [kind, remedy] of REMEDIES) {
      if (error instanceof kind) throw new ScenarioFileError(path, remedy);
    }
    throw error;
  }
}

const REMEDIES = [
  [Deno.errors.NotFound, "name a file that exists"],
  [Deno.errors.IsADirectory, "name a file, not a directory"],
  [Deno.errors.PermissionDenied, "give the program the right to read it"],
  [Deno.errors.NotCapable, "give the program the right to read it"],
] as const;
