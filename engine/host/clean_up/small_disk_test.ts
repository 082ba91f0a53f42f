import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals } from "@std/assert";
import { openSystemNames } from "../folder/system_names.ts";
import { watchedSystem } from "../testing/broken_system.ts";
import {
  CLEAN_UP_FILES,
  type CleanUpTree,
  makeCleanUpTree,
  problemsAtAnyMoment,
  problemsAtRest,
  problemsOnFailingDisk,
} from "../testing/clean_up_tree.ts";
import { BreakableDisk } from "../testing/breakable_disk.ts";
import { diskTest } from "../testing/disk_test_case.ts";
import { FailingDisk } from "../testing/failing_disk.ts";
import type { MakeDisk } from "../testing/loop_disk.ts";
import { messageOfNamed } from "../testing/named_failure.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { applyPlan } from "./apply_plan.ts";
import { readPlanFile } from "./plan_file.ts";
import { undoPlan } from "./undo_plan.ts";
import type { KeptLibraryOptions } from "./kept_library.ts";

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

async function placeOn<Kind extends Disk>(disk: Kind, beside: string): Promise<Place<Kind>> {
  const tree = await makeCleanUpTree(disk.path, CLEAN_UP_FILES, beside);
  disk.sync();
  const plan = await readPlanFile(tree.plan);
  const { root, cache } = tree;
  return {
    disk,
    tree,
    apply: async (options) => {
      const { skipped } = await applyPlan({ root, cache, plan, ...options });
      return { skipped: [...skipped] };
    },
    undo: async (options) => ({ stays: [...(await undoPlan({ root, plan, ...options })).stays] }),
  };
}

/** Whether it failed. Fails for reasons that have no name. */
async function isRefused(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return false;
  } catch (error) {
    messageOfNamed(error);
    return true;
  }
}

function differences({ before, root }: CleanUpTree): string[] {
  return treeDifferences(before, treeFacts(root, { directoryTimes: false }));
}

permittedTest(diskTest({
  name: "a clean-up and its undo lose nothing on a full disk, and end once there is room",
  make: BreakableDisk.make,
  fn: async (small, beside) => {
    const { apply, disk, tree, undo } = await placeOn(small, beside);
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
  },
}));

const FAILING: readonly (readonly [string, MakeDisk<Disk>])[] = [
  ["that turns read-only", BreakableDisk.make],
  ["that cannot keep what it took", FailingDisk.make],
];

for (const [name, make] of FAILING) {
  permittedTest(diskTest({
    name: `a clean-up and its undo lose nothing on a disk ${name}, and end after it`,
    make,
    fn: async (disk, beside) => cleanUpWhileItBreaks(await placeOn(disk, beside)),
  }));
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
      // deno-lint-ignore no-await-in-loop -- as above
      assertEquals(await problemsOnFailingDisk(tree), [], `${act.name}, broken at ${at}`);
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
