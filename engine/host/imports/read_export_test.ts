import { assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import fc from "fast-check";
import { permittedTest } from "@scenekeep/tools/permitted";
import type { ExportedItem, ExportedMetadata } from "./exported_item.ts";
import { foldCopies } from "./fold_copies.ts";
import { exportKind, readExport, readListing } from "./read_export.ts";

const SAID: ExportedMetadata = {
  title: null,
  takenAtMs: null,
  description: "",
  location: null,
  favorite: false,
  archived: false,
  trashed: false,
  people: [],
};

Deno.test("readListing() reads an export of Ente, of the desktop and of the command line", () => {
  const files: Record<string, string> = {
    "export_status.json": "{}",
    "Beach/IMG_1.HEIC": "",
    "Beach/IMG_1.MOV": "",
    "Beach/metadata/IMG_1.HEIC.json":
      '{"title":"IMG_1.HEIC","description":"waves","creationTime":{"timestamp":1500000000}}',
    "Beach/metadata/gone.jpg.json": "{}",
    "Trash/old.jpg": "",
    "Trash/metadata/old.jpg.json": "{}",
    "folder/.meta/album_meta.json": '{"id":1,"albumName":"Trip / 2"}',
    "folder/a.jpg": "",
    "folder/.meta/a.jpg.json":
      '{"creationTime":"2017-07-14T02:40:00Z","location":{"lat":1,"long":2}}',
  };
  const read = readListing({ paths: Object.keys(files), textOf: (path) => files[path] ?? null });
  assertEquals(read, {
    kind: "ente",
    items: [
      {
        path: "Beach/IMG_1.HEIC",
        video: "Beach/IMG_1.MOV",
        album: "Beach",
        editOf: null,
        metadata: {
          ...SAID,
          title: "IMG_1.HEIC",
          description: "waves",
          takenAtMs: 1_500_000_000_000,
        },
      },
      {
        path: "Trash/old.jpg",
        video: null,
        album: null,
        editOf: null,
        metadata: { ...SAID, trashed: true },
      },
      {
        path: "folder/a.jpg",
        video: null,
        album: "Trip / 2",
        editOf: null,
        metadata: {
          ...SAID,
          takenAtMs: 1_500_000_000_000,
          location: { latitude: 1, longitude: 2 },
        },
      },
    ],
    leftOver: [
      { path: "Beach/metadata/gone.jpg.json", reason: "describes a picture that is not there" },
    ],
  });
  assertEquals(exportKind(["Takeout/Google Photos/Album/metadata.json"]), "takeout");
});

Deno.test("foldCopies() loses no album and no word of any copy, in any order", () => {
  const item = fc.record({
    content: fc.nat(3),
    album: fc.option(fc.constantFrom("A", "B", "C")),
    description: fc.constantFrom("", "one", "two"),
    favorite: fc.boolean(),
    archived: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(item, { maxLength: 12 }), fc.boolean(), (drawn, reverse) => {
    const items: ExportedItem[] = drawn.map((
      { album, description, favorite, archived },
      place,
    ) => ({
      path: `${place}`.padStart(3, "0"),
      video: null,
      album,
      editOf: null,
      metadata: { ...SAID, description, favorite, archived },
    }));
    const contentOf = (path: string): string => `H${drawn[Number(path)]?.content}`;
    const folded = foldCopies(reverse ? [...items].reverse() : items, contentOf);
    assertEquals(folded, foldCopies(items, contentOf));
    assertEquals(folded.length, new Set(drawn.map(({ content }) => content)).size);
    for (const { contentHash, albums, metadata, copies } of folded) {
      const same = drawn.filter(({ content }) => `H${content}` === contentHash);
      assertEquals(copies.length, same.length);
      assertEquals(albums, [...new Set(same.flatMap(({ album }) => album ?? []))].sort());
      assertEquals(metadata?.favorite, same.some(({ favorite }) => favorite));
      assertEquals(metadata?.archived, same.every(({ archived }) => archived));
      const words = metadata?.description.split("\n").filter((line) => line !== "") ?? [];
      const said = new Set(
        same.map(({ description }) => description).filter((text) => text !== ""),
      );
      assertEquals(words.toSorted(), [...said].sort());
    }
  }));
});

permittedTest({
  name: "readExport() folds what album folders repeat of year folders into one file each",
  needs: { read: true, write: true },
  fn: async () => {
    const root = await Deno.makeTempDir({ prefix: "scenekeep-takeout-" });
    try {
      const photos = "Takeout/Google Photos";
      const files: Record<string, string> = {
        [`${photos}/Photos from 2017/a.jpg`]: "bytes of a",
        [`${photos}/Photos from 2017/a.jpg.json`]: '{"title":"a.jpg","favorited":true}',
        [`${photos}/Photos from 2017/b.jpg`]: "bytes of b",
        [`${photos}/Sea/a.jpg`]: "bytes of a",
        [`${photos}/Sea/metadata.json`]: '{"title":"Sea"}',
        [`${photos}/Best/a(1).jpg`]: "bytes of a",
        [`${photos}/Best/a.jpg(1).json`]: '{"title":"a.jpg","description":"said in Best"}',
      };
      for (const [path, text] of Object.entries(files)) {
        const full = join(root, path);
        // deno-lint-ignore no-await-in-loop -- a folder before what is in it
        await Deno.mkdir(dirname(full), { recursive: true });
        // deno-lint-ignore no-await-in-loop -- as above
        await Deno.writeTextFile(full, text);
      }
      const read = await readExport(root);
      assertEquals(
        read.files.map(({ albums, copies, metadata }) => [
          albums,
          copies.map(({ path }) => path.slice(photos.length + 1)),
          metadata?.favorite ?? null,
          metadata?.description ?? null,
        ]),
        [
          [
            ["Best", "Sea"],
            ["Best/a(1).jpg", "Photos from 2017/a.jpg", "Sea/a.jpg"],
            true,
            "said in Best",
          ],
          [[], ["Photos from 2017/b.jpg"], null, null],
        ],
      );
      assertEquals([read.leftOver, read.unreadable], [[], []]);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
});
