import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { FileSelection, type SelectionPatterns } from "../folder/file_selection.ts";
import { scanFolder, type ScanResult } from "../scan/scan_folder.ts";
import type { FolderPlan } from "../scan/selected_plan.ts";
import { quickFolder } from "../testing/quick_folder.ts";
import { treeFacts } from "../testing/tree_facts.ts";
import { applyPlan } from "./apply_plan.ts";
import { CleanUpError } from "./clean_up_error.ts";
import { readPlanFile } from "./plan_file.ts";
import { undoPlan } from "./undo_plan.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;

interface Place {
  readonly root: string;
  readonly cache: string;
  readonly write: (path: string, text: string) => void;
  readonly scan: (patterns: Partial<SelectionPatterns>, plans?: boolean) => Promise<ScanResult>;
  /** Scans with a plan, and checks that the scan without one says the same. */
  readonly plan: (patterns: Partial<SelectionPatterns>) => Promise<FolderPlan | null>;
}

async function inFolder(use: (place: Place) => Promise<void>): Promise<void> {
  const beside = await quickFolder("scenekeep-selection-");
  const [root, cache] = [join(beside, "photos"), join(beside, "cache")];
  mkdirSync(root);
  const scan: Place["scan"] = (patterns, plans = true) =>
    scanFolder({
      root,
      cache,
      exactOnly: true,
      plans,
      selection: new FileSelection(patterns),
    });
  try {
    await use({
      root,
      cache,
      write: (path, text) => {
        mkdirSync(join(root, path, ".."), { recursive: true });
        writeFileSync(join(root, path), text);
      },
      scan,
      plan: async (patterns) => {
        const [planned, quick] = [await scan(patterns), await scan(patterns, false)];
        const said = ({ report, numbers }: ScanResult): unknown => ({
          groups: report.exact.map(({ keeper, files }) => ({ keeper, files })),
          toWin: [numbers.filesToRemove, numbers.bytesToWin, numbers.files],
        });
        assertEquals(said(quick), said(planned));
        return planned.report.plan;
      },
    });
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

function going(plan: FolderPlan | null): string[] {
  return (plan?.items ?? []).map(({ file }) => String(file)).sort();
}

const ODD = ["a [1].jpg", "new\nline.jpg", "{x,y}*.jpg", "caf\u00e9.jpg", "\u{1f600}.jpg"];

permittedTest({
  name: "scanFolder() with protect never plans to remove what fits, whatever its name",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, write, plan }) => {
      for (const [index, name] of ODD.entries()) {
        write(`a/${name}`, `text ${index}`);
        write(`z/${name}`, `text ${index}`);
      }
      assertEquals(going(await plan({})), ODD.map((name) => `z/${name}`).sort());
      // Without a word said of a/, the copies that are first by path would stay.
      assertEquals(going(await plan({ protect: ["z"] })), ODD.map((name) => `a/${name}`).sort());
      assertEquals(await plan({ protect: ["{a,z}/*"] }), null);
      const exact = [
        "z/a \\[1\\].jpg",
        "z/new\nline.jpg",
        "z/\\{x,y\\}\\*.jpg",
        "z/cafe\u0301.jpg",
      ];
      const left = [...ODD.slice(0, 4).map((name) => `a/${name}`), `z/${ODD[4]}`].sort();
      assertEquals(going(await plan({ protect: exact })), left);
      linkSync(join(root, "z", ODD[4] ?? ""), join(root, "kept.jpg"));
      const protectedByName = await plan({ protect: ["kept.jpg"] });
      assertEquals(going(protectedByName).includes(`z/${ODD[4]}`), false);
    }),
});

permittedTest({
  name: "scanFolder() with reference keeps all copies there and lets those elsewhere go",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, cache, write, plan }) => {
      for (const path of ["a/1.jpg", "b/1.jpg", "masters/1.jpg", "masters/old/1.jpg"]) {
        write(path, "one");
      }
      for (const path of ["a/2.jpg", "b/2.jpg"]) write(path, "other");
      const made = await plan({ reference: ["masters"] });
      assertEquals(going(made), ["a/1.jpg", "b/1.jpg", "b/2.jpg"]);
      assertEquals(made?.selection?.reference, ["masters"]);
      const before = treeFacts(root, { directoryTimes: false });
      assert(made !== null);
      const result = await applyPlan({ root, cache, plan: made });
      assertEquals([result.applied, result.skipped], [3, []]);
      await undoPlan({ root, plan: made });
      assertEquals([...treeFacts(root, { directoryTimes: false })], [...before]);
      assertEquals(going(await plan({ reference: ["nothing-like-this"] })).length, 4);
    }),
});

permittedTest({
  name: "scanFolder() with include and exclude touches a file by all of its names or not at all",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, write, plan }) => {
      for (const path of ["a/1.jpg", "b/1.jpg", "c/1.jpg", "d/1.png"]) write(path, "one");
      assertEquals(going(await plan({ include: ["**/*.jpg"] })), ["b/1.jpg", "c/1.jpg"]);
      assertEquals(going(await plan({ exclude: ["b"] })), ["c/1.jpg", "d/1.png"]);
      const both = { include: ["**/*.jpg"], exclude: ["a", "b/*"] };
      assertEquals(await plan(both), null);
      linkSync(join(root, "c/1.jpg"), join(root, "b/again.jpg"));
      assertEquals(going(await plan({ exclude: ["b"] })), ["d/1.png"]);
      symlinkSync("../d/1.png", join(root, "b/link.png"));
      assertEquals(await plan({ exclude: ["b"] }), null);
    }),
});

permittedTest({
  name: "applyPlan() holds a plan to its own patterns, whoever wrote its items",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, cache, write, scan, plan }) => {
      for (const path of ["a/1.jpg", "b/1.jpg", "c/1.jpg"]) write(path, "one");
      const free = await plan({});
      assertEquals(going(free), ["b/1.jpg", "c/1.jpg"]);
      const patterns = (await scan({ protect: ["b"], exclude: ["c"] })).report.plan?.selection;
      assert(free !== null && patterns !== undefined);
      const tampered = { ...free, selection: patterns };
      const before = treeFacts(root, { directoryTimes: false });
      const result = await applyPlan({ root, cache, plan: tampered });
      assertEquals(result.applied, 0);
      assertEquals(result.skipped.map(({ file, reason }) => [file, reason]), [
        ["b/1.jpg", 'the plan protects "b/1.jpg"'],
        ["c/1.jpg", 'the plan leaves "c/1.jpg" out'],
      ]);
      assertEquals([...treeFacts(root, { directoryTimes: false })], [...before]);
      // What a scene keeps stays too where the patterns were taken out.
      const kept = (await plan({ protect: ["b"] }))!;
      const item = { ...kept.items[0]!, file: "b/1.jpg" as typeof kept.items[0]["file"] };
      const { selection: _, ...bare } = { ...kept, items: [item] };
      assertEquals((await applyPlan({ root, cache, plan: bare })).applied, 0);
    }),
});

permittedTest({
  name: "readPlanFile() refuses patterns that mean nothing",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, write, plan }) => {
      for (const path of ["a.jpg", "b.jpg"]) write(path, "one");
      const made = await plan({ protect: ["a.jpg"] });
      const path = join(root, "..", "plan.json");
      const written = async (selection: unknown): Promise<FolderPlan> => {
        await Deno.writeTextFile(path, JSON.stringify({ ...made, selection }));
        return await readPlanFile(path);
      };
      const empty = { include: [], exclude: [], protect: [], reference: [] };
      assertEquals((await written(empty)).selection, empty);
      for (const wrong of [{}, [], { ...empty, protect: ["[a"] }, { ...empty, more: [] }, null]) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        const error = await assertRejects(() => written(wrong), CleanUpError);
        assertEquals(error.code, "PLAN_UNREADABLE");
      }
    }),
});
