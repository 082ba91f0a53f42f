import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest, photosDev, photosMissing } from "@scenekeep/tools/permitted";
import { contentHash } from "../content_digest.ts";
import { digestPixels, measurePhoto } from "../describer.ts";

/** What was found of one file. */
interface DigestedFile {
  readonly name: string;
  readonly hash: string;
  readonly imageData: string;
  readonly pixels: string;
}

/**
 * Groups that no label names, found to be the same picture: other times and places in its words, or
 * a PNG of all that a JPEG shows.
 */
const UNLABELLED: Readonly<Record<"imageData" | "pixels", readonly string[]>> = {
  imageData: [
    "d0006.jpg d0221.jpg d0385.jpg",
    "d0031.jpg d0121.jpg d0545.jpg d0578.jpg",
    "d0234.jpg d0492.jpg",
  ],
  pixels: [
    "d0006.jpg d0221.jpg d0385.jpg",
    "d0031.jpg d0121.jpg d0545.jpg d0578.jpg",
    "d0163.png d0180.jpg",
    "d0234.jpg d0492.jpg",
    "d0413.jpg d0483.png",
  ],
};

async function digested(folder: string, name: string): Promise<DigestedFile> {
  const bytes = await Deno.readFile(join(folder, "images", name));
  const hash = contentHash(bytes);
  const measured = await measurePhoto(bytes, hash);
  const pixels = await digestPixels(bytes, hash);
  if (measured.kind === "failed" || pixels.kind === "failed") throw new TypeError(name);
  // Each photo of the set is whole, and of a kind that has both.
  return { name, hash, imageData: measured.imageData!, pixels: pixels.pixels! };
}

/** Files of more than one content that have one digest, as names in a row. */
function groupsBy(files: readonly DigestedFile[], digest: "imageData" | "pixels"): string[] {
  const groups = [...Map.groupBy(files, (file) => file[digest]).values()];
  return groups
    .filter((group) => new Set(group.map(({ hash }) => hash)).size > 1)
    .map((group) => group.map(({ name }) => name).join(" "))
    .sort();
}

permittedTest({
  name: "measurePhoto() and digestPixels() find labelled copies, and take nothing else for one",
  needs: { read: true, env: true, ffi: true, sys: true },
  skip: photosMissing(),
  timeoutMs: 120_000,
  fn: async () => {
    const folder = photosDev()!;
    const labels: Readonly<Record<string, readonly (readonly string[])[]>> = JSON.parse(
      await Deno.readTextFile(join(folder, "labels.json")),
    );
    const files: DigestedFile[] = [];
    const entries = await Array.fromAsync(Deno.readDir(join(folder, "images")));
    for (const name of entries.map((entry) => entry.name).sort()) {
      // deno-lint-ignore no-await-in-loop -- one photo in memory at a time
      files.push(await digested(folder, name));
    }
    assertEquals(files.filter(({ imageData, pixels }) => !imageData || !pixels), []);
    const labelled = labels["same_pixels"]!.map((pair) => pair.toSorted().join(" "));
    assertEquals(labelled.length, 6);
    for (const digest of ["imageData", "pixels"] as const) {
      const expected = [...labelled, ...UNLABELLED[digest]].sort();
      assertEquals(groupsBy(files, digest), expected, digest);
    }
  },
});
