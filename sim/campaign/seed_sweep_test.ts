import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { EXIT_CODES } from "../cli/exit_code.ts";
import { readScenario } from "../cli/read_scenario.ts";
import { mergeRows, sweepExitCode, sweepSeeds, sweepText } from "./seed_sweep.ts";

permittedTest({
  name: "sweepSeeds() judges each seed, and the last line repeats the first that is not clean",
  needs: { read: ["scenarios"] },
  fn: async () => {
    const path = "scenarios/copy-in-two-albums.json";
    const scenario = await readScenario(path);
    const options = { path, clockMs: () => 0, seeds: 1 };
    const rows = [2, 1].map((firstSeed) => sweepSeeds(scenario, { ...options, firstSeed }));
    const [merged] = mergeRows(rows);
    assertEquals([merged?.seeds, merged?.unclean], [2, []]);
    assertEquals(sweepExitCode([merged!]), EXIT_CODES.clean);
    assert(sweepText([merged!], "again").endsWith("all clean\nagain"));

    const greedy = { ...scenario, expect: { itemsAppliedMin: 1_000 } };
    const failed = mergeRows(
      [2, 1].map((firstSeed) => sweepSeeds(greedy, { ...options, firstSeed })),
    );
    assertEquals(failed[0]?.unclean.map(({ ending, seed }) => [seed, ending]), [
      [1, "unmet"],
      [2, "unmet"],
    ]);
    assertEquals(sweepExitCode(failed), EXIT_CODES.unmet);
    assert(sweepText(failed, "again").endsWith(`2 not clean\ndeno task sim ${path} --seed 1`));
  },
});
