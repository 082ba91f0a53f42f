import { permittedTest } from "@scenekeep/tools/permitted";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { scanFolder } from "../scan/scan_folder.ts";
import type { FolderPlan } from "../scan/selected_plan.ts";
import { LONG_AGO, NEEDS } from "../testing/name_fixture.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { applyPlan } from "./apply_plan.ts";
import { undoPlan } from "./undo_plan.ts";

/**
 * What is not as before after an undo, by what the copy is in the directory under review: a link
 * that went comes back as a new one, and a name that had the bytes meanwhile, and was a hard link,
 * as a link of the folder's kind.
 */
const CHANGED = { "the bytes": [], "a link": ["2020/b.jpg"], "a hard link": ["best/b.jpg"] };

type Names = keyof typeof CHANGED;

for (const names of Object.keys(CHANGED) as Names[]) {
  permittedTest({
    name: `applyPlan() takes a photo out of one directory, undoPlan() puts it back: ${names}`,
    needs: NEEDS,
    fn: async () => {
      const beside = await Deno.realPath(await Deno.makeTempDir({ prefix: "scenekeep-review-" }));
      try {
        await review(beside, names);
      } finally {
        await Deno.remove(beside, { recursive: true });
      }
    },
  });
}

async function review(beside: string, names: Names): Promise<void> {
  const { cache, plan, root } = await makeTree(beside, names);
  const before = treeFacts(root);
  const home = join(root, names === "a link" ? "best/b.jpg" : "2020/b.jpg");
  const { ino } = lstatSync(home);
  const applied = await applyPlan({ root, cache, plan });
  assertEquals([applied.applied, applied.skipped, applied.bytesToTrash], [1, [], 0]);
  const after = [...treeFacts(root)].filter(([, fact]) => !fact.startsWith("directory"));
  const paths = ["2020/a.jpg", "best/b.jpg", "top/b.jpg"];
  assertEquals(after.map(([path]) => path), paths);
  assertEquals(lstatSync(join(root, "best/b.jpg")).ino, ino);
  assertEquals(readlinkSync(join(root, "top/b.jpg")), "../best/b.jpg");
  assertEquals(
    applied.dependencies,
    names === "a link" ? [] : [{ album: "top", on: "best", files: 1 }],
  );
  assertEquals(await undoPlan({ root, plan }), { undone: 1, stays: [] });
  const differences = treeDifferences(before, treeFacts(root));
  assertEquals(differences.map((line) => line.split(":")[0]), CHANGED[names], differences.join());
  assertEquals(lstatSync(home).ino, ino);
}

/** `2020/a.jpg` and a copy of it, `b.jpg` in `2020`, `best` and `top`; the plan is about `2020`. */
async function makeTree(
  beside: string,
  names: Names,
): Promise<{ root: string; cache: string; plan: FolderPlan }> {
  const root = join(beside, "photos");
  for (const directory of ["2020", "best", "top"]) {
    mkdirSync(join(root, directory), { recursive: true });
  }
  writeFileSync(join(root, "2020/a.jpg"), "one");
  const [home, other] = names === "a link" ? ["best", "2020"] : ["2020", "best"];
  writeFileSync(join(root, home!, "b.jpg"), "one");
  if (names === "a hard link") {
    linkSync(join(root, home!, "b.jpg"), join(root, other!, "b.jpg"));
  } else symlinkSync(`../${home}/b.jpg`, join(root, other!, "b.jpg"));
  symlinkSync(`../${home}/b.jpg`, join(root, "top/b.jpg"));
  // A name that had the bytes meanwhile becomes a link with the time of its file.
  for (const name of ["2020/b.jpg", "best/b.jpg", "top/b.jpg"]) {
    lutimesSync(join(root, name), LONG_AGO, LONG_AGO);
  }
  const cache = join(beside, "cache");
  const { report } = await scanFolder({ root, cache, exactOnly: true, album: "2020" });
  return { root, cache, plan: report.plan! };
}
