import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { SYSTEM_CLOCK } from "../runtime/system_clock.ts";
import type { ClockPort } from "../runtime/ports.ts";
import { scanFolder } from "../scan/scan_folder.ts";
import type { FolderPlan } from "../scan/selected_plan.ts";
import { diskTest } from "../testing/disk_test_case.ts";
import { RottenDisk } from "../testing/rotten_disk.ts";
import { applyPlan, type ApplyResult } from "./apply_plan.ts";
import { listTrash, restoreTrash, sweepFolder } from "./folder_trash.ts";
import { undoPlan } from "./undo_plan.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Three copies of one picture, and three pairs. */
const FILES: Readonly<Record<string, string>> = {
  "a/1.jpg": "one",
  "b/1.jpg": "one",
  "c/1.jpg": "one",
  "a/2.jpg": "two",
  "b/2.jpg": "two",
  "a/3.jpg": "three",
  "b/3.jpg": "three",
};

interface Place {
  readonly root: string;
  readonly scan: () => ReturnType<typeof scanFolder>;
  readonly plan: () => Promise<FolderPlan>;
  readonly apply: (plan: FolderPlan, clock?: ClockPort) => Promise<ApplyResult>;
  /** Lets files of the folder rot. */
  readonly rot: (...paths: string[]) => void;
}

/** A test on a folder on a disk that rots. */
function rottenTest(name: string, fn: (place: Place) => Promise<void>): void {
  permittedTest(diskTest({
    name,
    make: RottenDisk.make,
    fn: async (disk, beside) => {
      const root = join(disk.path, "photos");
      const cache = join(beside, "cache");
      for (const [path, text] of Object.entries(FILES)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text.repeat(4000));
      }
      const scan = () => scanFolder({ root, cache, exactOnly: true });
      await fn({
        root,
        scan,
        plan: async () => {
          const { report } = await scan();
          assert(report.plan !== null);
          return report.plan;
        },
        apply: (plan, clock) => applyPlan({ root, cache, plan, clock }),
        rot: (...paths) => disk.rot(...paths.map((path) => `photos/${path}`)),
      });
    },
  }));
}

rottenTest("scanFolder() names what the disk cannot read, and goes on", async (place) => {
  place.rot("b/1.jpg", "a/2.jpg");
  const { report } = await place.scan();
  assertEquals(report.unreadable, [
    { file: "a/2.jpg", reason: "the disk could not read it" },
    { file: "b/1.jpg", reason: "the disk could not read it" },
  ]);
  assertEquals(report.exact.map(({ files }) => files), [
    ["a/1.jpg", "c/1.jpg"],
    ["a/3.jpg", "b/3.jpg"],
  ]);
});

rottenTest("applyPlan() leaves what rotted since the scan, and does the rest", async (place) => {
  const { apply, plan, root, rot } = place;
  const made = await plan();
  assertEquals(made.items.map(({ file, keeper }) => `${keeper} for ${file}`).sort(), [
    "a/1.jpg for b/1.jpg",
    "a/1.jpg for c/1.jpg",
    "a/2.jpg for b/2.jpg",
    "a/3.jpg for b/3.jpg",
  ]);
  // One that goes, and one that stays.
  rot("b/1.jpg", "a/2.jpg");
  const { applied, skipped } = await apply(made);
  assertEquals(applied, 2);
  const named = new Map(skipped.map(({ file, reason }) => [file, reason]));
  assertEquals(
    named,
    new Map([
      ["b/1.jpg", "the disk could not read it"],
      ["b/2.jpg", 'the file that stays, "a/2.jpg": the disk could not read it'],
    ]),
  );
  for (const path of ["b/1.jpg", "b/2.jpg"]) assert(lstatSync(join(root, path)).isFile());
  assertEquals(readFileSync(join(root, "b/2.jpg"), "utf8"), "two".repeat(4000));
  for (const path of ["c/1.jpg", "b/3.jpg"]) {
    assert(lstatSync(join(root, path)).isSymbolicLink());
    const text = FILES[path] ?? "";
    assertEquals(readFileSync(join(root, path), "utf8"), text.repeat(4000));
  }
  assertEquals((await undoPlan({ root, plan: made })).stays, []);
  for (const path of ["c/1.jpg", "b/3.jpg"]) assert(lstatSync(join(root, path)).isFile());
});

rottenTest(
  "an undo leaves the stand-in of what rotted in the trash, and says so",
  async (place) => {
    const { apply, plan, root, rot } = place;
    const made = await plan();
    assertEquals((await apply(made)).applied, 4);
    const trashed = await listTrash({ root });
    const [rotten] = trashed.filter(({ file }) => file === "c/1.jpg");
    rot(`.scenekeep/trash/${rotten?.number}.0`);
    const { stays, undone } = await undoPlan({ root, plan: made });
    assertEquals([undone, stays], [3, [
      `c/1.jpg: number ${rotten?.number} in the trash: the disk could not read it`,
    ]]);
    // What can be looked at stands there, not what cannot.
    assertEquals(readFileSync(join(root, "c/1.jpg"), "utf8"), "one".repeat(4000));
    const restored = await restoreTrash({ root }, [rotten?.number ?? 0]);
    assertEquals(restored.stays.map(({ reason }) => reason), ["the disk could not read it"]);
    assertEquals((await listTrash({ root })).map(({ file }) => file), ["c/1.jpg"]);
  },
);

rottenTest("sweepFolder() keeps what the trash has of a file that rotted", async (place) => {
  const { apply, plan, root, rot } = place;
  let passedMs = 0;
  const clock: ClockPort = {
    read: () => ({ wallMs: 1.7e12 + passedMs, monotonicMs: passedMs, bootId: "one" }),
    after: SYSTEM_CLOCK.after,
  };
  const made = await plan();
  assertEquals((await apply(made, clock)).applied, 4);
  rot("a/1.jpg");
  for (let day = 1; day <= 31; day += 6) {
    passedMs = day * DAY_MS;
    // deno-lint-ignore no-await-in-loop -- day after day
    const { done, stays } = await sweepFolder({ root, clock }, false);
    const isDue = day > 30;
    assertEquals(done.map(({ file }) => file).sort(), isDue ? ["b/2.jpg", "b/3.jpg"] : []);
    assertEquals(
      stays.map(({ file, reason }) => [file, reason]).sort(),
      isDue
        ? ["b/1.jpg", "c/1.jpg"].map((path) => [path, "the file that stays cannot be read"])
        : [],
    );
  }
});
