import { type FileId, identifier } from "@scenekeep/engine/core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { CleanUpError } from "../clean_up/clean_up_error.ts";
import { KeptLibrary } from "../clean_up/kept_library.ts";
import { openSystemNames } from "../folder/system_names.ts";
import { systemError, watchedSystem } from "../testing/broken_system.ts";
import { type DeviceTree, leftBehind, withDevice, writeFiles } from "../testing/device_tree.ts";
import type { DeviceReport } from "../testing/device_program.ts";
import { startProgram } from "../testing/program.ts";
import { commandMissing, SMALL_DISK } from "../testing/small_disk.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { backUp, type BackUpOptions, type BackUpResult } from "./back_up.ts";
import { type ReceiptLine, RECEIPTS_LOG } from "./receipts_log.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;

function run(tree: DeviceTree, more: Partial<BackUpOptions> = {}): Promise<BackUpResult> {
  const { cache, device, library } = tree;
  return backUp({ device, root: library, cache, ...more });
}

function linesOf(library: string): ReceiptLine[] {
  return readFileSync(join(library, RECEIPTS_LOG), "utf8").trimEnd().split("\n")
    .map((line) => JSON.parse(line));
}

permittedTest({
  name: "backUp() stores what is new, links what is there, and changes nothing the second time",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      const { device, library } = tree;
      const before = treeFacts(device);
      const result = await run(tree);
      assertEquals([result.stored, result.linked, result.already], [5, 2, 0]);
      assertEquals(result.leftOut, [{ file: "link.jpg", reason: "it is a link" }]);
      const album = join(library, "Devices/Phone");
      assertEquals(readlinkSync(join(album, "Camera/IMG_2.jpg")), "../../../Trip/x.jpg");
      assertEquals(
        readlinkSync(join(album, "Messenger/ä/copy of 1.jpg")),
        "../../Camera/IMG_1.jpg",
      );
      for (const path of ["Camera/IMG_1.jpg", "Camera/IMG_2.jpg", "Camera/new\nline.mp4"]) {
        assertEquals(readFileSync(join(album, path)), readFileSync(join(device, path)));
        const [there, here] = [join(album, path), join(device, path)]
          .map((full) => lstatSync(full, { bigint: true }).mtimeNs);
        assertEquals(there, here, path);
      }
      assertEquals(
        linesOf(library).map(({ action }) => action).sort().join(),
        [
          ...Array(2).fill("linked"),
          ...Array(5).fill("stored"),
        ].join(),
      );
      const after = treeFacts(library);
      const again = await run(tree);
      assertEquals([again.stored, again.linked, again.already], [0, 0, 7]);
      assertEquals(treeDifferences(after, treeFacts(library)), []);
      assertEquals(treeDifferences(before, treeFacts(device)), []);
      assertEquals(leftBehind(library), []);
      assertEquals(linesOf(library).length, 7);
      // A cut off line of the log is mended, and the cache is not needed.
      const log = join(library, RECEIPTS_LOG);
      writeFileSync(log, `${readFileSync(log, "utf8")}{"at":"2026`);
      rmSync(tree.cache, { recursive: true });
      assertEquals((await run(tree)).already, 7);
      assertEquals(linesOf(library).length, 7);
    }),
});

permittedTest({
  name: "backUp() keeps both when a name has other bytes, and the parts of a shot together",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      await run(tree);
      writeFiles(tree.device, {
        "Camera/IMG_1.jpg": "edited",
        "Camera/img_2.JPG": "another case",
        "Camera/shot.jpg": "edited picture",
        "Camera/shot.cr2": "edited raw",
      });
      const result = await run(tree);
      assertEquals([result.stored, result.linked], [4, 0]);
      const album = join(tree.library, "Devices/Phone/Camera");
      const text = (name: string): string => readFileSync(join(album, name), "utf8").slice(0, 12);
      assertEquals(text("IMG_1.jpg"), "oneoneoneone");
      assertEquals(text("IMG_1 (2).jpg"), "editededited");
      assertEquals(text("img_2 (2).JPG"), "another case");
      assertEquals([text("shot (2).jpg"), text("shot (2).cr2")], ["edited pictu", "edited rawed"]);
    }),
});

permittedTest({
  name: "backUp() follows the user: what was moved is known, what was removed stays away",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      const { cache, library } = tree;
      await run(tree);
      renameSync(join(library, "Devices/Phone/top.png"), join(library, "Trip/top.png"));
      assertEquals((await run(tree)).already, 7);
      {
        await using kept = await KeptLibrary.open({ root: library, makes: false });
        // It is the file that it was.
        const files = [identifier<FileId>("Devices/Phone/top.png")];
        assertEquals(kept.state.names.get("Trip/top.png"), files[0]);
        await kept.ask({ kind: "trashFiles", files }, "accepted");
        await kept.settled();
      }
      const { already, removedBefore, stored } = await run({ ...tree, cache: `${cache}2` });
      assertEquals([already, stored, removedBefore.length], [6, 0, 1]);
      assertEquals(removedBefore[0]?.file, "top.png");
      assert(removedBefore[0]?.reason.startsWith("it was removed from the library on 20"));
    }),
});

permittedTest({
  name: "backUp() reads only what was chosen, and names what is new",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      const result = await run(tree, { albums: ["Camera"], name: "My phone" });
      assertEquals([result.stored, result.notChosen], [4, [".", "Messenger/ä"]]);
      writeFiles(tree.device, { "New/a.jpg": "new", ".hidden/b.jpg": "hidden" });
      const next = await run(tree, { name: "My phone" });
      assertEquals([next.stored, next.notChosen], [0, [".", "Messenger/ä", "New"]]);
      const all = await run(tree, { name: "My phone", albums: "all" });
      assertEquals([all.stored, all.linked, all.notChosen], [2, 1, []]);
      const unknown = () => run(tree, { albums: ["Nowhere"] });
      const error = await assertRejects(unknown, CleanUpError);
      assertEquals(error.code, "REFUSED");
      assert(error.message.includes(`It has ".", "Camera"`), error.message);
      for (const name of ["..", "a/b", "", ".hidden"]) {
        // deno-lint-ignore no-await-in-loop -- four of them
        const refused = await assertRejects(() => run(tree, { name }), CleanUpError);
        assertEquals(refused.code, "REFUSED");
      }
    }),
});

permittedTest({
  name: "backUp() makes nothing hidden visible by a link",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      writeFiles(tree.library, { ".private/secret.jpg": "top" });
      assertEquals((await run(tree)).stored, 5);
      assert(lstatSync(join(tree.library, "Devices/Phone/top.png")).isFile());
    }),
});

permittedTest({
  name: "backUp() refuses the same folder twice, one in the other, and what is no folder",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      const { beside, device, library } = tree;
      const before = treeFacts(beside);
      symlinkSync(library, join(beside, "way"));
      mkdirSync(join(library, "inner"));
      const wrong: readonly (readonly [string, string, string])[] = [
        [device, device, "REFUSED"],
        [join(beside, "way"), library, "REFUSED"],
        [join(library, "inner"), library, "REFUSED"],
        [beside, library, "REFUSED"],
        [join(beside, "nowhere"), library, "FOLDER_UNUSABLE"],
        [device, join(beside, "nowhere"), "FOLDER_UNUSABLE"],
        [join(device, "top.png"), library, "FOLDER_UNUSABLE"],
      ];
      for (const [from, to, code] of wrong) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        const error = await assertRejects(
          () => run(tree, { device: from, root: to }),
          CleanUpError,
        );
        assertEquals(error.code, code, `${from} ${to}: ${error.message}`);
      }
      rmSync(join(beside, "way"));
      rmSync(join(library, "inner"), { recursive: true });
      const after = treeDifferences(before, treeFacts(beside, { directoryTimes: false }))
        .filter((line) => !line.includes("was directory"));
      assertEquals(after, []);
    }),
});

permittedTest({
  name: "backUp() goes on with the rest when files go, change, or cannot be named or kept",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      const { device, library } = tree;
      let names = 0;
      await using stack = new AsyncDisposableStack();
      const own = openSystemNames();
      stack.defer(() => own.close());
      const system = watchedSystem(own, (_, call, paths) => {
        if (call !== "renameNew") return;
        names += 1;
        if (names === 1) {
          rmSync(join(device, "Camera/IMG_2.jpg"));
          writeFileSync(join(device, "Camera/new\nline.mp4"), "changed");
          // Somebody takes the name a moment before.
          writeFileSync(paths[1] ?? "", "mine");
        }
        if (paths[1]?.endsWith("top.png")) throw systemError("ENOSPC");
      });
      const { leftOut, stored } = await run(tree, { system });
      assertEquals(leftOut, [
        { file: "link.jpg", reason: "it is a link" },
        { file: "Camera/IMG_1.jpg", reason: "something else is there" },
        { file: "Camera/IMG_2.jpg", reason: "it changed since the folder was listed" },
        { file: "Camera/new\nline.mp4", reason: "it changed since the folder was listed" },
        { file: "top.png", reason: "the disk is full" },
      ]);
      // The copy of the first, whose own name was taken, is stored in its place.
      assertEquals(stored, 3);
      const first = join(library, "Devices/Phone/Camera/IMG_1.jpg");
      assertEquals(readFileSync(first, "utf8"), "mine");
      assertEquals(leftBehind(library), []);
      const again = await run(tree);
      assertEquals([again.stored, again.linked, again.leftOut.length], [2, 1, 1]);
      assertEquals(readFileSync(first, "utf8"), "mine");
    }),
});

permittedTest({
  name: "backUp() does not follow links in the library out of it",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      const outside = join(tree.beside, "outside");
      mkdirSync(outside);
      symlinkSync(outside, join(tree.library, "Devices"));
      const { leftOut, stored } = await run(tree);
      assertEquals([stored, leftOut.length], [0, 8]);
      assertEquals(leftOut[1]?.reason, "there is a link on the way to it");
      assertEquals(readdirSync(outside), []);
    }),
});

permittedTest({
  name: "backUp() stores names of one file once",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      linkSync(join(tree.device, "top.png"), join(tree.device, "Camera/also top.png"));
      const { linked, stored } = await run(tree);
      assertEquals([stored, linked], [5, 3]);
    }),
});

permittedTest({
  name: "backUp() names what does not fit on the disk, leaves no half of it, and stores what fits",
  needs: { ...NEEDS, run: true },
  skip: commandMissing([...SMALL_DISK, "/tmp", "true"], "a small disk of its own"),
  fn: () =>
    withDevice(async ({ cache, device, library }) => {
      writeFiles(device, { "Camera/film.mp4": "f".repeat(4000), "Camera/zzz.jpg": "small" });
      const program = startProgram({
        file: "device_program.ts",
        args: ["backup", device, library, cache, "0"],
        flags: ["--allow-all"],
        wrapper: [...SMALL_DISK, library],
      });
      const report: DeviceReport = JSON.parse(await program.nextLine() ?? "null");
      assertEquals(await program.ended(), 0);
      assertEquals(report.left, [
        { file: "link.jpg", reason: "it is a link" },
        { file: "Camera/film.mp4", reason: "the disk is full" },
      ]);
      assertEquals(report.aside, []);
    }),
});
