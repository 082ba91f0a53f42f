import { loadScenario } from "../scenario/load_scenario.ts";
import type { Scenario } from "../scenario/scenario.ts";

/**
 * Reads a scenario from a file.
 *
 * @throws {ScenarioError} When it is none, with the place in the document.
 */
export async function readScenario(path: string): Promise<Scenario> {
  return loadScenario(await Deno.readTextFile(path), path);
}
