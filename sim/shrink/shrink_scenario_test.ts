import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { ALBUM_BUGS } from "../planted_bugs/album_bugs.ts";
import { BYTE_BUGS } from "../planted_bugs/byte_bugs.ts";
import type { PlantedBug } from "../planted_bugs/planted_bug.ts";
import { TIME_BUGS } from "../planted_bugs/time_bugs.ts";
import { loadScenario } from "../scenario/load_scenario.ts";
import { readScenario } from "../cli/read_scenario.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { explainScenario } from "./explain_failure.ts";
import { tryScenario } from "./scenario_trial.ts";
import { shrinkScenario } from "./shrink_scenario.ts";
import { writeOut } from "./write_out.ts";

const BUGS: readonly PlantedBug[] = [...ALBUM_BUGS, ...BYTE_BUGS, ...TIME_BUGS];

async function read(name: string): Promise<Scenario> {
  return await readScenario(`scenarios/${name}.json`);
}

/** Bugs, where and with which seed they show, and how small they must become. */
const CASES = [
  { bug: "no-stand-ins", scenario: "copy-in-two-albums", operations: 1, faults: 0, files: 2 },
  // A duplicate of the one command that matters, found among days of crashes.
  {
    bug: "redeliveries-applied",
    scenario: "one-writer-many-commands",
    seed: 5,
    operations: 1,
    faults: 1,
    files: 1,
  },
  { bug: "journal-lies", scenario: "acknowledged-survives-crash", operations: 1, faults: 1 },
  // A world made from numbers, with drawn steps and 2,000 faults.
  { bug: "trash-is-free", scenario: "everyday-life", seed: 5, operations: 1, faults: 0, files: 2 },
] as const;

for (const small of CASES) {
  permittedTest({
    name: `shrinkScenario() makes "${small.bug}" in ${small.scenario} small and free of its seed`,
    needs: { read: ["scenarios"] },
    fn: async () => {
      const bug = BUGS.find(({ id }) => id === small.bug)!;
      const options = { actors: bug.actors, store: bug.store, checker: bug.promise };
      const whole = await read(small.scenario);
      const seed = "seed" in small ? small.seed : whole.seed;
      const shrunk = shrinkScenario({ ...whole, seed }, options);
      assert(shrunk !== null);
      const { failure, isSeedFree, scenario } = shrunk;
      assertEquals(scenario.operations?.length ?? 0, small.operations);
      assertEquals(scenario.faults?.perturbations?.length ?? 0, small.faults);
      assert(scenario.world.files.length <= ("files" in small ? small.files : 0));
      assertEquals([isSeedFree, scenario.faults?.profile], [true, "off"]);
      const again = loadScenario(JSON.stringify(scenario), "shrunk");
      assertEquals(tryScenario(again, options)?.failure, failure);
      assertEquals(tryScenario(again, {})?.failure, null, "without the bug nothing fails");
    },
  });
}

permittedTest({
  name: "writeOut() lists all that a seed decided: the run ends in the same states",
  needs: { read: ["scenarios"] },
  fn: async () => {
    const scenario = await read("tight-limit");
    const written = writeOut(scenario, {});
    assert(written !== null);
    assertEquals(written.faults?.profile, "off");
    const [first, second] = [tryScenario(scenario, {}), tryScenario(written, {})];
    assertEquals(second?.report.stateHash, first?.report.stateHash);
    assertEquals(second?.report.counts, first?.report.counts);
  },
});

permittedTest({
  name: "explainScenario() tells what was done, what struck, and what led to the failure",
  needs: { read: ["scenarios"] },
  fn: async () => {
    const bug = BUGS.find(({ id }) => id === "no-stand-ins")!;
    const scenario = await read("copy-in-two-albums");
    const { text } = explainScenario({ ...scenario, faults: { profile: "off" } }, {
      actors: bug.actors,
      store: bug.store,
    });
    for (const part of ["cleanExact", "confirmPlan from user", "itemApplied", "INV-ALBUM-1"]) {
      assert(text.includes(part), `${part} is missing in:\n${text}`);
    }
  },
});
