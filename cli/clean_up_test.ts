import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { applyCommand } from "./apply.ts";
import { EXIT } from "./exit_codes.ts";
import { scanCommand } from "./scan.ts";
import { sweepCommand } from "./sweep.ts";
import { trashCommand } from "./trash.ts";
import { undoCommand } from "./undo.ts";
import { runQuietly } from "./testing/run_quietly.ts";

/** A folder with `a.jpg` and its copies `album/b.jpg` and `c.jpg`, and a plan to remove those. */
async function inPlace(
  use: (place: { root: string; plan: string; cache: string[] }) => Promise<void>,
): Promise<void> {
  const beside = await Deno.realPath(await Deno.makeTempDir({ prefix: "scenekeep-cli-" }));
  try {
    const root = join(beside, "photos");
    const plan = join(beside, "plan.json");
    const cache = ["--cache", join(beside, "cache")];
    await Deno.mkdir(join(root, "album"), { recursive: true });
    for (const name of ["a.jpg", "album/b.jpg", "c.jpg"]) {
      // deno-lint-ignore no-await-in-loop -- three of them
      await Deno.writeTextFile(join(root, name), "one");
    }
    const scan = await runQuietly(scanCommand, [root, "--exact-only", "--plan", plan, ...cache]);
    assertEquals(scan.code, EXIT.done, scan.error);
    assert(scan.out.includes("deno task apply"), scan.out);
    await use({ root, plan, cache });
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;

permittedTest({
  name: "apply asks on a terminal, refuses elsewhere without --yes, and does it with either",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ root, plan, cache }) => {
      const refused = await runQuietly(applyCommand, [plan, ...cache]);
      assertEquals([refused.code, refused.out], [EXIT.notConfirmed, ""]);
      assert(refused.error.includes("2 files of"), refused.error);
      const depends = "  album would depend on the folder itself: 1 file\n";
      assert(refused.error.includes(depends), refused.error);
      const hard = await runQuietly(applyCommand, [plan, "--link", "hard", ...cache]);
      assert(!hard.error.includes("depend"), hard.error);
      assertEquals(
        (await runQuietly(applyCommand, [plan, ...cache], { pressed: "n" })).code,
        EXIT.notConfirmed,
      );
      assertEquals((await Deno.lstat(join(root, "c.jpg"))).isFile, true);
      const done = await runQuietly(applyCommand, [plan, ...cache], { pressed: "y" });
      assertEquals(done.code, EXIT.done, done.error);
      assert(done.out.startsWith("2 files went to the trash, 6 bytes"), done.out);
      assertEquals(await Deno.readLink(join(root, "album/b.jpg")), "../a.jpg");
      const json = await runQuietly(applyCommand, [plan, "--yes", "--json", ...cache]);
      assertEquals([JSON.parse(json.out).isNew, JSON.parse(json.out).applied], [false, 2]);
      const on = [{ album: "album", on: ".", files: 1 }];
      assertEquals(JSON.parse(json.out).dependencies, on);
      assertEquals((await runQuietly(undoCommand, [plan])).code, EXIT.notConfirmed);
      const undone = await runQuietly(undoCommand, [plan, "--yes"]);
      assertEquals([undone.code, undone.out], [EXIT.done, "2 removals taken back\n"]);
      assertEquals((await Deno.lstat(join(root, "album/b.jpg"))).isFile, true);
    }),
});

permittedTest({
  name: "a plan for one directory says which names leave it, and so does what became of it",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ root, plan, cache }) => {
      await Deno.symlink("../c.jpg", join(root, "album/c.jpg"));
      const words = [root, "--exact-only", "--album", ".", "--plan", plan, ...cache];
      const scan = await runQuietly(scanCommand, words);
      const names = "0 files and 1 name of files that live on elsewhere";
      assert(scan.out.includes(`To win: 0 bytes by removing ${names}`), scan.out);
      const asked = await runQuietly(applyCommand, [plan, ...cache], { pressed: "n" });
      const leaves = "and 1 name would leave the directory that was looked at";
      assert(asked.error.includes(leaves), asked.error);
      const done = await runQuietly(applyCommand, [plan, "--yes", ...cache]);
      assertEquals(done.code, EXIT.done, done.error);
      assert(done.out.includes("and 1 name left the directory that was looked at"), done.out);
      assert((await Deno.lstat(join(root, "album/c.jpg"))).isFile);
      const csv = await runQuietly(applyCommand, [plan, "--csv", "--yes", ...cache]);
      assert(csv.out.includes("left,c.jpg,0,a.jpg"), csv.out);
      assertEquals((await runQuietly(undoCommand, [plan, "--yes"])).code, EXIT.done);
      assert((await Deno.lstat(join(root, "album/c.jpg"))).isSymlink);
      const wrong = await runQuietly(scanCommand, [root, "--exact-only", "--album", "nowhere"]);
      assertEquals(wrong.code, EXIT.folder);
      assert(wrong.error.includes("no photo is in such a directory"), wrong.error);
    }),
});

permittedTest({
  name: "apply verifies by bytes or by hash, and knows no other way",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ root, plan, cache }) => {
      for (const how of ["bytes", "hash"]) {
        const words = [plan, "--yes", "--verify", how, ...cache];
        // deno-lint-ignore no-await-in-loop -- one way after the other
        const done = await runQuietly(applyCommand, words);
        assertEquals(done.code, EXIT.done, done.error);
        assert(done.out.startsWith("2 files went to the trash"), done.out);
        // deno-lint-ignore no-await-in-loop -- as above
        assertEquals((await runQuietly(undoCommand, [plan, "--yes"])).code, EXIT.done);
      }
      const wrong = await runQuietly(applyCommand, [plan, "--yes", "--verify", "size", ...cache]);
      assertEquals(wrong.code, EXIT.usage);
      assert(wrong.error.includes('Unknown way to verify "size": known are bytes, hash'));
      assert((await Deno.lstat(join(root, "c.jpg"))).isFile);
    }),
});

permittedTest({
  name: "apply names what stays and why, one by one, and goes on with the rest",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ root, plan, cache }) => {
      await Deno.writeTextFile(join(root, "c.jpg"), "edited");
      const { code, out } = await runQuietly(applyCommand, [plan, "--yes", ...cache]);
      assertEquals(code, EXIT.partly, out);
      assert(out.startsWith("1 file went to the trash"), out);
      assert(out.includes("  c.jpg: it changed since the plan was made"), out);
      assertEquals(await Deno.readTextFile(join(root, "c.jpg")), "edited");
    }),
});

permittedTest({
  name: "trash lists, restores, deletes and empties; sweep leaves what is young",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ root, plan, cache }) => {
      assertEquals((await runQuietly(trashCommand, [root, "list"])).code, EXIT.folder);
      assertEquals((await runQuietly(sweepCommand, [root])).code, EXIT.folder);
      await runQuietly(applyCommand, [plan, "--yes", ...cache]);
      const { out } = await runQuietly(trashCommand, [root, "list", "--json"]);
      const files = JSON.parse(out).files as readonly { number: number; file: string }[];
      assertEquals(files.map(({ file }) => file).sort(), ["album/b.jpg", "c.jpg"]);
      const number = files.find(({ file }) => file === "c.jpg")?.number ?? 0;
      const restored = await runQuietly(trashCommand, [root, "restore", "--files", `${number}`]);
      assertEquals([restored.code, restored.out], [
        EXIT.done,
        "c.jpg came back\n1 file, 3 bytes\n",
      ]);
      assertEquals(await Deno.readTextFile(join(root, "c.jpg")), "one");
      const swept = await runQuietly(sweepCommand, [root]);
      assertEquals([swept.code, swept.out], [EXIT.done, "0 files, 0 bytes\n"]);
      assertEquals((await runQuietly(trashCommand, [root, "empty"])).code, EXIT.notConfirmed);
      const emptied = await runQuietly(trashCommand, [root, "empty", "--yes"]);
      assertEquals([emptied.code, emptied.out.split("\n")[0]], [
        EXIT.done,
        "album/b.jpg was deleted for good",
      ]);
      assertEquals((await runQuietly(trashCommand, [root, "list"])).out, "The trash is empty\n");
      assertEquals(await Deno.readTextFile(join(root, "album/b.jpg")), "one");
      const wrong = [[root, "burn"], [root, "restore"], [root, "list", "--files", "1"]];
      for (const words of wrong) {
        // deno-lint-ignore no-await-in-loop -- three of them
        assertEquals((await runQuietly(trashCommand, words)).code, EXIT.usage, words.join(" "));
      }
    }),
});

permittedTest({
  name: "a new file under the name of a trashed one is a file of its own, and is not overwritten",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ root, plan, cache }) => {
      await runQuietly(applyCommand, [plan, "--yes", ...cache]);
      await Deno.writeTextFile(join(root, "c.jpg"), "new");
      await Deno.writeTextFile(join(root, "d.jpg"), "new");
      const second = join(root, "../second.json");
      await runQuietly(scanCommand, [root, "--exact-only", "--plan", second, ...cache]);
      const { code, out } = await runQuietly(applyCommand, [second, "--yes", ...cache]);
      assertEquals(code, EXIT.done, out);
      assert(out.startsWith("1 file went to the trash"), out);
      const undone = await runQuietly(undoCommand, [plan, "--yes"]);
      assertEquals(undone.code, EXIT.partly);
      assert(undone.out.includes("1 thing stayed as it is"), undone.out);
      assertEquals(await Deno.readTextFile(join(root, "c.jpg")), "new");
    }),
});

permittedTest({
  name: "the commands say what they cannot read",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ root, plan, cache }) => {
      for (const command of [applyCommand, undoCommand, trashCommand, sweepCommand]) {
        // deno-lint-ignore no-await-in-loop -- four of them
        const help = await runQuietly(command, ["--help"]);
        assert(help.code === EXIT.done && help.out.startsWith("deno task "));
      }
      const nonsense = join(root, "../nonsense.json");
      await Deno.writeTextFile(nonsense, "{}");
      for (const file of [nonsense, join(root, "none.json")]) {
        // deno-lint-ignore no-await-in-loop -- two of them
        const { code, error } = await runQuietly(applyCommand, [file, "--yes", ...cache]);
        assertEquals(code, EXIT.folder);
        assert(error.startsWith("Cannot read the plan"), error);
      }
      assertEquals((await runQuietly(undoCommand, [plan, "--yes"])).code, EXIT.folder);
      const elsewhere = await runQuietly(applyCommand, [
        plan,
        "--yes",
        "--folder",
        "/nowhere",
        ...cache,
      ]);
      assertEquals(elsewhere.code, EXIT.folder);
    }),
});
