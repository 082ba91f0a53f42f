import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { existsSync, rmSync } from "node:fs";
import { leftBehind, writeFiles } from "../testing/device_tree.ts";
import { diskTest } from "../testing/disk_test_case.ts";
import { RottenDisk } from "../testing/rotten_disk.ts";
import { backUp } from "./back_up.ts";
import { freeUp, reviewFreeUp } from "./free_up.ts";

interface Place {
  readonly device: string;
  readonly library: string;
  readonly cache: string;
  readonly rot: (...paths: string[]) => void;
}

/** A test on a device and a library on a disk that rots. */
function rottenTest(name: string, fn: (place: Place) => Promise<void>): void {
  permittedTest(diskTest({
    name,
    make: RottenDisk.make,
    fn: async (disk, beside) => {
      const device = join(disk.path, "Phone");
      const library = join(disk.path, "library");
      writeFiles(device, {
        "Camera/1.jpg": "one",
        "Camera/2.jpg": "two",
        "Camera/3.jpg": "three",
        "Camera/shot.cr2": "raw",
        "Camera/shot.jpg": "picture",
      });
      writeFiles(library, { "Trip/x.jpg": "two" });
      const cache = join(beside, "cache");
      await fn({ device, library, cache, rot: (...paths) => disk.rot(...paths) });
    },
  }));
}

rottenTest("backUp() names what a device cannot read, and stores the rest", async (place) => {
  const { cache, device, library, rot } = place;
  // Of a size that the library has, and of one that it has not: that is copied as it is read.
  rot("Phone/Camera/2.jpg", "Phone/Camera/3.jpg");
  const options = { device, root: library, cache };
  const result = await backUp(options);
  assertEquals([...result.leftOut].sort((left, right) => left.file < right.file ? -1 : 1), [
    { file: "Camera/2.jpg", reason: "the disk could not read it" },
    { file: "Camera/3.jpg", reason: "the disk could not read it" },
  ]);
  assertEquals([result.stored, result.linked], [3, 0]);
  assertEquals(leftBehind(library), []);
  // A good copy was found: the rest is backed up as if nothing had been.
  writeFiles(device, { "Camera/3.jpg": "three" });
  const again = await backUp(options);
  assertEquals([again.stored, again.already, again.leftOut.length], [1, 3, 1]);
});

rottenTest("freeUp() removes nothing that cannot be read again, here or there", async (place) => {
  const { cache, device, library, rot } = place;
  const options = { device, root: library, cache };
  assertEquals((await backUp(options)).stored, 4);
  const { files } = await reviewFreeUp(options);
  assertEquals(files.length, 5);
  rot("Phone/Camera/1.jpg", "library/Devices/Phone/Camera/3.jpg", "library/Trip/x.jpg");
  const { removed, stays } = await freeUp(options, files);
  assertEquals(removed.map(({ file }) => file), ["Camera/shot.cr2", "Camera/shot.jpg"]);
  const named = new Map(stays.map(({ file, reason }) => [file, reason]));
  assertEquals(named.get("Camera/1.jpg"), "the disk could not read it");
  for (const file of ["Camera/2.jpg", "Camera/3.jpg"]) {
    const reason = named.get(file) ?? "";
    assert(/delete that copy .*back up again/.test(reason), `${file}: ${reason}`);
  }
  for (const file of ["Camera/1.jpg", "Camera/2.jpg", "Camera/3.jpg"]) {
    assertEquals([named.has(file), existsSync(join(device, file))], [true, true]);
  }
  // Once the user has put away what rotted, the library is given it again, and it may go.
  rmSync(join(library, "Devices/Phone/Camera/3.jpg"));
  rmSync(join(library, "Trip/x.jpg"));
  const again = await backUp(options);
  assertEquals([again.stored, again.removedBefore], [2, []]);
  const second = await freeUp(options, (await reviewFreeUp(options)).files);
  assertEquals(second.removed.map(({ file }) => file), ["Camera/2.jpg", "Camera/3.jpg"]);
});
