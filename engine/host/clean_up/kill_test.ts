import { assert, assertEquals } from "@std/assert";
import { commitSeed } from "@scenekeep/tools/commit_seed";
import { permittedTest } from "@scenekeep/tools/permitted";
import { killAtEachPoint, runCleanUpKills } from "../testing/clean_up_kills.ts";
import { ONE_COPY } from "../testing/clean_up_tree.ts";
import { killRepairAtEachPoint } from "../testing/repair_kills.ts";

const NEEDS = { read: true, write: true, run: true, env: true, ffi: true, sys: true } as const;

permittedTest({
  name: "a clean-up, its undo and a sweep lose nothing over 200 kills at random moments",
  needs: NEEDS,
  timeoutMs: 900_000,
  fn: async () => {
    const seed = await commitSeed();
    const { kills, ended } = await runCleanUpKills({ kills: 200, seed });
    assertEquals(kills.apply + kills.undo + kills.sweep, 200);
    // Each kind must have been met, or the loop has shown nothing.
    for (const met of [kills, ended]) {
      assert(Math.min(met.apply, met.undo, met.sweep) >= 5, JSON.stringify({ kills, ended, seed }));
    }
  },
});

for (const action of ["apply", "undo"] as const) {
  permittedTest({
    name: `a clean-up of one copy is finished or taken back after a kill at any point of ${action}`,
    needs: NEEDS,
    timeoutMs: 900_000,
    fn: async () => {
      const points = await killAtEachPoint(action, { files: ONE_COPY });
      assert(points > 20, `only ${points} points`);
    },
  });
}

// Of more files each fifth point here; `deno task kill-test` takes them all.
for (const [action, from] of [["apply", 1], ["undo", 2]] as const) {
  permittedTest({
    name: `a clean-up is finished or taken back after a kill at each fifth point of ${action}`,
    needs: NEEDS,
    timeoutMs: 900_000,
    fn: async () => {
      const points = await killAtEachPoint(action, { from, step: 5 });
      assert(points > 50, `only ${points} points`);
    },
  });
}

for (const loss of ["moved", "deleted"] as const) {
  permittedTest({
    name: `a repair after a file was ${loss} is finished after a kill at each third point`,
    needs: NEEDS,
    timeoutMs: 900_000,
    fn: async () => {
      const points = await killRepairAtEachPoint(loss, 3);
      assert(points > 20, `only ${points} points`);
    },
  });
}
