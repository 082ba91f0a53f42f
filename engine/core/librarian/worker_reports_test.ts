import { assertEquals } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import { NO_METADATA, type PhotoFacts, type PictureLosses } from "../library/file.ts";
import type { AlbumId, ContentHash, FileId } from "../library/ids.ts";
import type { LibrarianDriver } from "./librarian_driver.ts";
import { makeAlbum, makeLibrary } from "./library_fixture.ts";

const NOTHING_TOLD: PhotoFacts = {
  widthPixels: 0,
  heightPixels: 0,
  sharpness: null,
  takenAtMs: null,
  raw: false,
  reencoded: false,
};

/** A folder library with these files, not yet read. */
function folderOf(files: Readonly<Record<string, Partial<PhotoFacts>>>): LibrarianDriver {
  const driver = makeLibrary({ kind: "folder" });
  makeAlbum(driver, "summer");
  driver.command({
    kind: "recordFiles",
    files: Object.entries(files).map(([name, facts]) => ({
      file: identifier<FileId>(name),
      owner: null,
      fileKind: "photo",
      name,
      capture: null,
      contentHash: null,
      objects: [{ role: "original", name: identifier(`folder/${name}`), sizeBytes: 10 }],
      facts: { ...NOTHING_TOLD, ...facts },
      metadata: NO_METADATA,
      entries: [{ album: identifier<AlbumId>("summer"), name }],
    })),
  });
  return driver;
}

function hashed(driver: LibrarianDriver, files: Readonly<Record<string, string>>): void {
  driver.tell({
    kind: "filesHashed",
    results: Object.entries(files).map(([file, hash]) => ({
      file: identifier<FileId>(file),
      version: 1,
      contentHash: identifier<ContentHash>(hash),
      reason: null,
    })),
  });
}

function embedded(driver: LibrarianDriver, hash: string, losses?: PictureLosses): void {
  driver.tell({
    kind: "contentsEmbedded",
    results: [{
      contentHash: identifier<ContentHash>(hash),
      outcome: "embedded",
      sharpness: 7,
      measured: {
        widthPixels: 40,
        heightPixels: 30,
        takenAtMs: 5,
        ...(losses === undefined ? {} : { losses }),
      },
      reason: null,
    }],
  });
}

function factsOf(driver: LibrarianDriver, file: string): PhotoFacts | undefined {
  return driver.state.files.get(identifier<FileId>(file))?.facts;
}

Deno.test({
  name: "copies of a picture have the same facts, whichever was read first",
  permissions: "none",
  fn: () => {
    const late = folderOf({ a: {}, b: {} });
    hashed(late, { b: "H" });
    embedded(late, "H");
    hashed(late, { a: "H" });
    const early = folderOf({ a: {}, b: {} });
    hashed(early, { a: "H", b: "H" });
    embedded(early, "H");
    const measured = { ...NOTHING_TOLD, widthPixels: 40, heightPixels: 30, takenAtMs: 5 };
    for (const file of ["a", "b"]) {
      assertEquals(factsOf(late, file), { ...measured, sharpness: 7 });
      assertEquals(factsOf(late, file), factsOf(early, file));
    }
  },
});

Deno.test({
  name: "what was told of a file is no word on its copies",
  permissions: "none",
  fn: () => {
    const told = { widthPixels: 400, heightPixels: 300 };
    const driver = folderOf({ a: { ...told, takenAtMs: 1 }, b: told });
    hashed(driver, { a: "H" });
    embedded(driver, "H");
    hashed(driver, { b: "H" });
    assertEquals(factsOf(driver, "a"), { ...NOTHING_TOLD, ...told, takenAtMs: 1, sharpness: 7 });
    assertEquals(factsOf(driver, "b"), { ...NOTHING_TOLD, ...told, sharpness: 7 });
  },
});

Deno.test({
  name: "traces of compression add to what is known of a picture, once, and to all its copies",
  permissions: "none",
  fn: () => {
    const losses = { metadata: false, colour: false, clippedSteps: 1 };
    const told = { widthPixels: 40, heightPixels: 30, losses };
    const driver = folderOf({ a: {}, b: {}, c: {}, late: {}, told });
    hashed(driver, { a: "H", b: "H", c: "I" });
    embedded(driver, "H", losses);
    const found = (hash: string, compressionSteps: number): number => {
      const before = driver.store.eventsSinceSnapshot();
      const contentHash = identifier<ContentHash>(hash);
      driver.tell({ kind: "tracesFound", traces: [{ contentHash, compressionSteps }] });
      return driver.store.eventsSinceSnapshot() - before;
    };
    assertEquals(found("H", 3), 1);
    assertEquals(found("H", 2), 0, "it is known");
    assertEquals(found("I", 1), 0, "nobody has looked at it");
    assertEquals(found("nobody has it", 1), 0);
    hashed(driver, { late: "H", told: "H" });
    assertEquals(found("H", 2), 1, "of what was told of one copy it is not known");
    for (const file of ["a", "b", "late"]) {
      assertEquals(factsOf(driver, file)?.losses, { ...losses, compressionSteps: 3 });
    }
    assertEquals(factsOf(driver, "told")?.losses, { ...losses, compressionSteps: 2 });
    assertEquals(factsOf(driver, "c")?.losses, undefined);
  },
});
