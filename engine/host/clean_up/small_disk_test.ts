import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { openSystemNames } from "../folder/system_names.ts";
import { JournalError } from "../journal/journal_error.ts";
import { ScanError } from "../scan/scan_error.ts";
import { watchedSystem } from "../testing/broken_system.ts";
import {
  CLEAN_UP_FILES,
  type CleanUpTree,
  makeCleanUpTree,
  problemsAtAnyMoment,
  problemsAtRest,
} from "../testing/clean_up_tree.ts";
import { BreakableDisk, breakableDiskMissing } from "../testing/breakable_disk.ts";
import { FailingDisk, failingDiskMissing } from "../testing/failing_disk.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { applyPlan } from "./apply_plan.ts";
import { CleanUpError } from "./clean_up_error.ts";
import { readPlanFile } from "./plan_file.ts";
import { undoPlan } from "./undo_plan.ts";
import type { KeptLibraryOptions } from "./kept_library.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true, run: true } as const;

/** Room that is left: for nothing, for a few blocks, and for most of what a clean-up writes. */
const ROOM_BYTES = [0, 48, 160].map((blocks) => blocks * 1024);

/** A disk that can fail, and be mended. */
type Disk = Pick<BreakableDisk, "path" | "sync" | "break" | "mend"> & Disposable;

interface Place<Kind extends Disk> {
  readonly disk: Kind;
  readonly tree: CleanUpTree;
  readonly apply: (options?: Partial<KeptLibraryOptions>) => Promise<{ skipped: unknown[] }>;
  readonly undo: (options?: Partial<KeptLibraryOptions>) => Promise<{ stays: unknown[] }>;
}

async function onDisk<Kind extends Disk>(
  make: (beside: string) => Kind,
  use: (place: Place<Kind>) => Promise<void>,
): Promise<void> {
  const beside = await Deno.makeTempDir({ prefix: "scenekeep-disk-" });
  try {
    using disk = make(beside);
    const tree = await makeCleanUpTree(disk.path, CLEAN_UP_FILES, beside);
    disk.sync();
    const plan = await readPlanFile(tree.plan);
    const { root, cache } = tree;
    await use({
      disk,
      tree,
      apply: async (options) => {
        const { skipped } = await applyPlan({ root, cache, plan, ...options });
        return { skipped: [...skipped] };
      },
      undo: async (options) => ({ stays: [...(await undoPlan({ root, plan, ...options })).stays] }),
    });
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

/** Whether it failed. Fails for reasons that have no name. */
async function isRefused(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return false;
  } catch (error) {
    const isNamed = error instanceof CleanUpError || error instanceof JournalError ||
      error instanceof ScanError;
    if (!isNamed) throw error;
    assert(error.code !== "ENGINE", `${error.code}: ${error.message}`);
    return true;
  }
}

function differences({ before, root }: CleanUpTree): string[] {
  return treeDifferences(before, treeFacts(root, { directoryTimes: false }));
}

permittedTest({
  name: "a clean-up and its undo lose nothing on a full disk, and end once there is room",
  needs: NEEDS,
  skip: breakableDiskMissing(),
  timeoutMs: 120_000,
  fn: () =>
    onDisk(BreakableDisk.make, async ({ disk, tree, apply, undo }) => {
      let refused = 0;
      for (const roomBytes of ROOM_BYTES) {
        for (const act of [apply, undo]) {
          disk.fill(roomBytes);
          // deno-lint-ignore no-await-in-loop -- one after the other
          if (await isRefused(act)) refused += 1;
          assertEquals(problemsAtAnyMoment(tree), [], `${act.name}, room for ${roomBytes}`);
          disk.empty();
          // deno-lint-ignore no-await-in-loop -- as above
          await act();
          // deno-lint-ignore no-await-in-loop -- as above
          assertEquals(await problemsAtRest(tree), [], `${act.name}, then room`);
        }
        assertEquals(differences(tree), [], `undone, room for ${roomBytes}`);
      }
      assert(refused > 1, "the disk must have been too small for something");
    }),
});

const FAILING = [
  {
    name: "that turns read-only",
    skip: breakableDiskMissing(),
    make: (beside: string): Disk => BreakableDisk.make(beside),
  },
  {
    name: "that cannot keep what it took",
    skip: failingDiskMissing(),
    make: (beside: string): Disk => new FailingDisk(beside),
  },
];

for (const { make, name, skip } of FAILING) {
  permittedTest({
    name: `a clean-up and its undo lose nothing on a disk ${name}, and end after it`,
    needs: NEEDS,
    skip,
    timeoutMs: 120_000,
    fn: () => onDisk(make, cleanUpWhileItBreaks),
  });
}

async function cleanUpWhileItBreaks({ apply, disk, tree, undo }: Place<Disk>): Promise<void> {
  for (const at of [1, 9, 25]) {
    for (const act of [apply, undo]) {
      let calls = 0;
      const system = watchedSystem(openSystemNames(), () => {
        calls += 1;
        if (calls === at) disk.break();
      });
      // deno-lint-ignore no-await-in-loop -- one after the other
      await isRefused(() => act({ system })).finally(() => system.close());
      assert(calls >= at, `${act.name} has ${calls} calls`);
      assertEquals(problemsAtAnyMoment(tree), [], `${act.name}, broken at ${at}`);
      // deno-lint-ignore no-await-in-loop -- as above
      assert(await isRefused(act), `${act.name} on a disk that cannot be written`);
      disk.mend();
      assertEquals(problemsAtAnyMoment(tree), [], `${act.name}, mended`);
      // deno-lint-ignore no-await-in-loop -- as above
      await act();
      // deno-lint-ignore no-await-in-loop -- as above
      assertEquals(await problemsAtRest(tree), [], `${act.name}, broken at ${at}, ended`);
    }
    assertEquals(differences(tree), [], `undone, broken at ${at}`);
  }
}
