import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest, photosDev, photosMissing } from "@scenekeep/tools/permitted";
import { scanFolder } from "./scan_folder.ts";

async function withCache(use: (cache: string) => Promise<void>): Promise<void> {
  const cache = await Deno.makeTempDir({ prefix: "scenekeep-real-" });
  try {
    await use(cache);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}

permittedTest({
  name: "scanFolder() finds every group of exact copies among real photos, and no other",
  needs: { read: true, write: true },
  skip: photosMissing(),
  fn: () =>
    withCache(async (cache) => {
      const photos = photosDev() ?? "";
      const { exact_groups: expected } = JSON.parse(
        await Deno.readTextFile(join(photos, "labels.json")),
      ) as { exact_groups: string[][] };
      const { report } = await scanFolder({ root: join(photos, "images"), cache, exactOnly: true });
      const groups = (all: readonly (readonly string[])[]): string[] =>
        all.map((files) => [...files].sort().join(" ")).sort();
      assertEquals(groups(report.exact.map(({ files }) => files)), groups(expected));
    }),
});

permittedTest({
  name: "scanFolder() gets over every odd and broken file, and reports those it cannot use",
  needs: { read: true, write: true, run: true, env: true },
  skip: photosMissing(),
  timeoutMs: 180_000,
  fn: () =>
    withCache(async (cache) => {
      const root = join(photosDev() ?? "", "..", "formats");
      const { files } = JSON.parse(await Deno.readTextFile(join(root, "formats.json"))) as {
        files: { file: string; expect: string }[];
      };
      const { report } = await scanFolder({ root, cache });
      const reported = new Map(report.unreadable.map(({ file, reason }) => [file, reason]));
      const broken = files.filter(({ expect }) => expect === "error").map(({ file }) => file);
      assert(broken.length >= 5, "the list names broken files");
      for (const file of broken) assert(reported.has(file), `${file} must be reported`);
      // The nine pictures of one place, each turned another way, are one scene.
      const turned = report.similar.find(({ files }) =>
        files.includes("orientation/Landscape_1.jpg")
      );
      assertEquals(turned?.files.length, 9);
      assert(report.plan !== null);
      const again = await scanFolder({ root, cache });
      assertEquals(JSON.stringify(again.report), JSON.stringify(report));
    }),
});
