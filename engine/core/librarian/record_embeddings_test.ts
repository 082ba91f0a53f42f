import { assertEquals } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { ContentHash } from "../library/ids.ts";
import { makeAlbum, makeLibrary, recordedPhoto } from "./library_fixture.ts";

const HASH = identifier<ContentHash>("hash-a");

function catalogWithOneFile(): ReturnType<typeof makeLibrary> {
  const driver = makeLibrary({ kind: "catalog" });
  const album = makeAlbum(driver, "holiday");
  driver.command({
    kind: "recordFiles",
    files: [recordedPhoto({
      file: identifier("a"),
      name: "a.jpg",
      contentHash: HASH,
      objects: [{ role: "original", name: identifier("catalog/a/original"), sizeBytes: 10 }],
      entries: [{ album, name: null }],
    })],
  });
  return driver;
}

Deno.test("recordEmbeddings marks a catalog's contents as embedded, once", () => {
  const driver = catalogWithOneFile();
  const command = { kind: "recordEmbeddings" as const, contentHashes: [HASH, HASH] };
  assertEquals(driver.command(command), { kind: "accepted" });
  assertEquals(driver.state.embedded.get(HASH), "embedded");
  const changes = driver.state.changes.length;
  assertEquals(driver.command(command), { kind: "accepted" });
  assertEquals(driver.state.changes.length, changes);
});

Deno.test("recordEmbeddings refuses contents that no live file has, and other libraries", () => {
  const unknown = {
    kind: "recordEmbeddings" as const,
    contentHashes: [identifier<ContentHash>("b")],
  };
  const catalog = catalogWithOneFile().command(unknown);
  assertEquals(catalog.kind === "refused" ? catalog.code : catalog.kind, "UNKNOWN_FILE");
  const stored = makeLibrary().command(unknown);
  assertEquals(stored.kind === "refused" ? stored.code : stored.kind, "WRONG_LIBRARY_KIND");
});
