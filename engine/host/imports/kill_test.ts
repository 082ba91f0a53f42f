import { assert, assertEquals } from "@std/assert";
import { commitSeed } from "@scenekeep/tools/commit_seed";
import { permittedTest } from "@scenekeep/tools/permitted";
import { killImportAtEachPoint, runImportKills } from "../testing/import_kills.ts";

const NEEDS = { read: true, write: true, run: true, env: true, ffi: true, sys: true } as const;

permittedTest({
  name: "an import loses nothing and tears nothing over 12 kills at random moments",
  needs: NEEDS,
  timeoutMs: 300_000,
  fn: async () => {
    const seed = await commitSeed();
    const { kills, ended } = await runImportKills({ kills: 12, seed });
    assertEquals(kills, 12);
    assert(ended >= 1, JSON.stringify({ kills, ended, seed }));
  },
});

// Each eighth point here; `deno task kill-test` takes them all.
permittedTest({
  name: "an import is as if nothing had happened after a kill at each eighth of its points",
  needs: NEEDS,
  timeoutMs: 300_000,
  fn: async () => {
    const points = await killImportAtEachPoint({ from: 5, step: 8 });
    assert(points > 80, `only ${points} points`);
  },
});
