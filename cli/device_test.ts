import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { backupCommand } from "./backup.ts";
import { downloadCommand } from "./download.ts";
import { EXIT } from "./exit_codes.ts";
import { freeUpCommand } from "./free_up.ts";
import { importCommand } from "./import.ts";
import { runQuietly } from "./testing/run_quietly.ts";

/** A device with `DCIM/a.jpg` and `DCIM/b.mp4`, and a library that has the first. */
async function inPlace(use: (place: string[], device: string) => Promise<void>): Promise<void> {
  const beside = await Deno.realPath(await Deno.makeTempDir({ prefix: "scenekeep-cli-" }));
  try {
    const [device, library] = [join(beside, "card"), join(beside, "library")];
    await Deno.mkdir(join(device, "DCIM"), { recursive: true });
    await Deno.mkdir(library);
    await Deno.writeTextFile(join(device, "DCIM/a.jpg"), "one");
    await Deno.writeTextFile(join(device, "DCIM/b.mp4"), "two");
    await Deno.writeTextFile(join(library, "x.jpg"), "one");
    await use([device, library, "--cache", join(beside, "cache")], device);
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;

permittedTest({
  name: "backup, free-up and download go there and back, with questions where something goes",
  needs: NEEDS,
  fn: () =>
    inPlace(async (place, device) => {
      const early = await runQuietly(freeUpCommand, [...place, "--yes"]);
      assertEquals(early.code, EXIT.folder);
      assert(early.error.includes("back it up first"), early.error);
      const stored = await runQuietly(backupCommand, place);
      assertEquals([stored.code, stored.out], [
        EXIT.done,
        "1 file stored, 3 bytes; 1 linked to what is there; 0 there before\n",
      ]);
      const again = await runQuietly(backupCommand, [...place, "--json"]);
      assertEquals([JSON.parse(again.out).stored, JSON.parse(again.out).already], [0, 2]);
      const refused = await runQuietly(freeUpCommand, place);
      assertEquals([refused.code, refused.out], [EXIT.notConfirmed, ""]);
      assert(refused.error.includes("  DCIM/b.mp4, 3 bytes\n2 files, 6 bytes, would be removed"));
      const json = await runQuietly(freeUpCommand, [...place, "--json", "--kind", "video"]);
      assertEquals(json.code, EXIT.notConfirmed);
      assertEquals(JSON.parse(json.out).review.files.length, 1);
      assertEquals(
        (await runQuietly(freeUpCommand, place, { pressed: "n" })).code,
        EXIT.notConfirmed,
      );
      assertEquals(
        (await runQuietly(freeUpCommand, [...place, "--older-than", "1"])).code,
        EXIT.done,
      );
      assert((await Deno.stat(join(device, "DCIM/a.jpg"))).isFile);
      const freed = await runQuietly(freeUpCommand, place, { pressed: "y" });
      assertEquals([freed.code, freed.out], [
        EXIT.done,
        "2 files removed from the device, 6 bytes\n",
      ]);
      assertEquals((await Array.fromAsync(Deno.readDir(join(device, "DCIM")))).length, 0);
      const listed = await runQuietly(downloadCommand, [...place, "--json"]);
      const [first] = JSON.parse(listed.out).files as { number: number; file: string }[];
      assertEquals(first?.file, "DCIM/a.jpg");
      const back = await runQuietly(downloadCommand, [...place, "--files", `${first?.number}`]);
      assertEquals(back.out, "DCIM/a.jpg came back\n1 file came back\n");
      assertEquals((await runQuietly(backupCommand, place)).out.split(";")[2], " 1 there before\n");
      await Deno.mkdir(join(device, "New"));
      await Deno.writeTextFile(join(device, "New/c.jpg"), "three");
      assert((await runQuietly(backupCommand, place)).out.includes("Not chosen: New"));
    }),
});

permittedTest({
  name: "the commands for devices say what they cannot understand or use",
  needs: NEEDS,
  fn: () =>
    inPlace(async (place) => {
      const [device = "", library = ""] = place;
      for (const command of [backupCommand, freeUpCommand, downloadCommand, importCommand]) {
        // deno-lint-ignore no-await-in-loop -- four of them
        const help = await runQuietly(command, ["--help"]);
        assert(help.code === EXIT.done && help.out.startsWith("deno task "));
        for (const words of [[device, device], [device, `${device}/none`], [device, "/dev/null"]]) {
          // deno-lint-ignore no-await-in-loop -- twelve of them
          const { code, error } = await runQuietly(command, words);
          assertEquals(code, EXIT.folder, error);
        }
      }
      const wrong: [typeof backupCommand, string[]][] = [
        [backupCommand, [device]],
        [freeUpCommand, [device, library, "--kind", "music"]],
        [freeUpCommand, [device, library, "--older-than", "soon"]],
        [downloadCommand, [device, library, "--files", "a.jpg"]],
      ];
      for (const [command, words] of wrong) {
        // deno-lint-ignore no-await-in-loop -- four of them
        assertEquals((await runQuietly(command, words)).code, EXIT.usage, words.join(" "));
      }
    }),
});

permittedTest({
  name: "import says what it stored, linked and left over, and does it once",
  needs: NEEDS,
  fn: () =>
    inPlace(async (place, device) => {
      await Deno.mkdir(join(device, "Sea"));
      await Deno.writeTextFile(join(device, "Sea/c.jpg"), "two");
      await Deno.writeTextFile(join(device, "odd.txt"), "?");
      const { code, error, out } = await runQuietly(importCommand, place);
      // Where it takes long, lines of progress follow.
      assertEquals([code, error.split("\n")[0]], [EXIT.done, "Reading the export"]);
      assertEquals(out.split("\n"), [
        "Google Takeout: 2 items in 2 albums, 3 files with their copies",
        "1 file stored, 3 bytes; 2 linked; 0 there before; 0 items described anew",
        "1 file left over:",
        "  odd.txt: neither picture nor video",
        "",
      ]);
      const again = await runQuietly(importCommand, [...place, "--json"]);
      assertEquals(JSON.parse(again.out).already, 3);
      assertEquals((await runQuietly(importCommand, [device])).code, EXIT.usage);
    }),
});
