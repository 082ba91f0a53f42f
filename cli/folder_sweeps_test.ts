import { applyPlan, scanFolder } from "@scenekeep/engine/host";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { mkdirSync, writeFileSync } from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { type FolderSweep, startFolderSweeps, sweepFolders } from "./folder_sweeps.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;
const DAY_MS = 24 * 60 * 60 * 1000;

permittedTest({
  name: "sweepFolders() purges what is due in each folder, and goes on behind one that fails",
  needs: NEEDS,
  fn: async () => {
    const beside = await Deno.makeTempDir({ prefix: "scenekeep-sweeps-" });
    try {
      const [root, fresh] = [join(beside, "photos"), join(beside, "fresh")];
      const cache = join(beside, "cache");
      for (const path of ["a", "b"]) {
        mkdirSync(join(root, path), { recursive: true });
        writeFileSync(join(root, path, "1.jpg"), "one");
      }
      mkdirSync(fresh);
      const { report } = await scanFolder({ root, cache, exactOnly: true });
      assert(report.plan !== null);
      let passedMs = 0;
      const clock = {
        read: () => ({ wallMs: 1.7e12 + passedMs, monotonicMs: passedMs, bootId: "one" }),
        after: () => () => {},
      };
      await applyPlan({ root, cache, plan: report.plan, clock });
      const folders = [join(beside, "missing"), fresh, root];
      for (const day of [10, 20, 29, 30, 31]) {
        passedMs = day * DAY_MS;
        // deno-lint-ignore no-await-in-loop -- day after day
        const [missing, swept, ...none] = await sweepFolders({ folders, clock });
        assert(missing?.problems[0]?.includes("there is no such folder"));
        assertEquals(none, []);
        assertEquals(swept, { folder: root, purged: day === 30 ? ["b/1.jpg"] : [], problems: [] });
      }
      const heard: FolderSweep[] = [];
      const sweeps = startFolderSweeps({
        folders: () => Promise.resolve([fresh]),
        heard: (it) => heard.push(it),
      });
      await sweeps.stop();
      assertEquals(heard, []);
    } finally {
      await Deno.remove(beside, { recursive: true });
    }
  },
});
