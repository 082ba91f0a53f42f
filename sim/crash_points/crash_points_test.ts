import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { readScenario } from "../cli/read_scenario.ts";
import { allCrashPoints, crashPointsOf, goldenOf } from "./crash_points.ts";

permittedTest({
  name: "allCrashPoints() dies once at every effect of a clean-up, and every promise holds",
  needs: { read: ["scenarios"] },
  fn: async () => {
    const scenario = await readScenario("scenarios/copy-in-two-albums.json");
    const report = allCrashPoints(scenario);
    assertEquals(report.failures, []);
    assert(report.points > 100 && report.effects > 50, `${report.points} of ${report.effects}`);
  },
});

permittedTest({
  name: "crashPointsOf() has a crash before each turn's commit, before each effect and after all",
  needs: { read: ["scenarios"] },
  fn: async () => {
    const golden = goldenOf(await readScenario("scenarios/thumbnails-count.json"));
    assert(golden !== null);
    const { points } = crashPointsOf(golden);
    const names = points.map(({ perturbations: [first] }) => `${first?.fault} ${first?.entity}`);
    assertEquals(new Set(names).size, names.length, "no place is tried twice");
    for (const fault of ["BeforeCommit", "BeforeEffect", "InOperation"]) {
      assert(names.some((name) => name.startsWith(`processCrash${fault}`)), fault);
    }
  },
});
