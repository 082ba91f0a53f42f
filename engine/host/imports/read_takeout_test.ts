import { assertEquals } from "@std/assert";
import type { ExportListing } from "./exported_item.ts";
import { readTakeout } from "./read_takeout.ts";
import { originalOfEdit, takeoutName } from "./takeout_names.ts";

const PHOTO = JSON.stringify({ title: "x", photoTakenTime: { timestamp: "1500000000" } });

/** Files by path; pictures have no text. */
function listing(files: Readonly<Record<string, string>>): ExportListing {
  return { paths: Object.keys(files), textOf: (path) => files[path] ?? null };
}

Deno.test("readTakeout() finds the description of every kind of name, and no other's", () => {
  const long = "Screenshot_2019-01-01-12-34-56-789_com.example.app";
  const pairs: [picture: string, sidecar: string, isFound: boolean][] = [
    ["IMG.jpg", "IMG.jpg.json", true],
    ["IMG.jpg", "IMG.jpg.supplemental-metadata.json", true],
    ["IMG.jpg", "IMG.jpg.suppl.json", true],
    ["IMG.jpg", "IMG.jpg..json", true],
    ["IMG(1).jpg", "IMG.jpg(1).json", true],
    ["IMG(12).jpg", "IMG.jpg.supplemental-metadata(12).json", true],
    [`${long}.jpg`, `${long.slice(0, 46)}.json`, true],
    [`${long}(3).jpg`, `${long.slice(0, 46)}(3).json`, true],
    ["IMG.jpg", "IMG.json", true],
    ["IMG.jpg", "IMG.jpg(1).json", false],
    ["IMG(1).jpg", "IMG.jpg.json", false],
    ["IMG.jpg", "IMG_2.jpg.json", false],
    ["IMG.jpg", "IM.json", false],
  ];
  for (const [picture, sidecar, isFound] of pairs) {
    const read = readTakeout(listing({ [picture]: "", [sidecar]: PHOTO }));
    assertEquals(read.items.map(({ metadata }) => metadata?.title ?? null), [isFound ? "x" : null]);
    assertEquals(read.leftOver.map(({ path }) => path), isFound ? [] : [sidecar]);
  }
});

Deno.test("originalOfEdit() knows edits in several languages, cut off, and with a number", () => {
  const original = (name: string): string | null => {
    const found = originalOfEdit(takeoutName(name));
    return found === null ? null : `${found.stem}|${found.number}|${found.ending}`;
  };
  assertEquals(original("IMG-edited.jpg"), "IMG|null|.jpg");
  assertEquals(original("IMG-edited(2).jpg"), "IMG|2|.jpg");
  assertEquals(original("IMG-bearbeitet.jpg"), "IMG|null|.jpg");
  assertEquals(original("IMG-modifie\u0301.jpg"), "IMG|null|.jpg");
  const long = "a".repeat(42);
  assertEquals(original(`${long}-edi.jpg`), `${long}|null|.jpg`);
  assertEquals(original("IMG-edi.jpg"), null);
  assertEquals(original("-edited.jpg"), null);
});

const FOLDER = "Takeout/Google Photos";

const SMALL_TAKEOUT: Readonly<Record<string, string>> = {
  [`${FOLDER}/Photos from 2017/IMG_1.HEIC`]: "",
  [`${FOLDER}/Photos from 2017/IMG_1.MP4`]: "",
  [`${FOLDER}/Photos from 2017/IMG_1.HEIC.supplemental-metadata.json`]: JSON.stringify({
    title: "IMG_1.HEIC",
    description: "the sea",
    photoTakenTime: { timestamp: "1500000000" },
    geoData: { latitude: 54.5, longitude: 10.25 },
    people: [{ name: "Ada" }, {}],
    favorited: true,
  }),
  [`${FOLDER}/Photos from 2017/IMG_2.jpg`]: "",
  [`${FOLDER}/Photos from 2017/IMG_2-edited.jpg`]: "",
  [`${FOLDER}/Photos from 2017/IMG_2.jpg.json`]: PHOTO,
  [`${FOLDER}/Photos from 2017/lost.jpg.json`]: PHOTO,
  [`${FOLDER}/Photos from 2017/torn.jpg`]: "",
  [`${FOLDER}/Photos from 2017/torn.jpg.json`]: '{"title": "to',
  [`${FOLDER}/Summer_ 2017/metadata.json`]: '{"title": "Summer: 2017"}',
  [`${FOLDER}/Summer_ 2017/IMG_2.jpg`]: "",
  [`${FOLDER}/Summer_ 2017/clip.mp4`]: "",
  [`${FOLDER}/Archive/old.jpg`]: "",
  [`${FOLDER}/Archive/old.jpg.json`]: PHOTO,
  [`${FOLDER}/Trash/bad.jpg`]: "",
  [`${FOLDER}/Trash/bad.jpg.json`]: PHOTO,
  "Takeout/archive_browser.html": "",
};

Deno.test("readTakeout() keeps albums as albums and puts every file somewhere", () => {
  const folder = FOLDER;
  const read = readTakeout(listing(SMALL_TAKEOUT));
  const shown = read.items.map(({ path, video, album, editOf, metadata }) => ({
    path: path.slice(folder.length + 1),
    video: video === null ? null : video.slice(folder.length + 1),
    album,
    editOf: editOf === null ? null : editOf.slice(folder.length + 1),
    takenAtMs: metadata?.takenAtMs ?? null,
  }));
  const at = 1_500_000_000_000;
  const plain = { video: null, album: null, editOf: null, takenAtMs: at };
  assertEquals(shown, [
    { ...plain, path: "Archive/old.jpg" },
    { ...plain, path: "Photos from 2017/IMG_1.HEIC", video: "Photos from 2017/IMG_1.MP4" },
    {
      ...plain,
      path: "Photos from 2017/IMG_2-edited.jpg",
      editOf: "Photos from 2017/IMG_2.jpg",
    },
    { ...plain, path: "Photos from 2017/IMG_2.jpg" },
    { ...plain, path: "Photos from 2017/torn.jpg", takenAtMs: null },
    { ...plain, path: "Summer_ 2017/IMG_2.jpg", album: "Summer: 2017", takenAtMs: null },
    { ...plain, path: "Summer_ 2017/clip.mp4", album: "Summer: 2017", takenAtMs: null },
    { ...plain, path: "Trash/bad.jpg" },
  ]);
  assertEquals(read.items[1]?.metadata, {
    title: "IMG_1.HEIC",
    takenAtMs: at,
    description: "the sea",
    location: { latitude: 54.5, longitude: 10.25 },
    favorite: true,
    archived: false,
    trashed: false,
    people: ["Ada"],
  });
  assertEquals(read.items.map(({ metadata }) => metadata?.archived ?? null)[0], true);
  assertEquals(read.items.at(-1)?.metadata?.trashed, true);
  assertEquals(read.leftOver, [
    {
      path: `${folder}/Photos from 2017/lost.jpg.json`,
      reason: "describes a picture that is not there",
    },
    {
      path: `${folder}/Photos from 2017/torn.jpg.json`,
      reason: "no JSON that describes a picture",
    },
    { path: "Takeout/archive_browser.html", reason: "neither picture nor video" },
  ]);
});

Deno.test("readTakeout() tells pictures of one name apart by their number", () => {
  const said = (title: string): string =>
    JSON.stringify({ title, photoTakenTime: { timestamp: 1 } });
  const read = readTakeout(listing({
    "a/IMG.jpg": "",
    "a/IMG(1).jpg": "",
    "a/IMG-edited(1).jpg": "",
    "a/IMG.jpg.json": said("first"),
    "a/IMG.jpg(1).json": said("second"),
  }));
  assertEquals(read.items.map(({ path, editOf, metadata }) => [path, editOf, metadata?.title]), [
    ["a/IMG(1).jpg", null, "second"],
    ["a/IMG-edited(1).jpg", "a/IMG(1).jpg", "second"],
    ["a/IMG.jpg", null, "first"],
  ]);
  assertEquals(read.leftOver, []);
});
