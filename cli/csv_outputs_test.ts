import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { applyCommand } from "./apply.ts";
import { backupCommand } from "./backup.ts";
import { downloadCommand } from "./download.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { freeUpCommand } from "./free_up.ts";
import { importCommand } from "./import.ts";
import { repairCommand } from "./repair.ts";
import { scanCommand } from "./scan.ts";
import { storageCommand } from "./storage.ts";
import { sweepCommand } from "./sweep.ts";
import type { Terminal } from "./terminal.ts";
import { runQuietly } from "./testing/run_quietly.ts";
import { trashCommand } from "./trash.ts";
import { undoCommand } from "./undo.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;

type Command = (words: readonly string[], terminal: Terminal) => Promise<ExitCode>;

/** A name that needs quotes, and one that a spreadsheet would calculate. */
const ODD_NAMES = ['a, "b"\n.jpg', "=1+1.jpg"] as const;

async function inPlace(use: (place: string, cache: string[]) => Promise<void>): Promise<void> {
  const place = await Deno.realPath(await Deno.makeTempDir({ prefix: "scenekeep-csv-" }));
  try {
    await use(place, ["--cache", join(place, "cache")]);
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(join(path, ".."), { recursive: true });
  await Deno.writeTextFile(path, text);
}

/** The lines of a table, without its first, which `--help` must say. */
async function tableOf(command: Command, words: readonly string[]): Promise<string[]> {
  const { error, out } = await runQuietly(command, [...words, "--csv"]);
  assert(out.endsWith("\r\n"), `${out}${error}`);
  const [columns = "", ...lines] = out.slice(0, -2).split("\r\n");
  const help = (await runQuietly(command, ["--help"])).out;
  assert(help.includes(columns) && help.split("\n").every((line) => line.length <= 100), columns);
  const both = await runQuietly(command, [...words, "--csv", "--json"]);
  assertEquals([both.code, both.out], [EXIT.usage, ""]);
  return lines;
}

permittedTest({
  name: "what a clean-up did, the trash and an undo can be had as tables",
  needs: NEEDS,
  fn: () =>
    inPlace(async (place, cache) => {
      const root = join(place, "photos");
      const plan = join(place, "plan.json");
      await write(join(root, "0.jpg"), "one");
      for (const name of ODD_NAMES) {
        // deno-lint-ignore no-await-in-loop -- two of them
        await write(join(root, "copies", name), "one");
      }
      await write(join(root, "later.jpg"), "one");
      await runQuietly(scanCommand, [root, "--exact-only", "--plan", plan, ...cache]);
      await Deno.writeTextFile(join(root, "later.jpg"), "other");
      const quoted = '"copies/a, ""b""\n.jpg"';
      assertEquals(
        (await tableOf(applyCommand, [plan, "--yes", ...cache])).sort(),
        [
          `trashed,${quoted},3,0.jpg,`,
          "stayed,later.jpg,3,0.jpg,it changed since the plan was made",
          "trashed,copies/=1+1.jpg,3,0.jpg,",
        ].sort(),
      );
      const listed = await tableOf(trashCommand, [root, "list"]);
      assertEquals(
        listed.map((line) => line.replace(/^\d+/, "N")).sort(),
        [`N,${quoted},3,0,plan,`, "N,copies/=1+1.jpg,3,0,plan,"].sort(),
      );
      const number = listed.find((line) => line.includes("=1+1"))?.split(",")[0] ?? "";
      assertEquals(await tableOf(trashCommand, [root, "restore", "--files", number]), [
        `came back,${number},copies/=1+1.jpg,3,`,
      ]);
      assertEquals(await tableOf(sweepCommand, [root]), []);
      const undone = await tableOf(undoCommand, [plan, "--yes"]);
      assertEquals(undone[0], "taken back,2,");
      assert(/^stayed,1,trash \d: restored or purged since$/m.test(undone.join("\n")), `${undone}`);
    }),
});

permittedTest({
  name: "what a repair did, and what a folder takes, can be had as tables",
  needs: NEEDS,
  fn: () =>
    inPlace(async (place, cache) => {
      const root = join(place, "photos");
      await write(join(root, "a/one.jpg"), "one");
      await write(join(root, "b/=two.jpg"), "one");
      const plan = join(place, "plan.json");
      const words = [root, "--exact-only", "--plan", plan, ...cache];
      await runQuietly(scanCommand, words);
      await runQuietly(applyCommand, [plan, "--yes", ...cache]);
      await Deno.symlink("nothing", join(root, "=own.jpg"));
      await Deno.rename(join(root, "a/one.jpg"), join(root, "c.jpg"));
      assertEquals(await tableOf(repairCommand, [root, "--yes", ...cache]), [
        "mended,b/=two.jpg,../a/one.jpg,leads to c.jpg",
        "left alone,'=own.jpg,nothing,the library does not know what it held",
      ]);
      const storage = await tableOf(storageCommand, [root, "--limit", "1000", ...cache]);
      assertEquals(storage.slice(0, 3), ["usage,6,1", "trash,3,", "limit,1000,"]);
      assertEquals(storage.length, 8);
    }),
});

permittedTest({
  name: "what went to a device and came back, and an import, can be had as tables",
  needs: NEEDS,
  fn: () =>
    inPlace(async (place, cache) => {
      const [device, library, source] = [
        join(place, "card"),
        join(place, "library"),
        join(place, "export"),
      ];
      await write(join(device, "DCIM/a.jpg"), "one");
      await write(join(device, "DCIM/b.txt"), "text");
      await write(join(library, "x.jpg"), "one");
      const both = [device, library, ...cache];
      assertEquals(await tableOf(backupCommand, both), [
        "stored,0,,0,",
        "linked,1,,,",
        "there before,0,,,",
        "of other kinds,1,,,",
      ]);
      await write(join(device, "New, too/c.jpg"), "two");
      assertEquals((await tableOf(backupCommand, both)).at(-1), 'not chosen,1,"New, too",,');
      assertEquals(await tableOf(freeUpCommand, both), [
        "would be removed,DCIM/a.jpg,3,",
      ]);
      await write(join(device, "DCIM/new.jpg"), "three");
      const freed = await tableOf(freeUpCommand, [...both, "--yes"]);
      assertEquals(freed.length, 2);
      assertEquals(freed[0], "removed,DCIM/a.jpg,3,");
      assert(freed[1]?.startsWith("stayed,DCIM/new.jpg,,"), freed[1]);
      const away = await tableOf(downloadCommand, both);
      assert(/^\d+,DCIM\/a\.jpg,3,20/.test(away[0] ?? ""), away[0]);
      const back = await tableOf(downloadCommand, [...both, "--files", "all"]);
      assert(/^came back,\d+,DCIM\/a\.jpg,3,$/.test(back[0] ?? ""), back[0]);
      await write(join(source, "Sea/c.jpg"), "three");
      await write(join(source, "odd.txt"), "?");
      assertEquals((await tableOf(importCommand, [source, library, ...cache])).slice(3), [
        "stored,1,,5,",
        "linked,0,,,",
        "there before,0,,,",
        "described anew,0,,,",
        "left over,1,odd.txt,,neither picture nor video",
      ]);
    }),
});
