import { type FileId, identifier } from "@scenekeep/engine/core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { lstatSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { CleanUpError } from "../clean_up/clean_up_error.ts";
import { KeptLibrary } from "../clean_up/kept_library.ts";
import { openSystemNames } from "../folder/system_names.ts";
import { watchedSystem } from "../testing/broken_system.ts";
import { leftBehind } from "../testing/device_tree.ts";
import { PHOTOS, TAKEOUT, withExport, writeTexts } from "../testing/export_tree.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { albumDirectories } from "./import_albums.ts";
import { importExport, type ImportOptions } from "./import_export.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;
/** Every name of a library with its link or text, sorted. */
function shown(root: string): string[] {
  return [...treeFacts(root)].flatMap(([path, fact]) => {
    if (fact.startsWith("directory")) return [];
    const full = join(root, path);
    return [fact.startsWith("link") ? `${path} -> ${readlinkSync(full)}` : path];
  }).sort();
}

permittedTest({
  name: "importExport() keeps albums of a Takeout as albums, each content once, and says it twice",
  needs: NEEDS,
  fn: () =>
    withExport(TAKEOUT, async (place) => {
      const before = treeFacts(place.source);
      const result = await importExport(place);
      assertEquals(result.leftOut, []);
      assertEquals(shown(place.root), [
        "Imported/2016/unsaid.jpg",
        "Imported/2017/Screenshot_2019-01-01-12-34-56-789_com.example.app.in.full.png",
        "Imported/2017/a-edited.jpg",
        "Imported/2017/old.jpg",
        "Mine/x.jpg",
        "Sea_ 1/IMG_1.HEIC",
        "Sea_ 1/IMG_1.MP4",
        "Sea_ 1/a.jpg -> ../best/a.jpg",
        "best/a.jpg",
        "best/note.txt",
        "best/own.jpg -> ../Mine/x.jpg",
      ]);
      const { already, albums, copies, described, items, linked, stored, trashed } = result;
      assertEquals({ already, albums, copies, described, items, linked, stored }, {
        already: 0,
        albums: 2,
        copies: 11,
        described: 5,
        items: 8,
        linked: 2,
        stored: 7,
      });
      assertEquals(trashed, [`${PHOTOS}/Trash/bad.jpg`]);
      assertEquals(result.leftOver, [
        { file: "Takeout/archive_browser.html", reason: "neither picture nor video" },
      ]);
      assertEquals(lstatSync(join(place.root, "best/a.jpg")).mtimeMs, 1_500_000_000_000);
      assertEquals(lstatSync(join(place.root, "Sea_ 1/a.jpg")).mtimeMs, 1_500_000_000_000);
      {
        await using kept = await KeptLibrary.open({ root: place.root, makes: false });
        const file = kept.state.files.get(identifier<FileId>("best/a.jpg"));
        assertEquals(file?.metadata.caption, "said in Best\nthe sea");
        assertEquals(file?.metadata.tags, ["Ada"]);
        assertEquals(file?.metadata.editedLocation, "54.5,10.25");
        assertEquals(file?.metadata.editedDateMs, 1_500_000_000_000);
        const favorites = kept.state.favorites.get(kept.state.owner!)!;
        assert(file?.entries.has(favorites));
        const old = kept.state.files.get(identifier<FileId>("Imported/2017/old.jpg"));
        assertEquals(old?.metadata.archived, true);
      }
      const after = treeFacts(place.root);
      const again = await importExport({ ...place, cache: `${place.cache}2` });
      assertEquals([again.stored, again.linked, again.already, again.described], [0, 0, 9, 0]);
      assertEquals(again.conflicts, []);
      assertEquals(treeDifferences(after, treeFacts(place.root)), []);
      assertEquals(treeDifferences(before, treeFacts(place.source)), []);
      assertEquals(leftBehind(place.root), []);
    }),
});

permittedTest({
  name: "importExport() reads an export of Ente, and keeps two pictures of one name",
  needs: NEEDS,
  fn: () =>
    withExport({
      "export_status.json": "{}",
      "Beach/IMG_1.HEIC": "still",
      "Beach/IMG_1.MOV": "moving",
      "Beach/metadata/IMG_1.HEIC.json":
        '{"title":"IMG_1.HEIC","description":"waves","creationTime":{"timestamp":1500000000}}',
      "Beach/IMG_1_1.HEIC": "another still",
      "Beach/metadata/IMG_1_1.HEIC.json": '{"title":"IMG_1.HEIC"}',
      "Trash/old.jpg": "old",
      "Trash/metadata/old.jpg.json": "{}",
    }, async (place) => {
      const result = await importExport(place);
      assertEquals([result.kind, result.stored, result.trashed], ["ente", 3, ["Trash/old.jpg"]]);
      assertEquals(shown(place.root).filter((line) => line.startsWith("Beach")), [
        "Beach/IMG_1 (2).HEIC",
        "Beach/IMG_1.HEIC",
        "Beach/IMG_1.MOV",
      ]);
      assertEquals(readFileSync(join(place.root, "Beach/IMG_1 (2).HEIC"), "utf8"), "another still");
    }),
});

permittedTest({
  name: "importExport() goes on where it was stopped, and names what it cannot read",
  needs: NEEDS,
  fn: () =>
    withExport(TAKEOUT, async (place) => {
      const own = openSystemNames();
      const stop = new AbortController();
      let names = 0;
      const system: ImportOptions["system"] = watchedSystem(own, (_, call) => {
        if (call === "renameNew") names += 1;
        if (names === 3) stop.abort();
      });
      const stopped = () => importExport({ ...place, system, signal: stop.signal });
      assertEquals((await assertRejects(stopped, CleanUpError)).code, "STOPPED");
      own.close();
      const edit = `${PHOTOS}/Photos from 2017/a-edited.jpg`;
      const gone = join(place.source, edit);
      const onProgress = ({ done }: { done: number }): void => {
        if (done === 0) rmSync(gone);
      };
      const result = await importExport({ ...place, onProgress });
      assertEquals(result.leftOut, [
        { file: edit, reason: "it changed since the folder was listed" },
      ]);
      assertEquals(result.stored + result.linked + result.already, 8);
      assertEquals(leftBehind(place.root), []);
      writeTexts(place.source, { [edit]: "bytes of the edit" });
      assertEquals((await importExport(place)).stored, 1);
    }),
});

permittedTest({
  name: "importExport() refuses an export in the library, and one that is not there",
  needs: NEEDS,
  fn: () =>
    withExport(TAKEOUT, async ({ cache, root, source }) => {
      for (const wrong of [[root, root], [join(root, "Mine"), root], [source, source]]) {
        const [from = "", to = ""] = wrong;
        // deno-lint-ignore no-await-in-loop -- three of them
        const error = await assertRejects(
          () => importExport({ source: from, root: to, cache }),
          CleanUpError,
        );
        assertEquals(error.code, "REFUSED");
      }
      const none = () => importExport({ source: `${source}/none`, root, cache });
      assertEquals((await assertRejects(none, CleanUpError)).code, "FOLDER_UNUSABLE");
    }),
});

Deno.test("albumDirectories() keeps two albums two, and one one, whatever their names", () => {
  const found = albumDirectories(["Trip", "trip", "a/b", "a_b", ".hidden", "..", " "], ["TRIP"]);
  assertEquals(Object.fromEntries(found), {
    " ": "_",
    "..": "_ (2)",
    ".hidden": "_hidden",
    "Trip": "TRIP",
    "a/b": "a_b",
    "a_b": "a_b (2)",
    "trip": "trip (2)",
  });
});
