import type { NameStep } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { appendFileSync, chmodSync, lstatSync, readFileSync, statSync, utimesSync } from "node:fs";
import { scanFolder } from "../scan/scan_folder.ts";
import { BreakableDisk } from "../testing/breakable_disk.ts";
import { killAtEachPoint } from "../testing/clean_up_kills.ts";
import {
  CLEAN_UP_FILES,
  type CleanUpTree,
  makeCleanUpTree,
  problemsAtAnyMoment,
  problemsAtRest,
} from "../testing/clean_up_tree.ts";
import { diskTest } from "../testing/disk_test_case.ts";
import { reflinkDisk, run } from "../testing/loop_disk.ts";
import {
  assertNothingAside,
  CONTEXT,
  DONE,
  failed,
  inFolder,
  link,
  namesOf,
} from "../testing/name_fixture.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { applyPlan, type ApplyResult } from "./apply_plan.ts";
import { CleanUpError } from "./clean_up_error.ts";
import { readPlanFile } from "./plan_file.ts";
import { undoPlan, type UndoResult } from "./undo_plan.ts";

interface Place {
  readonly tree: CleanUpTree;
  readonly full: (path: string) => string;
  readonly apply: () => Promise<ApplyResult>;
  readonly undo: () => Promise<UndoResult>;
  /** Groups of exact copies that a scan finds now. */
  readonly copies: () => Promise<(readonly string[])[]>;
}

async function inTree(
  disk: { readonly path: string },
  beside: string,
  use: (place: Place) => Promise<void>,
) {
  const tree = await makeCleanUpTree(disk.path, CLEAN_UP_FILES, beside);
  const plan = await readPlanFile(tree.plan);
  const { cache, root } = tree;
  await use({
    tree,
    full: (path) => join(root, path),
    apply: () => applyPlan({ root, cache, plan, standIns: "reflink" }),
    undo: () => undoPlan({ root, plan }),
    copies: async () => {
      const { report } = await scanFolder({ root, cache, exactOnly: true });
      return report.exact.map(({ files }) => files);
    },
  });
}

function reflinkTest(name: string, fn: (place: Place) => Promise<void>): void {
  permittedTest(
    diskTest({ name, make: reflinkDisk, fn: (disk, beside) => inTree(disk, beside, fn) }),
  );
}

/** Where on the disk the bytes of a file begin, and whether others have them too. */
function extentOf(full: string): string {
  return run("filefrag", "-v", full).split("\n").filter((line) => /^ +0:/.test(line))
    .map((line) => `${/: +(\d+)\.\./.exec(line.slice(20))?.[1]} ${line.includes("shared")}`).join();
}

reflinkTest("applyPlan() puts reflinks in place of copies, and undoPlan() takes them away", async (
  place,
) => {
  const { apply, copies, full, tree, undo } = place;
  const copy = "2021/y.jpg";
  chmodSync(full(copy), 0o640);
  utimesSync(full(copy), 1_600_000_000, 1_600_000_000.25);
  run("setfattr", "-n", "user.note", "-v", "of a user", full(copy));
  const before = treeFacts(tree.root, { directoryTimes: false });
  const [was] = [lstatSync(full(copy), { bigint: true })];
  const { applied, skipped } = await apply();
  assertEquals([applied, skipped], [tree.items, []]);
  const is = lstatSync(full(copy), { bigint: true });
  assert(is.isFile() && is.nlink === 1n && is.ino !== was.ino);
  assertEquals([is.mtimeNs, is.mode, is.uid], [was.mtimeNs, was.mode, was.uid]);
  assertEquals(run("getfattr", "--only-values", "-n", "user.note", full(copy)), "of a user");
  run("sync", "--file-system", tree.root);
  // Both have their bytes in the same place of the disk, and the disk knows that.
  assertEquals(extentOf(full(copy)), extentOf(full("ä/x.jpg")));
  assert(/^\d+ true$/.test(extentOf(full(copy))), extentOf(full(copy)));
  assertEquals(await problemsAtRest(tree), []);
  assertEquals(await copies(), [], "what stands for a file is no copy of it");
  assertEquals((await apply()).isNew, false);
  assertEquals(await undo(), { undone: tree.items, stays: [] });
  const after = treeFacts(tree.root, { directoryTimes: false });
  assertEquals(treeDifferences(before, after), []);
  assertEquals(lstatSync(full(copy), { bigint: true }).ino, was.ino);
  assertEquals(run("getfattr", "--only-values", "-n", "user.note", full(copy)), "of a user");
});

reflinkTest("a reflink that was written is a file of its own, and so is one whose like was", async (
  place,
) => {
  const { apply, copies, full, tree, undo } = place;
  await apply();
  assertEquals(await copies(), []);
  appendFileSync(full("2021/y.jpg"), "edited");
  const stays = (await undo()).stays;
  assertEquals(stays.length, 1, stays.join());
  assert(readFileSync(full("2021/y.jpg"), "utf8").endsWith("edited"));
  await apply();
  // The stand-in has what its like had before.
  const bytes = readFileSync(full("2021/shot.jpg"), "utf8");
  const like = full("2020/shot.jpg");
  assertEquals(readFileSync(like, "utf8"), bytes);
  appendFileSync(like, "edited");
  assertEquals(readFileSync(full("2021/shot.jpg"), "utf8"), bytes);
  await undo();
  assertEquals(readFileSync(full("2021/shot.jpg"), "utf8"), bytes);
  assert(statSync(full("2021/shot.jpg")).isFile());
  assert(tree.items > 0);
});

permittedTest(diskTest({
  name: "a reflink follows a file that gets another name, and leads back when that is taken back",
  make: reflinkDisk,
  fn: (disk) =>
    inFolder(async ({ changes, hash, root }) => {
      const folder = changes({ standIns: "reflink" });
      const [home, other, clone] = ["y/c.jpg", "n/c.jpg", "x/c.jpg"];
      const change = (...steps: Partial<NameStep>[]) => folder.link(link(...steps), CONTEXT);
      assertEquals(await change({ action: "add", path: clone, target: home }), DONE);
      const there: readonly Partial<NameStep>[] = [
        { action: "move", path: other, target: home, expectedHash: hash(home) },
        { action: "relink", path: clone, target: other, sameAs: home },
        { action: "unlink", path: home, target: other },
      ];
      const wrong = { action: "relink", path: "x/a.jpg", target: other, sameAs: home } as const;
      for (const steps of [[...there.slice(0, 2), wrong], [...there, wrong]]) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        assertEquals(await change(...steps), failed("changed"));
        assertEquals(namesOf(join(root, "y")), ["b.jpg", "c.jpg"]);
        assertEquals(namesOf(join(root, "n")), []);
      }
      const back: readonly Partial<NameStep>[] = [
        { action: "move", path: home, target: other, expectedHash: hash(home) },
        { action: "relink", path: clone, target: home, sameAs: other },
        { action: "relink", path: other, target: home, sameAs: other },
      ];
      for (const steps of [there, there, back, back]) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        assertEquals(await change(...steps), DONE, JSON.stringify(steps));
        assert(lstatSync(join(root, clone)).isFile());
        assertEquals(readFileSync(join(root, clone), "utf8"), "own");
      }
      // What had the bytes meanwhile is a stand-in now, and so may be taken away.
      assertEquals(await change({ action: "unlink", path: other, target: home }), DONE);
      assertEquals(await change({ action: "unlink", path: clone, target: home }), DONE);
      assertNothingAside(root);
    }, disk.path),
}));

permittedTest(diskTest({
  name: "applyPlan() changes nothing where reflinks are wanted and cannot be made",
  make: BreakableDisk.make,
  fn: (disk, beside) =>
    inTree(disk, beside, async ({ apply, tree }) => {
      const error = await assertRejects(apply, CleanUpError, "no reflinks");
      assertEquals((error as CleanUpError).code, "FOLDER_UNUSABLE");
      assertEquals(
        treeDifferences(tree.before, treeFacts(tree.root, { directoryTimes: false })),
        [],
      );
      assertEquals(problemsAtAnyMoment(tree), []);
    }),
}));

for (const [action, from] of [["apply", 3], ["undo", 5]] as const) {
  permittedTest(diskTest({
    name: `a clean-up with reflinks is finished or taken back after a kill in ${action}`,
    make: reflinkDisk,
    timeoutMs: 900_000,
    fn: async (disk) => {
      const options = { from, step: 13, standIns: "reflink", within: disk.path } as const;
      const points = await killAtEachPoint(action, options);
      assert(points > 50, `only ${points} points`);
    },
  }));
}
