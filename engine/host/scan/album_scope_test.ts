import { assert, assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { FileSelection } from "../folder/file_selection.ts";
import { sceneryOf } from "../testing/picture.ts";
import { type ReviewAnswer, reviewFolder, type ReviewGroup } from "./review_folder.ts";
import { ScanError } from "./scan_error.ts";
import { scanFolder } from "./scan_folder.ts";

/** A scene of four: three in `2020`, of which one is in `best` too, and one in `other` alone. */
async function inFolder(use: (root: string, cache: string) => Promise<void>): Promise<void> {
  const place = await Deno.realPath(await Deno.makeTempDir({ prefix: "scenekeep-album-" }));
  const root = join(place, "photos");
  try {
    for (
      const [index, path] of ["2020/a.png", "2020/b.png", "2020/c.png", "other/d.png"].entries()
    ) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      const picture = sceneryOf({ seed: 1, sidePixels: 230 - 10 * index, shade: index });
      writeFileSync(join(root, path), picture);
    }
    mkdirSync(join(root, "best"));
    symlinkSync("../2020/b.png", join(root, "best/b.png"));
    writeFileSync(join(root, "other/e.png"), "one");
    writeFileSync(join(root, "2020/f.png"), "one");
    await use(root, join(place, "cache"));
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

permittedTest({
  name: "scanFolder() of one directory looks at what has a name there, and plans for it alone",
  needs: { read: true, write: true, run: true, env: true },
  timeoutMs: 120_000,
  fn: () =>
    inFolder(async (root, cache) => {
      for (const album of ["2020", "./2020/"]) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        const { numbers, report } = await scanFolder({ root, cache, tier: "close", album });
        assertEquals(report.exact, []);
        const [scene] = report.similar;
        assertEquals(scene?.files as string[], ["2020/a.png", "2020/b.png", "2020/c.png"]);
        assertEquals(report.plan?.scope as unknown, { kind: "album", album: "2020" });
        const items = report.plan?.items.map(({ action, file }) => `${action} ${file}`).sort();
        assertEquals(items, ["removeEntry 2020/b.png", "trashFile 2020/c.png"]);
        assertEquals([numbers.filesToRemove, numbers.namesToRemove], [1, 1]);
        assert(numbers.bytesToWin > 0);
      }
      const selection = new FileSelection({ protect: ["2020/c.png"] });
      const kept = await scanFolder({ root, cache, tier: "close", album: "2020", selection });
      assertEquals(kept.report.plan?.items.map(({ file }) => file as string), ["2020/b.png"]);
    }),
});

permittedTest({
  name: "scanFolder() of a directory without a photo says so",
  needs: { read: true, write: true },
  fn: () =>
    inFolder(async (root, cache) => {
      for (const album of ["202", "2020/a.png", "/2020", "../photos/2020"]) {
        const options = { root, cache, album, exactOnly: true };
        // deno-lint-ignore no-await-in-loop -- one after the other
        const refused = await assertRejects(() => scanFolder(options), ScanError, album);
        assertEquals(refused.code, "FOLDER_MISSING");
      }
      // The folder itself is there, and nothing is in it.
      const { report } = await scanFolder({ root, cache, album: ".", exactOnly: true });
      assertEquals([report.exact, report.plan], [[], null]);
    }),
});

permittedTest({
  name: "reviewFolder() of one directory asks about what is in it, and plans for it alone",
  needs: { read: true, write: true, run: true, env: true },
  timeoutMs: 120_000,
  fn: () =>
    inFolder(async (root, cache) => {
      const shown: string[][] = [];
      const decide = ({ members }: ReviewGroup): Promise<ReviewAnswer> => {
        shown.push(members.map(({ file }) => file).sort());
        return Promise.resolve({ kind: "keep", files: new Set(["2020/c.png"]) });
      };
      const { plan } = await reviewFolder({ root, cache, tier: "close", album: "2020", decide });
      assertEquals(shown, [["2020/a.png", "2020/b.png", "2020/c.png"]]);
      const items = plan?.items.map(({ action, file, keeper }) => `${action} ${file} ${keeper}`);
      assertEquals(items?.sort(), [
        "removeEntry 2020/b.png 2020/c.png",
        "trashFile 2020/a.png 2020/c.png",
      ]);
    }),
});
