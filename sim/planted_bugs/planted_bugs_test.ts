import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { PROMISE_IDS } from "../checkers/promise_id.ts";
import { engineActors } from "../library/photo_actors.ts";
import { photoWorld } from "../library/photo_world.ts";
import { VIRTUAL_MODEL } from "../library/virtual_model.ts";
import { readScenario } from "../cli/read_scenario.ts";
import { ALBUM_BUGS } from "./album_bugs.ts";
import { BYTE_BUGS } from "./byte_bugs.ts";
import { GROUPING_BUGS } from "./grouping_bugs.ts";
import type { PlantedBug } from "./planted_bug.ts";
import { TIME_BUGS } from "./time_bugs.ts";

/** Seeds within which a checker must notice. */
const SEEDS_MAX = 200;

const BUGS: readonly PlantedBug[] = [...ALBUM_BUGS, ...BYTE_BUGS, ...GROUPING_BUGS, ...TIME_BUGS];

Deno.test("planted bugs cover every promise", () => {
  const promises = new Set(BUGS.map((bug) => bug.promise));
  assertEquals(PROMISE_IDS.filter((promise) => !promises.has(promise)), []);
  assertEquals(new Set(BUGS.map((bug) => bug.id)).size, BUGS.length);
});

for (const bug of BUGS) {
  permittedTest({
    name: `${bug.promise} notices when ${bug.breaks.slice(0, 1).toLowerCase()}${
      bug.breaks.slice(1)
    }`,
    needs: { read: ["scenarios"] },
    fn: async () => {
      const scenario = await readScenario(`scenarios/${bug.scenario}.json`);
      const actors = bug.actors?.(engineActors(VIRTUAL_MODEL));
      let noticed = 0;
      for (let seed = 1; seed <= SEEDS_MAX && noticed === 0; seed += 1) {
        const { verdict } = photoWorld(scenario, {
          seed,
          violationsMax: 20,
          ...(actors === undefined ? {} : { actors }),
          ...(bug.store === undefined ? {} : { store: bug.store }),
        }).world.run();
        const found = verdict.kind === "violation" ? verdict.violations : [];
        if (found.some((violation) => violation.checker === bug.promise)) noticed = seed;
      }
      assert(noticed > 0, `${bug.promise} did not notice "${bug.id}" within ${SEEDS_MAX} seeds`);
    },
  });
}
