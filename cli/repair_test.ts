import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { applyCommand } from "./apply.ts";
import { EXIT } from "./exit_codes.ts";
import { repairCommand } from "./repair.ts";
import { scanCommand } from "./scan.ts";
import { runQuietly } from "./testing/run_quietly.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;

interface Place {
  readonly root: string;
  readonly cache: readonly string[];
}

/** A folder with `a/one.jpg`, to which the links `b/two.jpg` and `c/three.jpg` lead. */
async function inPlace(use: (place: Place) => Promise<void>): Promise<void> {
  const beside = await Deno.realPath(await Deno.makeTempDir({ prefix: "scenekeep-repair-" }));
  try {
    const root = join(beside, "photos");
    const plan = join(beside, "plan.json");
    const cache = ["--cache", join(beside, "cache")];
    for (const path of ["a/one.jpg", "b/two.jpg", "c/three.jpg"]) {
      // deno-lint-ignore no-await-in-loop -- three of them
      await Deno.mkdir(join(root, path, ".."), { recursive: true });
      // deno-lint-ignore no-await-in-loop -- as above
      await Deno.writeTextFile(join(root, path), "one");
    }
    await runQuietly(scanCommand, [root, "--exact-only", "--plan", plan, ...cache]);
    const done = await runQuietly(applyCommand, [plan, "--yes", ...cache]);
    assertEquals(done.code, EXIT.done, done.error);
    await use({ root, cache });
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

permittedTest({
  name: "scan tells of links that lead nowhere, and repair asks before it mends them",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ root, cache }) => {
      const well = await runQuietly(repairCommand, [root, ...cache]);
      assertEquals([well.code, well.out], [EXIT.done, "No link leads nowhere\n"]);
      await Deno.rename(join(root, "a/one.jpg"), join(root, "moved.jpg"));
      const scan = await runQuietly(scanCommand, [root, "--exact-only", ...cache]);
      assertEquals(scan.code, EXIT.done);
      const told = [
        "Links that lead nowhere: 2",
        "  b/two.jpg, which led to ../a/one.jpg: moved.jpg holds the same",
        "  c/three.jpg, which led to ../a/one.jpg: moved.jpg holds the same",
        `  Next: deno task repair "${root}" would mend 2`,
      ].join("\n");
      assert(scan.out.includes(told), scan.out);
      const json = await runQuietly(scanCommand, [root, "--exact-only", "--json", ...cache]);
      assertEquals(JSON.parse(json.out).lostLinks[0], {
        file: "b/two.jpg",
        target: "../a/one.jpg",
        mend: { kind: "copy", file: "moved.jpg" },
      });
      const refused = await runQuietly(repairCommand, [root, ...cache]);
      assertEquals([refused.code, refused.out], [EXIT.notConfirmed, ""]);
      assert(refused.error.includes("that lead nowhere 2 would be mended:\n"), refused.error);
      assert(refused.error.includes("say --yes"), refused.error);
      const proposed = await runQuietly(repairCommand, [root, "--json", ...cache]);
      assertEquals(proposed.code, EXIT.notConfirmed);
      assertEquals(JSON.parse(proposed.out).proposed.length, 2);
      const table = await runQuietly(repairCommand, [root, "--csv", ...cache]);
      assert(table.out.includes("\r\nwould be mended,b/two.jpg,../a/one.jpg,"), table.out);
      const no = await runQuietly(repairCommand, [root, ...cache], { pressed: "n" });
      assertEquals(no.code, EXIT.notConfirmed);
      assertEquals(await Deno.readLink(join(root, "b/two.jpg")), "../a/one.jpg");
      const done = await runQuietly(repairCommand, [root, ...cache], { pressed: "y" });
      assertEquals([done.code, done.out], [
        EXIT.done,
        "2 links mended\n  b/two.jpg: leads to moved.jpg\n  c/three.jpg: leads to moved.jpg\n",
      ]);
      assertEquals(await Deno.readLink(join(root, "b/two.jpg")), "../moved.jpg");
    }),
});

permittedTest({
  name: "repair brings back what only the trash has, and names what nobody knows",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ root, cache }) => {
      await Deno.remove(join(root, "a/one.jpg"));
      await Deno.symlink("gone.jpg", join(root, "own.jpg"));
      const { code, out } = await runQuietly(repairCommand, [root, "--yes", ...cache]);
      assertEquals(code, EXIT.partly);
      assert(/b\/two\.jpg: is number \d of the trash again/.test(out), out);
      assert(/c\/three\.jpg: leads to b\/two\.jpg, number \d of the trash before/.test(out), out);
      assert(out.includes("1 link left alone:\n  own.jpg, which leads to gone.jpg"), out);
      assertEquals(await Deno.readLink(join(root, "c/three.jpg")), "../b/two.jpg");
      const json = await runQuietly(repairCommand, [root, "--json", ...cache]);
      assertEquals([json.code, JSON.parse(json.out)], [EXIT.partly, {
        mended: [],
        stays: [{
          file: "own.jpg",
          target: "gone.jpg",
          reason: "the library does not know what it held",
        }],
      }]);
    }),
});

permittedTest({
  name: "repair says what it cannot use",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ root, cache }) => {
      const help = await runQuietly(repairCommand, ["--help"]);
      assert(help.code === EXIT.done && help.out.startsWith("deno task repair DIR"));
      assertEquals((await runQuietly(repairCommand, [])).code, EXIT.usage);
      const nowhere = await runQuietly(repairCommand, [join(root, "nowhere"), ...cache]);
      assertEquals(nowhere.code, EXIT.folder, nowhere.error);
    }),
});
