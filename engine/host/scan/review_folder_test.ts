import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { sceneryOf } from "../testing/picture.ts";
import { readNotDuplicates } from "./not_duplicates_file.ts";
import { type ReviewAnswer, reviewFolder, type ReviewGroup } from "./review_folder.ts";
import { ScanError } from "./scan_error.ts";
import { scanFolder } from "./scan_folder.ts";

async function inFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (root: string, cache: string) => Promise<void>,
): Promise<void> {
  const place = await Deno.makeTempDir({ prefix: "scenekeep-review-" });
  const root = join(place, "photos");
  try {
    await Deno.mkdir(join(root, "album"), { recursive: true });
    await Promise.all(
      Object.entries(files).map(([path, bytes]) =>
        typeof bytes === "string"
          ? Deno.writeTextFile(join(root, path), bytes)
          : Deno.writeFile(join(root, path), bytes)
      ),
    );
    await use(root, join(place, "cache"));
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

permittedTest({
  name: "reviewFolder() plans what was decided, and nothing of what was skipped",
  needs: { read: true, write: true },
  fn: () =>
    inFolder({
      "a.jpg": "one",
      "album/b.jpg": "one",
      "album/c.jpg": "one",
      "d.jpg": "two",
      "e.jpg": "two",
      "f.jpg": "three",
      "g.jpg": "three",
    }, async (root, cache) => {
      const shown: ReviewGroup[] = [];
      const answer = (group: ReviewGroup): ReviewAnswer => {
        shown.push(group);
        const files = group.members.map(({ file }) => file);
        if (files.includes("a.jpg")) return { kind: "keep", files: new Set(["album/b.jpg"]) };
        return files.includes("d.jpg") ? { kind: "skip" } : { kind: "keep", files: new Set(files) };
      };
      const options = { root, cache, exactOnly: true };
      const { plan, groups, decided } = await reviewFolder({
        ...options,
        decide: (group) => Promise.resolve(answer(group)),
      });
      assertEquals([groups, decided, shown.length], [3, 2, 3]);
      assertEquals(
        plan?.items.map(({ file, keeper }) => [file, keeper]),
        [["a.jpg", "album/b.jpg"], ["album/c.jpg", "album/b.jpg"]] as unknown,
      );
      const finished = await reviewFolder({
        ...options,
        decide: () => Promise.resolve({ kind: "finish" }),
      });
      assertEquals(finished, { plan: null, groups: 3, decided: 0, notDuplicates: 0 });
      const none = { kind: "keep", files: new Set<string>() } as const;
      await assertRejects(
        () => reviewFolder({ ...options, decide: () => Promise.resolve(none) }),
        RangeError,
      );
    }),
});

permittedTest({
  name: "reviewFolder() remembers what is no duplicate, over new names, and scans heed it",
  needs: { read: true, write: true, run: true, env: true },
  timeoutMs: 120_000,
  fn: () =>
    inFolder({
      "one.png": sceneryOf({ seed: 0, sidePixels: 200 }),
      "album/one large.png": sceneryOf({ seed: 0, sidePixels: 260, shade: 3 }),
      "two.png": sceneryOf({ seed: 1, sidePixels: 200 }),
      "two darker.png": sceneryOf({ seed: 1, sidePixels: 200, shade: -3 }),
    }, async (root, cache) => {
      const options = { root, cache, tier: "close" } as const;
      const first = await reviewFolder({
        ...options,
        decide: ({ members }) =>
          Promise.resolve(
            members.some(({ file }) => file === "one.png")
              ? { kind: "notDuplicates" }
              : { kind: "keep", files: new Set(["two darker.png"]) },
          ),
      });
      assertEquals([first.groups, first.decided, first.notDuplicates], [2, 2, 1]);
      const [item, ...others] = first.plan?.items ?? [];
      assertEquals([item?.file, item?.keeper, others], ["two.png", "two darker.png", []]);
      assert((item?.distance ?? 0) > 0);
      await Deno.rename(join(root, "one.png"), join(root, "album", "renamed.png"));
      const { report } = await scanFolder(options);
      assertEquals(report.similar.map(({ files }) => files), [["two darker.png", "two.png"]]);
      assertEquals((await readNotDuplicates(root)).length, 1);
      const own = join(root, ".scenekeep", "not_duplicates.json");
      await Deno.writeTextFile(own, "{}");
      const refused = await assertRejects(() => scanFolder(options), ScanError);
      assert(refused.message.includes(own), refused.message);
    }),
});
