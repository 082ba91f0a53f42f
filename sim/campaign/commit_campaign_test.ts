import { commitSeed } from "@scenekeep/tools/commit_seed";
import { permittedTest } from "@scenekeep/tools/permitted";
import { assertEquals } from "@std/assert";
import { fuzzOnce } from "./fuzz_run.ts";

/** Worlds that each commit is tried in: some 20 s. */
const RUNS = 40;

permittedTest({
  name: `fuzzOnce() finds nothing in ${RUNS} worlds that were drawn for this commit`,
  needs: { run: ["git"] },
  timeoutMs: 600_000,
  fn: async () => {
    const first = await commitSeed();
    for (let seed = first; seed < first + RUNS; seed += 1) {
      const { failure } = fuzzOnce(seed);
      assertEquals(failure, null, `deno task fuzz --seed ${seed} --runs 1`);
    }
  },
});
