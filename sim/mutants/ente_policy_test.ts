import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { readScenario } from "../cli/read_scenario.ts";
import { tryScenario } from "../shrink/scenario_trial.ts";
import { shrinkScenario } from "../shrink/shrink_scenario.ts";
import { entePolicy } from "./ente_policy.ts";

/** Where the other policy breaks a promise, and which one. */
const BROKEN = [
  ["copy-in-two-albums", "INV-ALBUM-1"],
  ["favourite-copy-goes", "INV-ALBUM-1"],
  ["similar-burst", "INV-GROUP-1"],
] as const;

for (const [name, promise] of BROKEN) {
  permittedTest({
    name: `the one-album policy breaks ${promise} in ${name}, in at most three operations`,
    needs: { read: ["scenarios"] },
    fn: async () => {
      const { expect: _expect, ...read } = await readScenario(`scenarios/${name}.json`);
      const scenario = { ...read, faults: { profile: "off" as const } };
      assertEquals(tryScenario(scenario, {})?.failure, null, "the engine's own policy holds");
      const shrunk = shrinkScenario(scenario, { actors: entePolicy });
      assert(shrunk !== null, "the promise must be seen to break");
      assert(shrunk.failure.text.startsWith(promise), shrunk.failure.text);
      assert((shrunk.scenario.operations ?? []).length <= 3);
      assert(shrunk.scenario.world.files.length <= 3);
    },
  });
}
