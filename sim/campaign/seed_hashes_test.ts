import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { readScenario } from "../cli/read_scenario.ts";
import { divergingSeeds, hashSeeds } from "./seed_hashes.ts";

permittedTest({
  name: "hashSeeds() says the same of a seed each time, and something else of another one",
  needs: { read: ["scenarios"] },
  fn: async () => {
    const scenario = await readScenario("scenarios/copy-in-two-albums.json");
    const [first, second] = hashSeeds(scenario, { firstSeed: 7, seeds: 2 });
    assert(first !== undefined && second !== undefined && first.events > 0);
    assertEquals(hashSeeds(scenario, { firstSeed: 7, seeds: 1 }), [first]);
    assert(first.traceHash !== second.traceHash);
    assertEquals(divergingSeeds([first, second], [first, second]), []);
    const other = { ...second, stateHash: first.stateHash };
    assertEquals(divergingSeeds([first, second], [first, other]), [8]);
    assertEquals(divergingSeeds([first, second], [first]), [8]);
  },
});
