import { type FileId, identifier } from "@scenekeep/engine/core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { CleanUpError } from "../clean_up/clean_up_error.ts";
import { KeptLibrary } from "../clean_up/kept_library.ts";
import { openSystemNames } from "../folder/system_names.ts";
import { type AtCall, systemError, watchedSystem } from "../testing/broken_system.ts";
import { type DeviceTree, leftBehind, withDevice, writeFiles } from "../testing/device_tree.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { backUp } from "./back_up.ts";
import { download, listFreed } from "./download.ts";
import { freeUp, type FreeUpOptions, type FreeUpResult, reviewFreeUp } from "./free_up.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;

function optionsOf({ cache, device, library }: DeviceTree): FreeUpOptions {
  return { device, root: library, cache };
}

async function freeAll(
  tree: DeviceTree,
  more: Partial<FreeUpOptions> = {},
): Promise<FreeUpResult> {
  const options = { ...optionsOf(tree), ...more };
  return await freeUp(options, (await reviewFreeUp(options)).files);
}

async function withSystem<Result>(
  atCall: AtCall,
  use: (more: Partial<FreeUpOptions>) => Promise<Result>,
): Promise<Result> {
  const own = openSystemNames();
  try {
    return await use({ system: watchedSystem(own, atCall) });
  } finally {
    own.close();
  }
}

function filesOf(device: string): string[] {
  return [...treeFacts(device)].flatMap(([path, fact]) => fact.startsWith("file ") ? [path] : []);
}

permittedTest({
  name: "freeUp() removes what is backed up and was confirmed, and touches nothing else",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      await backUp({ ...optionsOf(tree), albums: ["Camera", "."] });
      writeFiles(tree.device, { "Camera/new.jpg": "new", "top.png": "edited" });
      writeFiles(tree.device, { "Camera/notes.txt": "no picture", ".nomedia/t.jpg": "hidden" });
      const library = treeFacts(tree.library);
      const review = await reviewFreeUp(optionsOf(tree));
      const names = review.files.map(({ file }) => file);
      assertEquals(names, [
        "Camera/IMG_1.jpg",
        "Camera/IMG_2.jpg",
        "Camera/new\nline.mp4",
        "Camera/shot.cr2",
        "Camera/shot.jpg",
      ]);
      assertEquals(review.stays, [
        { file: "Camera/new.jpg", reason: "it is not backed up" },
        { file: "top.png", reason: "it is not backed up" },
      ]);
      assertEquals(filesOf(tree.device).length, 10);
      const some = review.files.filter(({ file }) => file !== "Camera/IMG_2.jpg");
      const result = await freeUp(optionsOf(tree), some);
      assertEquals(result.removed.map(({ file }) => file), some.map(({ file }) => file));
      assertEquals([result.stays, result.freedBytes], [[], 17_000]);
      assertEquals(filesOf(tree.device), [
        ".nomedia/t.jpg",
        "Camera/IMG_2.jpg",
        "Camera/new.jpg",
        "Camera/notes.txt",
        "Messenger/ä/copy of 1.jpg",
        "top.png",
      ]);
      assertEquals(treeDifferences(library, treeFacts(tree.library)), []);
    }),
});

permittedTest({
  name: "freeUp() goes by age, kind and directory, and never beyond what was chosen",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      await backUp({ ...optionsOf(tree), albums: ["Camera", "Messenger/ä"] });
      const young = Date.now() / 1000 - 3600;
      utimesSync(join(tree.device, "Camera/shot.jpg"), young, young);
      const named = async (filter: FreeUpOptions["filter"]): Promise<string> => {
        const { files } = await reviewFreeUp({ ...optionsOf(tree), filter });
        return files.map(({ file }) => file.replace(/.*\//, "").replace("\n", "_")).join();
      };
      // The shot of two parts is as young as its youngest.
      assertEquals(
        await named({ olderThanDays: 1 }),
        "IMG_1.jpg,IMG_2.jpg,new_line.mp4,copy of 1.jpg",
      );
      assertEquals(await named({ kind: "video" }), "new_line.mp4");
      assertEquals(
        await named({ kind: "photo", album: "Camera" }),
        "IMG_1.jpg,IMG_2.jpg,shot.cr2,shot.jpg",
      );
      assertEquals(await named({ album: "." }), "");
      assertEquals(await named({ album: "Messenger" }), "");
    }),
});

permittedTest({
  name: "freeUp() leaves what changes between the reading and the removal",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      await backUp(optionsOf(tree));
      const camera = join(tree.device, "Camera");
      const result = await withSystem((_, call, paths) => {
        if (call !== "rename") return;
        // An editor that saves beside and renames, and one that writes in place.
        if (paths[0]?.endsWith("IMG_1.jpg")) {
          writeFileSync(join(camera, "saved"), "edited");
          renameSync(join(camera, "saved"), join(camera, "IMG_1.jpg"));
        }
        if (paths[0]?.endsWith("IMG_2.jpg")) writeFileSync(join(camera, "IMG_2.jpg"), "edited");
        if (paths[0]?.endsWith("top.png")) throw systemError("EROFS");
      }, (more) => freeAll(tree, more));
      assertEquals(result.stays, [
        { file: "Camera/IMG_1.jpg", reason: "it changed a moment ago" },
        { file: "Camera/IMG_2.jpg", reason: "it changed a moment ago" },
        { file: "top.png", reason: "it is read-only" },
      ]);
      assertEquals(result.removed.length, 4);
      assertEquals(readFileSync(join(camera, "IMG_1.jpg"), "utf8"), "edited");
      assertEquals(readFileSync(join(camera, "IMG_2.jpg"), "utf8"), "edited");
      assertEquals(filesOf(tree.device), ["Camera/IMG_1.jpg", "Camera/IMG_2.jpg", "top.png"]);
    }),
});

permittedTest({
  name: "freeUp() puts nothing over a file that takes the name of one that is looked at",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      await backUp(optionsOf(tree));
      const path = join(tree.device, "Camera/IMG_1.jpg");
      const result = await withSystem((_, call, paths) => {
        if (call === "rename" && paths[0] === path) writeFileSync(path, "changed");
        if (call === "renameNew" && paths[1] === path) writeFileSync(path, "taken");
      }, (more) => freeAll(tree, more));
      assertEquals(result.removed.length, 6);
      assertEquals(readFileSync(path, "utf8"), "taken");
      const beside = join(tree.device, "Camera/IMG_1 (2).jpg");
      assertEquals(readFileSync(beside, "utf8"), "changed");
    }),
});

permittedTest({
  name: "freeUp() keeps what the library does not hold, read at that moment; a shot goes whole",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      await backUp(optionsOf(tree));
      const album = join(tree.library, "Devices/Phone/Camera");
      const review = await reviewFreeUp(optionsOf(tree));
      // The disk holds other bytes, and nothing tells: not the size, not the time.
      const damaged = join(album, "shot.cr2");
      const { mtimeNs } = lstatSync(damaged, { bigint: true });
      writeFileSync(damaged, "waw".repeat(1000));
      const system = openSystemNames();
      system.setModified(damaged, mtimeNs);
      system.close();
      rmSync(join(album, "IMG_1.jpg"));
      {
        await using kept = await KeptLibrary.open({ root: tree.library, makes: false });
        const files = [identifier<FileId>("Devices/Phone/top.png")];
        await kept.ask({ kind: "trashFiles", files }, "accepted");
        await kept.settled();
      }
      const result = await freeUp(optionsOf(tree), review.files);
      assertEquals(
        result.removed.map(({ file }) => file),
        ["Camera/IMG_2.jpg", "Camera/new\nline.mp4"],
      );
      assertEquals(result.stays.map(({ file }) => file), [
        "Camera/IMG_1.jpg",
        "Camera/shot.cr2",
        "Camera/shot.jpg",
        "Messenger/ä/copy of 1.jpg",
        "top.png",
      ]);
      assertEquals(filesOf(tree.device), result.stays.map(({ file }) => file));
    }),
});

permittedTest({
  name: "freeUp() reads the copy in the library last: one that is damaged since is noticed",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      await backUp(optionsOf(tree));
      const review = await reviewFreeUp(optionsOf(tree));
      const path = join(tree.library, "Devices/Phone/top.png");
      let isDone = false;
      // The first removal comes after the library was compared with the folder.
      const result = await withSystem((_, call) => {
        if (isDone || call !== "rename") return;
        isDone = true;
        writeFileSync(path, "TOP".repeat(1000));
      }, (more) => freeUp({ ...optionsOf(tree), ...more }, review.files));
      const [stays] = result.stays;
      assertEquals([result.stays.length, stays?.file], [1, "top.png"]);
      assert(stays?.reason.includes("Devices/Phone/top.png"), stays?.reason);
      assert(existsSync(join(tree.device, "top.png")));
    }),
});

permittedTest({
  name: "freeUp() does not take the library's own file for a copy",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      await backUp(optionsOf(tree));
      const path = join(tree.device, "top.png");
      rmSync(path);
      await Deno.link(join(tree.library, "Devices/Phone/top.png"), path);
      const { removed, stays } = await freeAll(tree);
      assertEquals([removed.length, stays.length], [6, 1]);
      assert(stays[0]?.reason.includes("the very file of the device"), stays[0]?.reason);
    }),
});

permittedTest({
  name: "freeUp() refuses a device that was never backed up, and an empty place changes nothing",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      const error = await assertRejects(() => reviewFreeUp(optionsOf(tree)), CleanUpError);
      assertEquals(error.code, "REFUSED");
      assert(error.message.includes("back it up first"), error.message);
      await backUp(optionsOf(tree));
      const away = join(tree.beside, "away");
      renameSync(tree.device, away);
      mkdirSync(tree.device);
      assertEquals((await freeAll(tree)).removed, []);
      rmSync(tree.device, { recursive: true });
      renameSync(away, tree.device);
      assertEquals((await freeAll(tree)).removed.length, 7);
    }),
});

permittedTest({
  name: "download() brings back what was freed, with its time, and backUp() stores none of it",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      const before = treeFacts(tree.device, { directoryTimes: false });
      const options = optionsOf(tree);
      await backUp(options);
      await freeAll(tree);
      rmSync(join(tree.device, "Messenger"), { recursive: true });
      writeFiles(tree.device, { "top.png": "another" });
      rmSync(join(tree.library, "Devices/Phone/Camera/shot.cr2"));
      const freed = await listFreed(options);
      assertEquals(freed.length, 7);
      const one = freed.find(({ file }) => file === "Camera/IMG_1.jpg")!;
      const first = await download(options, [one.number]);
      assertEquals(first.returned.map(({ file }) => file), ["Camera/IMG_1.jpg"]);
      const { returned, stays } = await download(options, "all");
      assertEquals(returned.length, 4);
      assertEquals(stays.map(({ file, reason }) => [file, reason]), [
        ["Camera/shot.cr2", "the library does not hold it any more"],
        ["top.png", "it changed a moment ago"],
      ]);
      assertEquals((await listFreed(options)).map(({ file }) => file), [
        "Camera/shot.cr2",
        "top.png",
      ]);
      const different = treeDifferences(before, treeFacts(tree.device, { directoryTimes: false }));
      assertEquals(different.map((line) => line.split(":")[0]), ["Camera/shot.cr2", "top.png"]);
      rmSync(join(tree.device, "top.png"));
      assertEquals((await download(options, "all")).returned.map(({ file }) => file), ["top.png"]);
      const again = await backUp(options);
      assertEquals([again.stored, again.linked, again.already], [0, 0, 6]);
      assertEquals(leftBehind(tree.library), []);
      const wrong = await assertRejects(() => download(options, [1]), CleanUpError);
      assertEquals(wrong.code, "REFUSED");
    }),
});

permittedTest({
  name: "download() says where in the trash a file is, and follows no link on the device",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      const options = optionsOf(tree);
      await backUp(options);
      await freeAll(tree);
      {
        await using kept = await KeptLibrary.open({ root: tree.library, makes: false });
        const files = [identifier<FileId>("Devices/Phone/top.png")];
        await kept.ask({ kind: "trashFiles", files }, "accepted");
        await kept.settled();
      }
      const outside = join(tree.beside, "outside");
      mkdirSync(outside);
      rmSync(join(tree.device, "Messenger"), { recursive: true });
      symlinkSync(outside, join(tree.device, "Messenger"));
      const { stays } = await download(options, "all");
      assertEquals(stays.map(({ reason }) => reason), [
        "there is a link on the way to it",
        "it is in the trash of the library, as number 1",
      ]);
      assertEquals(filesOf(outside), []);
    }),
});
