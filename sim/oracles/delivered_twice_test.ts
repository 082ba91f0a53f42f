import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { TIME_BUGS } from "../planted_bugs/time_bugs.ts";
import { readScenario } from "../cli/read_scenario.ts";
import { deliverTwice } from "./delivered_twice.ts";

/** Between them they upload, edit, clean up, undo, restore, purge, free up and change folders. */
const SCENARIOS = [
  "acknowledged-survives-crash",
  "album-holds-keeper-and-copy",
  "asset-in-two-albums",
  "folder-restore-one-copy",
  "folder-undo-is-exact",
  "folder-undo-out-of-order",
  "metadata-merges",
  "one-writer-many-commands",
  "tight-limit",
] as const;

for (const name of SCENARIOS) {
  permittedTest({
    name: `deliverTwice() leaves the library of ${name} as it is`,
    needs: { read: ["scenarios"] },
    fn: async () => {
      const { copies, once, twice } = deliverTwice(await readScenario(`scenarios/${name}.json`));
      assert(copies > 0, "no message came twice");
      assertEquals(twice, once);
    },
  });
}

permittedTest({
  name: "deliverTwice() shows a journal that forgets which messages were applied",
  needs: { read: ["scenarios"] },
  fn: async () => {
    const bug = TIME_BUGS.find(({ id }) => id === "redeliveries-applied");
    assert(bug?.store !== undefined);
    const { once, twice } = deliverTwice(await readScenario(`scenarios/${bug.scenario}.json`), {
      store: bug.store,
    });
    assertNotEquals(twice, once);
  },
});
