import type { Plan } from "@scenekeep/engine/core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { JournalError } from "../journal/journal_error.ts";
import type { ClockPort } from "../runtime/ports.ts";
import { TRASH_MANIFEST } from "../folder/trash_manifest.ts";
import { SYSTEM_CLOCK } from "../runtime/system_clock.ts";
import { scanFolder } from "../scan/scan_folder.ts";
import { quickFolder } from "../testing/quick_folder.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { applyPlan } from "./apply_plan.ts";
import { deleteTrash, listTrash, sweepFolder } from "./folder_trash.ts";
import { readPlanFile } from "./plan_file.ts";
import { undoPlan } from "./undo_plan.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;
const EVERYTHING = { upTo: Number.MAX_SAFE_INTEGER } as const;

interface Place {
  readonly root: string;
  readonly cache: string;
  readonly plan: () => Promise<Plan>;
}

/** A folder with `a/one.jpg`, and a copy of it in `b` and in `c`. */
async function inFolder(use: (place: Place) => Promise<void>): Promise<void> {
  const beside = await quickFolder("scenekeep-again-");
  const [root, cache] = [join(beside, "photos"), join(beside, "cache")];
  for (const directory of ["a", "b", "c"]) {
    mkdirSync(join(root, directory), { recursive: true });
    writeFileSync(join(root, directory, "one.jpg"), "one picture");
  }
  const plan = async (): Promise<Plan> => {
    const { report } = await scanFolder({ root, cache, exactOnly: true });
    assert(report.plan !== null);
    return report.plan;
  };
  try {
    await use({ root, cache, plan });
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

permittedTest({
  name: "undoPlan() counts what came back, and brings the rest once its name is free",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, cache, plan: made }) => {
      const plan = await made();
      await applyPlan({ root, cache, plan });
      rmSync(join(root, "b/one.jpg"));
      writeFileSync(join(root, "b/one.jpg"), "somebody else's");
      const first = await undoPlan({ root, plan });
      assertEquals([first.undone, first.stays.length], [1, 1]);
      renameSync(join(root, "b/one.jpg"), join(root, "b/other.jpg"));
      assertEquals(await undoPlan({ root, plan }), { undone: 2, stays: [] });
      assertEquals(await listTrash({ root }), []);
      assertEquals(await Deno.readTextFile(join(root, "b/one.jpg")), "one picture");
    }),
});

permittedTest({
  name: "deleteTrash() deletes no more than was seen, and nothing whose keeper is away",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, cache, plan }) => {
      await applyPlan({ root, cache, plan: await plan() });
      const [first] = await listTrash({ root });
      const seen = await deleteTrash({ root }, { upTo: first!.number });
      assertEquals([seen.done.length, (await listTrash({ root })).length], [1, 1]);
      renameSync(join(root, "a"), join(root, "../away"));
      for (const name of ["d.jpg", "e.jpg"]) writeFileSync(join(root, name), "a new picture");
      // Any clean-up looks at the folder, and finds the keeper gone.
      await applyPlan({ root, cache, plan: await plan() });
      const held = await deleteTrash({ root }, EVERYTHING);
      assertEquals(held.done.map(({ file }) => file), ["e.jpg"]);
      assertEquals(held.stays.map(({ reason }) => reason), ["the file that stays cannot be read"]);
    }),
});

permittedTest({
  name: "applyPlan() knows a file by each of its names",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, cache, plan }) => {
      mkdirSync(join(root, "z"));
      writeFileSync(join(root, "z/x.jpg"), "another picture");
      await applyPlan({ root, cache, plan: await plan() });
      // Now it has a name that a scan finds first, and a copy that stays.
      for (const directory of ["m", "n"]) mkdirSync(join(root, directory));
      linkSync(join(root, "z/x.jpg"), join(root, "n/x.jpg"));
      writeFileSync(join(root, "m/x.jpg"), "another picture");
      const second = await plan();
      assertEquals(second.items.map(({ file }) => String(file)), ["n/x.jpg"]);
      const result = await applyPlan({ root, cache, plan: second });
      assertEquals([result.applied, result.skipped], [1, []]);
      const again = await applyPlan({ root, cache, plan: second });
      assertEquals([again.isNew, again.applied, again.skipped], [false, 1, []]);
    }),
});

permittedTest({
  name: "sweepFolder() purges after 30 days of which each use sees a part",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, cache, plan }) => {
      let passedMs = 0;
      const clock: ClockPort = {
        read: () => ({
          wallMs: 1_700_000_000_000 + passedMs,
          monotonicMs: passedMs,
          bootId: "one",
        }),
        after: SYSTEM_CLOCK.after,
      };
      await applyPlan({ root, cache, plan: await plan(), clock });
      for (let day = 1; day <= 31; day += 1) {
        passedMs += 24 * 60 * 60 * 1000;
        // deno-lint-ignore no-await-in-loop -- day after day
        const { done, isClockSuspect } = await sweepFolder({ root, clock }, false);
        assertEquals([done.length, isClockSuspect], [day < 30 ? 0 : day === 30 ? 2 : 0, false]);
      }
    }),
});

permittedTest({
  name: "what is in the trash can be given its names back by hand, without the journal",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, cache, plan }) => {
      const options = { directoryTimes: false };
      const before = treeFacts(root, options);
      const made = await plan();
      // Twice, so that slots of an earlier time are spoken of as well.
      for (const isUndone of [true, false]) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        await applyPlan({ root, cache, plan: made });
        // deno-lint-ignore no-await-in-loop -- as above
        if (isUndone) await undoPlan({ root, plan: made });
      }
      rmSync(join(root, ".scenekeep/library.sqlite"));
      const lines = readFileSync(join(root, TRASH_MANIFEST), "utf8").trimEnd().split("\n");
      const pathOf = new Map(lines.map((line) => {
        const { path, slot } = JSON.parse(line);
        return [slot, path];
      }));
      const slots = readdirSync(join(root, ".scenekeep/trash"));
      assertEquals(slots.length, made.items.length);
      for (const slot of slots) {
        renameSync(join(root, ".scenekeep/trash", slot), join(root, pathOf.get(slot)));
      }
      assertEquals(treeDifferences(before, treeFacts(root, options)), []);
    }),
});

permittedTest({
  name: "listTrash() says where the names are when the journal is damaged",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, cache, plan }) => {
      await applyPlan({ root, cache, plan: await plan() });
      const journal = join(root, ".scenekeep/library.sqlite");
      writeFileSync(journal, readFileSync(journal).subarray(0, 6000));
      const names = join(await Deno.realPath(root), TRASH_MANIFEST);
      const error = await assertRejects(() => listTrash({ root }), JournalError, names);
      assertEquals(error.code, "JOURNAL_CORRUPT");
      assert(error.message.includes("put a backup in its place"), error.message);
    }),
});

permittedTest({
  name: "readPlanFile() names what a plan lacks",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, plan: made }) => {
      const plan = await made();
      const path = join(root, "../plan.json");
      const wrong: readonly (readonly [Record<string, unknown>, string])[] = [
        [{ certificate: null }, "no certificate"],
        [{ scope: { kind: "album" } }, "its scope"],
        [{ items: [{ ...plan.items[0], keeper: 1 }] }, "an item"],
      ];
      for (const [part, message] of wrong) {
        writeFileSync(path, JSON.stringify({ ...plan, ...part }));
        // deno-lint-ignore no-await-in-loop -- one after the other
        await assertRejects(() => readPlanFile(path), Error, message);
      }
      writeFileSync(path, JSON.stringify(plan));
      assertEquals(await readPlanFile(path), plan);
    }),
});
