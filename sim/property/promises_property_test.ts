import { assert, assertEquals } from "@std/assert";
import { PROMISE_IDS } from "../checkers/promise_id.ts";
import { engineActors } from "../library/photo_actors.ts";
import { VIRTUAL_MODEL } from "../library/virtual_model.ts";
import { ALBUM_BUGS } from "../planted_bugs/album_bugs.ts";
import { loadScenario } from "../scenario/load_scenario.ts";
import { checkPromises, type PropertyOutcome } from "./check_promises.ts";

/** The same worlds in every run of the tests; a campaign looks for others. */
const SEED = 20_261_128;

/** Promises that have nothing to hold: no purge is due within days, and see below. */
const IDLE: Readonly<Record<string, readonly string[]>> = {
  stored: ["INV-TIME-1"],
  // The bytes of a catalog are with another service, and so are its devices.
  catalog: ["INV-TIME-1", "INV-DEVICE-1", "INV-OBJECT-1"],
  // Files come to a folder by being put there, not from devices.
  folder: ["INV-TIME-1", "INV-DEVICE-1"],
};

for (const kind of ["stored", "catalog", "folder"] as const) {
  Deno.test({
    name: `every promise holds in generated worlds with a ${kind} library`,
    permissions: "none",
    fn: () => {
      const outcome: PropertyOutcome = checkPromises({ kind, seed: SEED, runs: 20 });
      assert(outcome.failure === null, outcome.failure ?? "");
      const idle = PROMISE_IDS.filter((id) => outcome.looks.get(id) === 0)
        .filter((id) => !IDLE[kind]!.includes(id));
      assert(idle.length === 0, `No world put ${idle.join(", ")} to the test`);
    },
  });
}

Deno.test({
  name: "checkPromises() tells a failure as a small scenario that repeats it",
  permissions: "none",
  fn: () => {
    const bug = ALBUM_BUGS.find(({ id }) => id === "no-stand-ins")!;
    const actors = bug.actors!(engineActors(VIRTUAL_MODEL));
    const { failure, scenario } = checkPromises({
      kind: "catalog",
      seed: SEED,
      runs: 40,
      actors,
      timeLimitMs: 15_000,
    });
    assert(failure !== null && scenario !== null, "The planted bug was not noticed");
    assert(failure.startsWith("INV-ALBUM-"), failure);
    const document = failure.split("\n").find((line) => line.startsWith("{")) ?? "";
    assertEquals(loadScenario(document, "property.json"), scenario);
    assert(scenario.world.kind === "generated" && scenario.world.filesAtStart < 20, document);
  },
});
