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

interface Labels {
  readonly "same_pixels": readonly (readonly string[])[];
  readonly scenes: readonly { readonly files: readonly string[] }[];
}

/** Pictures that differ in metadata alone are groups of their own, and merge what was said. */
async function checkSamePictures(
  { labels, ...options }: { root: string; cache: string; labels: Labels },
): Promise<void> {
  const { report } = await scanFolder({ ...options, tier: "sameImage" });
  const shownTogether = new Map(
    report.similar.flatMap(({ files }) => files.map((file) => [file, files] as const)),
  );
  for (const pair of labels["same_pixels"]) {
    const group = shownTogether.get(pair[0]!) ?? [];
    assert(pair.every((file) => group.includes(file as never)), pair.join(" "));
  }
  const { scenes } = labels;
  for (const { files, tier } of report.similar) {
    assertEquals(tier, "sameImage");
    const scene = scenes.find((one) => one.files.includes(files[0]!));
    assert(files.every((file) => scene?.files.includes(file)), files.join(" "));
  }
  const items = report.plan?.items ?? [];
  const removed = items.filter(({ contentHash, keeperHash }) => contentHash !== keeperHash);
  assert(removed.length >= labels["same_pixels"].length);
  assert(removed.every(({ distance, same }) => same === "imageData" && distance === 0));
}

permittedTest({
  name: "scanFolder() finds similar pictures among real photos, and never look-alikes",
  needs: { read: true, write: true, run: true, env: true },
  skip: photosMissing(),
  timeoutMs: 300_000,
  fn: () =>
    withCache(async (cache) => {
      const photos = photosDev() ?? "";
      const labels: Labels = JSON.parse(await Deno.readTextFile(join(photos, "labels.json")));
      const { score } = await import(join(photos, "../score.mjs")) as {
        score(labels: unknown, predicted: { groups: readonly (readonly string[])[] }): {
          precision: number;
          recall: number;
          f1: number;
          hard_hit: number;
        };
      };
      const root = join(photos, "images");
      const { report } = await scanFolder({ root, cache });
      const groups = [...report.similar, ...report.exact].map(({ files }) => files);
      const { precision, recall, f1, hard_hit: lookAlikes } = score(labels, { groups });
      // What the default rules reach there by `deno task bench-similar`, less one pair or two.
      assert(precision >= 0.99 && recall >= 0.95 && f1 >= 0.97, `${precision} ${recall} ${f1}`);
      assertEquals(lookAlikes, 0);
      assert(report.similar.some(({ grouped }) => grouped.includes("turned")));
      const startMs = performance.now();
      const again = await scanFolder({ root, cache });
      assertEquals(JSON.stringify(again.report), JSON.stringify(report));
      assert(performance.now() - startMs < 30_000, "what was compared is remembered");
      await checkSamePictures({ root, cache, labels });
    }),
});
