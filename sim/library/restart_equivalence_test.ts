import { assert } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { readScenario } from "../cli/read_scenario.ts";
import { engineActors, type PhotoActors } from "./photo_actors.ts";
import { photoWorld } from "./photo_world.ts";
import { VIRTUAL_MODEL } from "./virtual_model.ts";

const { keeper } = engineActors(VIRTUAL_MODEL);
const SEEDS_MAX = 20;

/** Devices that come back from a crash with something else than they had. */
const FORGETFUL: Readonly<Record<string, Partial<PhotoActors>>> = {
  "a device whose snapshot forgets how often it uploaded": {
    keeper: {
      ...keeper,
      decode: (snapshot) => {
        const state = keeper.decode(snapshot);
        for (const [id, record] of state.assets) state.assets.set(id, { ...record, uploads: 0 });
        return state;
      },
    },
  },
  "a device that changes what it knows without an event": {
    keeper: {
      ...keeper,
      receive: (state, incoming, context) => {
        for (const [id, record] of state.assets) {
          state.assets.set(id, { ...record, failures: record.failures + 1 });
        }
        return keeper.receive(state, incoming, context);
      },
    },
  },
};

for (const [what, actors] of Object.entries(FORGETFUL)) {
  permittedTest({
    name: `restart-equivalence notices ${what}`,
    needs: { read: ["scenarios"] },
    fn: async () => {
      const scenario = await readScenario("scenarios/everyday-life.json");
      let noticed = 0;
      for (let seed = 1; seed <= SEEDS_MAX && noticed === 0; seed += 1) {
        const { verdict } = photoWorld(scenario, { seed, violationsMax: 20, actors }).world.run();
        const found = verdict.kind === "violation" ? verdict.violations : [];
        if (found.some(({ checker }) => checker === "restart-equivalence")) noticed = seed;
      }
      assert(noticed > 0, `Nothing was noticed within ${SEEDS_MAX} seeds`);
    },
  });
}
