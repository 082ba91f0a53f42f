import type { Shrunk } from "./shrink_scenario.ts";

/**
 * The text of a test that keeps a failure fixed. It reads the scenario, which lies beside it, and
 * needs no seed; put both into `sim/regressions/`.
 */
export function regressionTestText({ failure, scenario }: Shrunk): string {
  const name = JSON.stringify(`regression: ${scenario.id} stays fixed`);
  return `import { assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { loadScenario } from "../scenario/load_scenario.ts";
import { tryScenario } from "../shrink/scenario_trial.ts";

const PATH = new URL("./${scenario.id}.json", import.meta.url);

// It failed with: ${failure.text.replaceAll("\n", " ").slice(0, 300)}
permittedTest({
  name: ${name},
  needs: { read: ["sim/regressions"] },
  fn: async () => {
    const scenario = loadScenario(await Deno.readTextFile(PATH), PATH.pathname);
    assertEquals(tryScenario(scenario, {})?.failure, null);
  },
});
`;
}
