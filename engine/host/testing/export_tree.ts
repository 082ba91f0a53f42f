import { dirname, join } from "@std/path";
import { mkdirSync, writeFileSync } from "node:fs";
import { quickFolder } from "./quick_folder.ts";

/** Where a Takeout has its pictures. */
export const PHOTOS = "Takeout/Google Photos";

const said = (title: string, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ title, photoTakenTime: { timestamp: "1500000000" }, ...more });

const LONG = "Screenshot_2019-01-01-12-34-56-789_com.example.app.in.full.png";

/** Album folders that repeat year folders, an edit, a live pair, truncated names, a trash. */
export const TAKEOUT: Readonly<Record<string, string>> = {
  [`${PHOTOS}/Photos from 2017/a.jpg`]: "bytes of a",
  [`${PHOTOS}/Photos from 2017/a.jpg.supplemental-metadata.json`]: said("a.jpg", {
    description: "the sea",
    favorited: true,
    people: [{ name: "Ada" }],
    geoData: { latitude: 54.5, longitude: 10.25 },
  }),
  [`${PHOTOS}/Photos from 2017/a-edited.jpg`]: "bytes of the edit",
  [`${PHOTOS}/Photos from 2017/IMG_1.HEIC`]: "still",
  [`${PHOTOS}/Photos from 2017/IMG_1.MP4`]: "moving",
  [`${PHOTOS}/Photos from 2017/IMG_1.HEIC.json`]: said("IMG_1.HEIC"),
  [`${PHOTOS}/Photos from 2017/${LONG.slice(0, 47)}.png`]: "screen",
  [`${PHOTOS}/Photos from 2017/${LONG.slice(0, 46)}.json`]: said(LONG),
  [`${PHOTOS}/Sea_ 1/a.jpg`]: "bytes of a",
  [`${PHOTOS}/Sea_ 1/metadata.json`]: '{"title":"Sea/ 1"}',
  [`${PHOTOS}/Sea_ 1/IMG_1.HEIC`]: "still",
  [`${PHOTOS}/Sea_ 1/IMG_1.MP4`]: "moving",
  [`${PHOTOS}/Best/a(1).jpg`]: "bytes of a",
  [`${PHOTOS}/Best/a.jpg(1).json`]: said("a.jpg", { description: "said in Best" }),
  [`${PHOTOS}/Best/own.jpg`]: "the library has it",
  [`${PHOTOS}/Archive/old.jpg`]: "old",
  [`${PHOTOS}/Archive/old.jpg.json`]: said("old.jpg"),
  [`${PHOTOS}/Trash/bad.jpg`]: "bad",
  [`${PHOTOS}/Trash/bad.jpg.json`]: said("bad.jpg"),
  [`${PHOTOS}/Photos from 2016/unsaid.jpg`]: "nothing is said of it",
  "Takeout/archive_browser.html": "<html>",
};

/** What the library has before. */
export const OWN_FILES: Readonly<Record<string, string>> = {
  "Mine/x.jpg": "the library has it",
  "best/note.txt": "-",
};

/** An export and a library beside each other. */
export interface ExportTree {
  readonly source: string;
  readonly root: string;
  readonly cache: string;
}

/** Writes files with these texts, and the directories that they are in. */
export function writeTexts(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}

/** Makes an export and a library of two files, uses them, and removes them. */
export async function withExport(
  files: Readonly<Record<string, string>>,
  use: (place: ExportTree) => Promise<void>,
): Promise<void> {
  const beside = await quickFolder("scenekeep-import-");
  try {
    const place = {
      source: join(beside, "export"),
      root: join(beside, "library"),
      cache: join(beside, "cache"),
    };
    writeTexts(place.source, files);
    writeTexts(place.root, OWN_FILES);
    await use(place);
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}
