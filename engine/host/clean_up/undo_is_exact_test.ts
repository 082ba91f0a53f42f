import type { Plan } from "@scenekeep/engine/core";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { permittedTest, photosDev, photosMissing } from "@scenekeep/tools/permitted";
import { scanFolder } from "../scan/scan_folder.ts";
import { copyTree } from "../testing/copied_tree.ts";
import { makeOddTree } from "../testing/odd_tree.ts";
import { quickFolder } from "../testing/quick_folder.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { applyPlan, type ApplyResult } from "./apply_plan.ts";
import { deleteTrash, listTrash } from "./folder_trash.ts";
import { undoPlan } from "./undo_plan.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;
const TREES = 100;

interface Place {
  readonly root: string;
  readonly cache: string;
  readonly outside: string;
}

async function inPlace(use: (place: Place) => Promise<void>): Promise<void> {
  const beside = await quickFolder("scenekeep-undo-");
  try {
    const root = join(beside, "photos");
    await use({ root, cache: join(beside, "cache"), outside: join(beside, "outside") });
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

async function exactPlan({ root, cache }: Place): Promise<Plan | null> {
  return (await scanFolder({ root, cache, exactOnly: true })).report.plan;
}

/** What the names of a tree lead to, by path: what a person sees who opens them. */
function contentsSeen(root: string): Map<string, string> {
  const seen = new Map<string, string>();
  for (const path of treeFacts(root).keys()) {
    try {
      const bytes = readFileSync(join(root, path));
      seen.set(path, createHash("sha256").update(bytes).digest("hex").slice(0, 16));
    } catch {
      // A directory, or a link to nothing.
    }
  }
  return seen;
}

/** Every name that is still there leads to what it led to, and every folder shows each content. */
function assertSeesTheSame(
  before: ReadonlyMap<string, string>,
  root: string,
  message = "",
): void {
  const after = contentsSeen(root);
  for (const [path, content] of after) assertEquals(content, before.get(path), path);
  const shown = (seen: ReadonlyMap<string, string>): string[] =>
    [...new Set([...seen].map(([path, content]) => `${path.replace(/[^/]*$/, "")} ${content}`))]
      .sort();
  assertEquals(shown(after), shown(before), message);
}

permittedTest({
  name: `undoPlan() gives back ${TREES} odd trees: names, bytes, links, times, permissions`,
  needs: NEEDS,
  timeoutMs: 600_000,
  fn: async () => {
    let applied = 0;
    for (let seed = 1; seed <= TREES; seed += 1) {
      // deno-lint-ignore no-await-in-loop -- one tree after the other
      await inPlace(async (place) => {
        const { cache, outside, root } = place;
        makeOddTree(root, outside, seed);
        const before = treeFacts(root);
        const seen = contentsSeen(root);
        const elsewhere = treeFacts(outside);
        const plan = await exactPlan(place);
        assertEquals(treeDifferences(before, treeFacts(root)), []);
        if (plan === null) return;
        const standIns = seed % 4 === 0 ? "hard" : "symbolic";
        const result = await applyPlan({ root, cache, plan, standIns });
        const odd = result.skipped.filter(({ reason }) => !reason.startsWith("the link"));
        assertEquals(odd, [], `seed ${seed}`);
        assertEquals(result.applied + result.skipped.length, plan.items.length);
        assertSeesTheSame(seen, root, `seed ${seed}`);
        applied += result.applied;
        const undone = await undoPlan({ root, plan });
        assertEquals(undone, { undone: result.applied, stays: [] }, `seed ${seed}`);
        assertEquals(treeDifferences(before, treeFacts(root)), [], `seed ${seed}`);
        assertEquals(treeDifferences(elsewhere, treeFacts(outside)), []);
        assertEquals(readdirSync(join(root, ".scenekeep/trash")), []);
        assertEquals(readdirSync(join(root, ".scenekeep/aside")), []);
      });
    }
    assert(applied > TREES, `only ${applied} items were applied`);
  },
});

permittedTest({
  name: "apply, scan again, undo and delete on a copy of real photos",
  needs: NEEDS,
  skip: photosMissing(),
  timeoutMs: 240_000,
  fn: () =>
    inPlace(async (place) => {
      const { cache, root } = place;
      copyTree(join(photosDev() ?? "", "images"), root);
      const before = treeFacts(root);
      const seen = contentsSeen(root);
      const plan = await exactPlan(place);
      assert(plan !== null && plan.items.length > 0);
      const apply = (): Promise<ApplyResult> => applyPlan({ root, cache, plan });
      const first = await apply();
      assertEquals([first.isNew, first.applied, first.skipped], [true, plan.items.length, []]);
      assertEquals(first.bytesToTrash, plan.certificate.bytesToTrash);
      assertSeesTheSame(seen, root);
      // What was applied is applied once, and a scan of what is left finds nothing to do.
      assertEquals((await apply()).isNew, false);
      assertEquals(await exactPlan(place), null);
      assertEquals((await listTrash({ root })).length, plan.items.length);
      assertEquals((await undoPlan({ root, plan })).stays, []);
      assertEquals(treeDifferences(before, treeFacts(root)), []);
      // Undone, it may be applied again; and emptied, nothing comes back.
      assertEquals((await apply()).isNew, true);
      const { done, stays } = await deleteTrash({ root }, { upTo: Number.MAX_SAFE_INTEGER });
      assertEquals([done.length, stays], [plan.items.length, []]);
      assertSeesTheSame(seen, root);
      assertEquals((await undoPlan({ root, plan })).stays.length > 0, true);
      assertSeesTheSame(seen, root);
    }),
});
