import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { PLANTED_BUGS } from "../planted_bugs/all_bugs.ts";
import { ENTE_BUGS } from "../planted_bugs/ente_bugs.ts";
import { FAULT_MODEL_BUGS } from "../planted_bugs/fault_model_bugs.ts";
import { readScenario } from "../cli/read_scenario.ts";
import { judgeMutant, mutationText } from "./mutation_score.ts";

/** Seeds in the test; the command tries 2,000. */
const SEEDS_MAX = 20;

/** Known to survive, and why. */
const SURVIVORS: ReadonlySet<string> = new Set([
  // The content hash that a removal must still find makes the deadline a second lock.
  "deadline-ignored",
]);

Deno.test("planted bugs have one name each, and there are at least 40", () => {
  assertEquals(new Set(PLANTED_BUGS.map(({ id }) => id)).size, PLANTED_BUGS.length);
  assert(PLANTED_BUGS.length >= 40);
});

for (const bug of [...ENTE_BUGS, ...FAULT_MODEL_BUGS]) {
  if (SURVIVORS.has(bug.id)) continue;
  permittedTest({
    name: `something notices when ${bug.breaks.slice(0, 1).toLowerCase()}${bug.breaks.slice(1)}`,
    needs: { read: ["scenarios"] },
    fn: async () => {
      const scenario = await readScenario(`scenarios/${bug.scenario}.json`);
      const limits = { seedsMax: SEEDS_MAX, isOver: () => false, shrinks: false };
      const result = judgeMutant(bug, scenario, limits);
      assert(result.killedBySeed !== null, mutationText([result]));
    },
  });
}
