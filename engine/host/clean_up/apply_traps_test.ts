import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { FileSelection, type SelectionPatterns } from "../folder/file_selection.ts";
import { scanFolder } from "../scan/scan_folder.ts";
import type { FolderPlan } from "../scan/selected_plan.ts";
import { quickFolder } from "../testing/quick_folder.ts";
import { BreakableDisk } from "../testing/breakable_disk.ts";
import { diskMissing } from "../testing/loop_disk.ts";
import { run } from "../testing/loop_disk.ts";
import { applyPlan, type ApplyResult } from "./apply_plan.ts";
import { undoPlan, type UndoResult } from "./undo_plan.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true, run: true } as const;

interface Place {
  readonly root: string;
  readonly beside: string;
  readonly write: (path: string, text: string) => void;
  readonly text: (path: string) => string;
  readonly plan: (patterns?: Partial<SelectionPatterns>) => Promise<FolderPlan>;
  readonly apply: (plan: FolderPlan) => Promise<ApplyResult>;
  readonly undo: (plan: FolderPlan) => Promise<UndoResult>;
}

function trap(
  name: string,
  fn: (place: Place) => Promise<void>,
  skip: string | null = null,
): void {
  permittedTest({
    name: `trap: ${name}`,
    needs: NEEDS,
    skip,
    fn: async () => {
      const beside = await quickFolder("scenekeep-trap-");
      const [root, cache] = [join(beside, "photos"), join(beside, "cache")];
      const write: Place["write"] = (path, text) => {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      };
      const plan: Place["plan"] = async (patterns = {}) => {
        const selection = new FileSelection(patterns);
        const { report } = await scanFolder({ root, cache, exactOnly: true, selection });
        assert(report.plan !== null);
        return report.plan;
      };
      try {
        await fn({
          root,
          beside,
          write,
          text: (path) => readFileSync(join(root, path), "utf8"),
          plan,
          apply: (made) => applyPlan({ root, cache, plan: made }),
          undo: (made) => undoPlan({ root, plan: made }),
        });
      } finally {
        await Deno.remove(beside, { recursive: true });
      }
    },
  });
}

trap("file changed between plan and apply stays, and the rest goes", async (place) => {
  const { write, text, plan, apply } = place;
  for (const path of ["a/1.jpg", "b/1.jpg", "c/1.jpg"]) write(path, "one");
  const made = await plan();
  write("b/1.jpg", "two");
  const result = await apply(made);
  assertEquals([result.applied, result.skipped.map(({ file }) => file)], [1, ["b/1.jpg"]]);
  assertEquals(text("b/1.jpg"), "two");
});

trap("file deleted between plan and apply is named, and the rest goes", async (place) => {
  const { root, write, plan, apply } = place;
  for (const path of ["a/1.jpg", "b/1.jpg", "c/1.jpg"]) write(path, "one");
  const made = await plan();
  rmSync(join(root, "b/1.jpg"));
  const result = await apply(made);
  assertEquals([result.applied, result.skipped.map(({ file }) => file)], [1, ["b/1.jpg"]]);
});

trap("file replaced by a directory between plan and apply stays", async (place) => {
  const { root, write, text, plan, apply } = place;
  for (const path of ["a/1.jpg", "b/1.jpg", "c/1.jpg"]) write(path, "one");
  const made = await plan();
  rmSync(join(root, "b/1.jpg"));
  write("b/1.jpg/inside.txt", "somebody's");
  const result = await apply(made);
  assertEquals([result.applied, result.skipped.map(({ file }) => file)], [1, ["b/1.jpg"]]);
  assertEquals(text("b/1.jpg/inside.txt"), "somebody's");
});

trap("keeper deleted between plan and apply: the last bytes stay", async (place) => {
  const { root, write, text, plan, apply } = place;
  for (const path of ["a/1.jpg", "b/1.jpg"]) write(path, "one");
  const made = await plan();
  assertEquals(made.items.map(({ file, keeper }) => [file, keeper]), [["b/1.jpg", "a/1.jpg"]]);
  rmSync(join(root, "a/1.jpg"));
  const result = await apply(made);
  assertEquals([result.applied, result.skipped.length], [0, 1]);
  assertEquals(text("b/1.jpg"), "one");
  assert(lstatSync(join(root, "b/1.jpg")).isFile());
});

trap("group whose keeper is in a read-only folder: the keeper is read and left alone", async (
  place,
) => {
  const { root, write, text, plan, apply, undo } = place;
  for (const path of ["a/1.jpg", "b/1.jpg"]) write(path, "one");
  chmodSync(join(root, "a/1.jpg"), 0o444);
  chmodSync(join(root, "a"), 0o555);
  const made = await plan();
  assertEquals((await apply(made)).applied, 1);
  assertEquals([lstatSync(join(root, "a/1.jpg")).mode & 0o777, text("b/1.jpg")], [0o444, "one"]);
  assertEquals((await undo(made)).stays, []);
  chmodSync(join(root, "a"), 0o755);
});

trap("group whose keeper is in a protected folder: copies elsewhere go", async (place) => {
  const { root, write, plan, apply } = place;
  for (const path of ["a/1.jpg", "z/1.jpg"]) write(path, "one");
  const made = await plan({ protect: ["z"] });
  assertEquals((await apply(made)).applied, 1);
  assert(lstatSync(join(root, "z/1.jpg")).isFile());
  assert(lstatSync(join(root, "a/1.jpg")).isSymbolicLink());
});

trap("link target moved later: undo brings the bytes back all the same", async (place) => {
  const { root, write, text, plan, apply, undo } = place;
  for (const path of ["a/1.jpg", "b/1.jpg"]) write(path, "one");
  const made = await plan();
  await apply(made);
  renameSync(join(root, "a/1.jpg"), join(root, "moved.jpg"));
  await undo(made);
  assertEquals([text("b/1.jpg"), text("moved.jpg")], ["one", "one"]);
  assert(lstatSync(join(root, "b/1.jpg")).isFile());
});

trap("trash name clash on restore: what took the name stays", async (place) => {
  const { root, write, text, plan, apply, undo } = place;
  for (const path of ["a/1.jpg", "b/1.jpg"]) write(path, "one");
  const made = await plan();
  await apply(made);
  rmSync(join(root, "b/1.jpg"));
  write("b/1.jpg", "somebody else's");
  assertEquals((await undo(made)).stays.length, 1);
  assertEquals(text("b/1.jpg"), "somebody else's");
  renameSync(join(root, "b/1.jpg"), join(root, "b/2.jpg"));
  assertEquals((await undo(made)).stays, []);
  assertEquals(text("b/1.jpg"), "one");
});

trap("duplicate in two albums: both go on showing it", async (place) => {
  const { root, write, text, plan, apply } = place;
  write("a/1.jpg", "one");
  write("b/1.jpg", "one");
  write("c/1.jpg", "one");
  assertEquals((await apply(await plan())).applied, 2);
  for (const album of ["b", "c"]) {
    assert(lstatSync(join(root, album, "1.jpg")).isSymbolicLink());
    assertEquals(text(`${album}/1.jpg`), "one");
  }
});

trap("cross-device link: what lies on another device stays, and is named", async (place) => {
  const { root, write, text, plan, apply } = place;
  write("a/1.jpg", "one");
  using _disk = BreakableDisk.make(root);
  write("disk/1.jpg", "one");
  const made = await plan();
  const [item] = made.items;
  const result = await apply(made);
  assertEquals(result.applied, 0);
  assertEquals(result.skipped.map(({ file }) => file), [String(item?.file)]);
  assertEquals([text("a/1.jpg"), text("disk/1.jpg")], ["one", "one"]);
}, diskMissing(BreakableDisk.make));

trap("foreign-owned file stays, and is named", async (place) => {
  const { root, write, text, plan, apply } = place;
  for (const path of ["a/1.jpg", "b/1.jpg", "c/1.jpg"]) write(path, "one");
  lchownSync(join(root, "b/1.jpg"), 12_345, 12_345);
  const result = await apply(await plan());
  assertEquals([result.applied, result.skipped], [1, [
    { file: "b/1.jpg", reason: "it belongs to another user" },
  ]]);
  assertEquals([text("b/1.jpg"), lstatSync(join(root, "b/1.jpg")).uid], ["one", 12_345]);
}, Deno.build.os !== "windows" && isRoot() ? null : "needs root, to give a file away");

trap("read-only file that not even root may change stays, and is named", async (place) => {
  const { beside } = place;
  using disk = BreakableDisk.make(beside);
  const [root, cache] = [join(disk.path, "photos"), join(beside, "cache")];
  for (const path of ["a/1.jpg", "b/1.jpg", "c/1.jpg"]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), "one");
  }
  const { report } = await scanFolder({ root, cache, exactOnly: true });
  assert(report.plan !== null);
  run("chattr", "+i", join(root, "b/1.jpg"));
  const result = await applyPlan({ root, cache, plan: report.plan });
  run("chattr", "-i", join(root, "b/1.jpg"));
  assertEquals([result.applied, result.skipped.map(({ file }) => file)], [1, ["b/1.jpg"]]);
  assert(result.skipped[0]?.reason.startsWith("no permission"), result.skipped[0]?.reason);
  assertEquals(readFileSync(join(root, "b/1.jpg"), "utf8"), "one");
}, diskMissing(BreakableDisk.make));

function isRoot(): boolean {
  const isKnown = Deno.permissions.querySync({ name: "sys" }).state === "granted";
  return isKnown && Deno.uid() === 0;
}
