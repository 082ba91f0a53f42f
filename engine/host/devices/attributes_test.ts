import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { existsSync } from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { openSystemNames } from "../folder/system_names.ts";
import { type DeviceTree, withDevice } from "../testing/device_tree.ts";
import { commandMissing } from "../testing/small_disk.ts";
import { backUp } from "./back_up.ts";
import { download } from "./download.ts";
import { freeUp, reviewFreeUp } from "./free_up.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;
const FILE = "Camera/IMG_1.jpg";

function setAttribute(full: string, name: string, value: string): boolean {
  return new Deno.Command("setfattr", { args: ["-n", name, "-v", value, full], stderr: "null" })
    .outputSync().success;
}

/** Why attributes cannot be tried here; null when they can. */
function attributesMissing(): string | null {
  const missing = commandMissing(["getfattr", "--version"], "getfattr");
  if (missing !== null) return missing;
  for (const name of ["run", "write"] as const) {
    // The test is left out for that reason.
    if (Deno.permissions.querySync({ name }).state !== "granted") return null;
  }
  const probe = Deno.makeTempFileSync(existsSync("/dev/shm") ? { dir: "/dev/shm" } : {});
  try {
    return setAttribute(probe, "user.probe", "1") ? null : "needs a file system with attributes";
  } finally {
    Deno.removeSync(probe);
  }
}

function attributesOf(full: string): string[] {
  const { stdout } = new Deno.Command("getfattr", { args: ["--dump", "--absolute-names", full] })
    .outputSync();
  return new TextDecoder().decode(stdout).split("\n").slice(1).filter(Boolean).sort();
}

function optionsOf({ cache, device, library }: DeviceTree) {
  return { device, root: library, cache };
}

permittedTest({
  name: "backUp() and download() carry what users attached to a file, there and back",
  needs: { ...NEEDS, run: true },
  skip: attributesMissing(),
  fn: () =>
    withDevice(async (tree) => {
      const options = optionsOf(tree);
      const onDevice = join(tree.device, FILE);
      setAttribute(onDevice, "user.rating", "5 of 5");
      setAttribute(onDevice, "user.ä", "b");
      const attached = ['user.rating="5 of 5"', 'user.ä="b"'];
      assertEquals((await backUp(options)).withoutAttributes, []);
      assertEquals(attributesOf(join(tree.library, "Devices/Phone", FILE)), attached);
      assertEquals((await backUp(options)).already, 7);
      await freeUp(options, (await reviewFreeUp(options)).files);
      assertEquals(existsSync(onDevice), false);
      assertEquals((await download(options, "all")).withoutAttributes, []);
      assertEquals(attributesOf(onDevice), attached);
    }),
});

permittedTest({
  name: "backUp() and download() name the files whose attributes cannot be kept",
  needs: NEEDS,
  fn: () =>
    withDevice(async (tree) => {
      const own = openSystemNames();
      try {
        const options = { ...optionsOf(tree), system: { ...own, copyAttributes: () => false } };
        const first = await backUp(options);
        assertEquals([first.stored, first.withoutAttributes.length], [5, 5]);
        await freeUp(options, (await reviewFreeUp(options)).files);
        const back = await download(options, "all");
        assertEquals(back.withoutAttributes, back.returned.map(({ file }) => file));
        assertEquals(back.returned.length, 7);
      } finally {
        own.close();
      }
    }),
});
