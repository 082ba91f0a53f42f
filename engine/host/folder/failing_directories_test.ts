/** Directories that cannot be read to their end, see [Note: Directories that fail halfway]. */
import { permittedTest } from "@scenekeep/tools/permitted";
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { diskTest } from "../testing/disk_test_case.ts";
import { forgetfulDisk } from "../testing/forgetful_disk.ts";
import { openSystemNames } from "./system_names.ts";
import { TRASH_MANIFEST, TrashManifest } from "./trash_manifest.ts";
import { surveyFolder } from "./walk_folder.ts";

/** Far more names than one block of the disk holds. */
const NAMES = 1000;

function makeNames(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (let at = 0; at < NAMES; at += 1) {
    writeFileSync(join(directory, `a name of some length, so that few fit in a block ${at}`), "x");
  }
}

/** So that it can be opened again; its names are not read. */
function openUnread(directory: string): void {
  closeSync(openSync(directory, "r"));
}

permittedTest(diskTest({
  name: "a directory that the disk cannot read is named, and not taken for empty",
  make: forgetfulDisk,
  fn: async (disk) => {
    makeNames(join(disk.path, "many"));
    mkdirSync(join(disk.path, "few"));
    writeFileSync(join(disk.path, "few/a.jpg"), "a");
    disk.forget(() => {
      openUnread(join(disk.path, "many"));
      assertEquals(readdirSync(join(disk.path, "few")), ["a.jpg"]);
    });
    const { entries, unreadable } = (await surveyFolder(disk.path)).listing();
    assertEquals(entries.map(({ path }) => path), ["few/a.jpg"]);
    const reason = "the disk cannot read it (input/output error)";
    assertEquals(unreadable, [{ path: "many", reason }]);
  },
}));

permittedTest(diskTest({
  name: "the list of what is in the trash keeps its lines where the trash cannot be read",
  make: forgetfulDisk,
  fn: async (disk) => {
    const root = disk.path;
    makeNames(join(root, ".scenekeep/trash"));
    mkdirSync(join(root, ".scenekeep/aside"));
    const lines = '{"slot":"1.0"}\n{"slot":"2.0"}\n';
    writeFileSync(join(root, TRASH_MANIFEST), lines);
    disk.forget(() => {
      openUnread(join(root, ".scenekeep/trash"));
      assertEquals(readFileSync(join(root, TRASH_MANIFEST), "utf8"), lines);
    });
    const system = openSystemNames();
    const manifest = new TrashManifest(root, system);
    await assertRejects(() => manifest.rewrite(join(root, ".scenekeep/aside/copy")), Error, "EIO");
    system.close();
    assertEquals(readFileSync(join(root, TRASH_MANIFEST), "utf8"), lines);
  },
}));
