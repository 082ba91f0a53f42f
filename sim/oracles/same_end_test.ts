import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { TIME_BUGS } from "../planted_bugs/time_bugs.ts";
import { readScenario } from "../cli/read_scenario.ts";
import { libraryDifferences } from "./canonical_library.ts";
import { besideTwin, inOtherOrder, RACES } from "./same_end.ts";

/** Between them they upload, edit, clean up, undo, restore, purge, free up and change folders. */
const SCENARIOS = [
  "acknowledged-survives-crash",
  "album-scoped-review",
  "chain-of-looks",
  "device-dies-while-freeing",
  "edits-grow-and-shrink",
  "folder-album-review",
  "folder-undo-is-exact",
  "metadata-merges",
  "one-writer-many-commands",
  "store-full-while-uploading",
] as const;

for (const name of SCENARIOS) {
  permittedTest({
    name: `the library of ${name} comes to the same with faults, and in another order`,
    needs: { read: ["scenarios"] },
    fn: async () => {
      const scenario = await readScenario(`scenarios/${name}.json`);
      for (const compare of [besideTwin, inOtherOrder]) {
        const { differences, problem, strikes } = compare(scenario, { seed: 3 });
        assertEquals([problem, differences], [null, []], compare.name);
        assert(strikes > 0, `nothing struck in ${compare.name}`);
      }
    },
  });
}

permittedTest({
  name: "besideTwin() shows a journal that forgets which messages were applied",
  needs: { read: ["scenarios"] },
  fn: async () => {
    const bug = TIME_BUGS.find(({ id }) => id === "redeliveries-applied");
    assert(bug?.store !== undefined);
    const { differences, problem } = besideTwin(
      await readScenario(`scenarios/${bug.scenario}.json`),
      { store: bug.store },
    );
    assert(problem !== null || differences.length > 0);
  },
});

for (const [id, who] of Object.entries(RACES)) {
  permittedTest({
    name: `inOtherOrder() shows the race in ${id}: ${who}`,
    needs: { read: ["scenarios"] },
    fn: async () => {
      const scenario = await readScenario(`scenarios/${id}.json`);
      const unequal = [1, 2, 3, 4, 5, 6].map((seed) =>
        inOtherOrder(scenario, { seed }).differences.length
      );
      assertNotEquals(unequal.filter((differences) => differences > 0), []);
    },
  });
}

Deno.test({
  name: "libraryDifferences() names each place",
  permissions: "none",
  fn: () => {
    const left = { files: { a: { name: "x", albums: ["1"] } }, albums: {} };
    const right = { files: { a: { name: "y", albums: ["2"] } }, albums: { b: { kind: "hidden" } } };
    assertEquals(libraryDifferences(left, right), [
      'files.a.name: "x", not "y"',
      'files.a.albums[0]: "1", not "2"',
      'albums.b: undefined, not {"kind":"hidden"}',
    ]);
    assertEquals(libraryDifferences(left, left), []);
  },
});
