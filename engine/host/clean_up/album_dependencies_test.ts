import type { Plan } from "@scenekeep/engine/core";
import { assert, assertEquals } from "@std/assert";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { scanFolder } from "../scan/scan_folder.ts";
import { quickFolder } from "../testing/quick_folder.ts";
import { plannedDependencies } from "./album_dependencies.ts";
import { applyPlan } from "./apply_plan.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;

permittedTest({
  name: "a plan says which folders depend on which, and an apply what became of that",
  needs: NEEDS,
  fn: async () => {
    const beside = await quickFolder("scenekeep-depends-");
    try {
      const [root, cache] = [join(beside, "photos"), join(beside, "cache")];
      const copies = ["one", "two"].flatMap((text) =>
        ["a", "a/b", "c"].map((album) => [`${album}/${text}.jpg`, text] as const)
      );
      for (const [path, text] of [...copies, ["c/again.jpg", "one"], ["d/own.jpg", "own"]]) {
        mkdirSync(join(root, path ?? "", ".."), { recursive: true });
        writeFileSync(join(root, path ?? ""), text ?? "");
      }
      const { report } = await scanFolder({ root, cache, exactOnly: true });
      const plan: Plan | null = report.plan;
      assert(plan !== null);
      const planned = plannedDependencies(plan);
      assertEquals(planned.length > 0, true);
      // One directory keeps each picture, and the other two depend on it.
      for (const { album, on } of planned) assert(album !== on && album !== "d", album);
      let files = 0;
      for (const dependency of planned) files += dependency.files;
      assertEquals(files, 4);
      assertEquals((await applyPlan({ root, cache, plan })).dependencies, planned);
      const again = await applyPlan({ root, cache, plan });
      assertEquals([again.isNew, again.dependencies], [false, planned]);
    } finally {
      await Deno.remove(beside, { recursive: true });
    }
  },
});
