import { assertEquals } from "@std/assert";
import { type FileRecord, NO_METADATA, type PictureLosses } from "../library/file.ts";
import { identifier } from "../protocol/ids.ts";
import { fileOfRow, type FileRow, fileRow, MetadataList } from "./file_rows.ts";

function file(losses?: PictureLosses): FileRecord {
  return {
    id: identifier("f"),
    owner: identifier("o"),
    kind: "photo",
    name: "a.jpg",
    capture: null,
    version: 1,
    contentHash: null,
    verified: false,
    objects: [],
    facts: {
      widthPixels: 4,
      heightPixels: 3,
      sharpness: 7,
      takenAtMs: null,
      raw: false,
      reencoded: false,
      ...(losses === undefined ? {} : { losses }),
    },
    metadata: NO_METADATA,
    entries: new Map(),
  };
}

Deno.test("fileOfRow() gives back what fileRow() took, of each age of what is told", () => {
  const first = { metadata: true, colour: false, clippedSteps: 2 };
  const second = { ...first, words: true, borderTenths: 4 };
  const all = [
    undefined,
    first,
    second,
    { ...second, compressionSteps: 3 },
    { ...first, compressionSteps: 0 },
  ];
  for (const losses of all) {
    const list = new MetadataList();
    const row = JSON.parse(JSON.stringify(fileRow(file(losses), list))) as FileRow;
    assertEquals(fileOfRow(row, list.values), file(losses));
  }
});
