import { assert, assertEquals } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { AlbumId, FileId } from "../library/ids.ts";
import type { ObjectName } from "../protocol/ids.ts";
import { TRASH_AGE_MS } from "../library/trash.ts";
import {
  entriesOf,
  FAVORITES,
  makeAlbum,
  makeLibrary,
  PLAIN_FACTS,
  UNCATEGORIZED,
  upload,
} from "./library_fixture.ts";
import type { LibrarianDriver } from "./librarian_driver.ts";
import { decodeLibrary, encodeLibrary } from "./state_codec.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

/** Days pass with the process running and its sweeps on time. */
function liveThrough(driver: LibrarianDriver, days: number): void {
  for (let step = 0; step < days * 4; step += 1) {
    driver.wait(DAY_MS / 4);
    driver.sweep();
  }
}

test("upload() links content that is stored already instead of storing it again", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  makeAlbum(driver, "beach");
  assertEquals(upload(driver, { file: "f1", hash: "H1", album: "summer" }).kind, "uploadCommitted");
  const again = upload(driver, { file: "f2", hash: "H1", album: "beach" });
  assertEquals(again, { kind: "alreadyStored", file: identifier<FileId>("f1") });
  assertEquals(entriesOf(driver, "beach"), ["f1"]);
  assertEquals(driver.state.usage.liveBytes, 1000);
});

test("upload() never links across the hidden barrier", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  makeAlbum(driver, "secret", { kind: "hidden" });
  upload(driver, { file: "f1", hash: "H1", album: "secret" });
  assertEquals(upload(driver, { file: "f2", hash: "H1", album: "summer" }).kind, "uploadCommitted");
  assertEquals(entriesOf(driver, "summer"), ["f2"]);
});

test("an upload over the limit is refused before its bytes are stored", () => {
  const driver = makeLibrary({ limitBytes: 150_000 });
  makeAlbum(driver, "summer");
  assertEquals(upload(driver, { file: "f1", hash: "H1", album: "summer" }).kind, "uploadCommitted");
  const refused = upload(driver, { file: "f2", hash: "H2", album: "summer", sizeBytes: 60_000 });
  assert(refused.kind === "refused" && refused.code === "LIMIT_EXCEEDED");
  assertEquals(driver.state.usage.reservedBytes, 0);
});

test("trashing a file keeps its bytes in the usage until 30 days have been witnessed", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  upload(driver, { file: "f1", hash: "H1", album: "summer" });
  driver.command({ kind: "trashFiles", files: [identifier<FileId>("f1")] });
  assertEquals(driver.state.usage.trashBytes, 1000);
  liveThrough(driver, 29);
  assertEquals(driver.state.usage.trashBytes, 1000);
  liveThrough(driver, 2);
  assertEquals(driver.state.usage.trashBytes, 0);
  assertEquals(driver.objects.size, 0);
  assertEquals(driver.state.awaitingRemoval.size, 0);
});

test("a wall clock that jumps 40 days ahead during a downtime purges nothing", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  upload(driver, { file: "f1", hash: "H1", album: "summer" });
  driver.command({ kind: "trashFiles", files: [identifier<FileId>("f1")] });
  driver.wait(40 * DAY_MS);
  driver.restart();
  assertEquals(driver.state.trash.size, 1);
  driver.sweep();
  assertEquals(driver.state.trash.size, 1);
  assert(driver.state.clock.suspectSinceMs !== null);
});

test("restore() brings a file back to the albums, cover and order that it had", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  makeAlbum(driver, "beach");
  for (const file of ["f1", "f2", "f3"]) {
    upload(driver, { file, hash: file.toUpperCase(), album: "summer" });
  }
  driver.command({ kind: "addEntry", album: identifier("beach"), file: identifier("f2") });
  driver.command({
    kind: "arrangeAlbum",
    album: identifier("summer"),
    cover: identifier("f2"),
    order: [identifier("f3"), identifier("f2"), identifier("f1")],
  });
  driver.command({ kind: "setFavorite", file: identifier("f2"), favorite: true });
  const before = snapshotOf(driver);
  driver.command({ kind: "trashFiles", files: [identifier("f2")] });
  assertEquals(entriesOf(driver, "beach"), []);
  driver.command({ kind: "restore", sequences: [1] });
  assertEquals(snapshotOf(driver), before);
});

test("restoring several files into one manual order keeps all of them", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  const files = ["f1", "f2", "f3", "f4"];
  for (const file of files) upload(driver, { file, hash: `H-${file}`, album: "summer" });
  driver.command({
    kind: "arrangeAlbum",
    album: identifier("summer"),
    cover: null,
    order: files.map((file) => identifier(file)),
  });
  driver.command({ kind: "trashFiles", files: [identifier("f2"), identifier("f3")] });
  driver.command({ kind: "restore", sequences: [1, 2] });
  const order = driver.state.albums.get(identifier("summer"))?.order;
  assertEquals(order?.toSorted(), files.map((file) => identifier<FileId>(file)));
});

test("an edit keeps the old version restorable, and restoring it is an edit back", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  upload(driver, { file: "f1", hash: "H1", album: "summer" });
  upload(driver, { file: "f1", hash: "H2", album: "summer", sizeBytes: 900, replaces: "f1" });
  assertEquals(driver.state.files.get(identifier("f1"))?.version, 2);
  assertEquals(driver.state.usage.liveBytes + driver.state.usage.trashBytes, 1900);
  driver.command({ kind: "restore", sequences: [1] });
  const file = driver.state.files.get(identifier("f1"));
  assertEquals([file?.version, file?.contentHash], [3, identifier("H1")]);
  assertEquals(driver.state.usage.liveBytes, 1000);
});

test("automatic backup leaves removed content alone, an explicit upload restores it", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  upload(driver, { file: "f1", hash: "H1", album: "summer" });
  driver.command({ kind: "trashFiles", files: [identifier<FileId>("f1")] });
  assertEquals(upload(driver, { file: "f2", hash: "H1", album: "summer" }).kind, "removedBefore");
  const explicit = upload(driver, { file: "f3", hash: "H1", album: "summer", intent: "explicit" });
  assertEquals(explicit, { kind: "restored", files: [identifier<FileId>("f1")] });
  assertEquals(entriesOf(driver, "summer"), ["f1"]);
});

test("deleteAlbum() with keep sends lonely files home, and hidden ones stay hidden", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  makeAlbum(driver, "secret", { kind: "hidden" });
  upload(driver, { file: "f1", hash: "H1", album: "summer" });
  upload(driver, { file: "f2", hash: "H2", album: "secret" });
  driver.command({ kind: "deleteAlbum", album: identifier("summer"), files: "keep" });
  driver.command({ kind: "deleteAlbum", album: identifier("secret"), files: "keep" });
  assertEquals(entriesOf(driver, UNCATEGORIZED), ["f1", "f2"]);
  assertEquals(driver.state.files.get(identifier("f2"))?.metadata.hidden, true);
});

test("favorites and uncategorized cannot be deleted", () => {
  const driver = makeLibrary();
  for (const album of [FAVORITES, UNCATEGORIZED]) {
    const reply = driver.command({ kind: "deleteAlbum", album, files: "keep" });
    assert(reply.kind === "refused" && reply.code === "ALBUM_PERMANENT");
  }
});

test("a receipt pins its file: empty trash holds it for 30 days from the report", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  upload(driver, { file: "f1", hash: "H1", album: "summer" });
  driver.command({
    kind: "registerDevice",
    device: identifier("phone"),
    chosenAlbums: ["Camera"],
  });
  const reply = driver.command({
    kind: "requestReceipts",
    device: identifier("phone"),
    items: [
      { asset: identifier("a1"), contentHash: identifier("H1"), deviceAlbums: ["Camera"] },
      { asset: identifier("a2"), contentHash: identifier("H1"), deviceAlbums: ["Downloads"] },
      { asset: identifier("a3"), contentHash: identifier("H9"), deviceAlbums: ["Camera"] },
    ],
  });
  assert(reply.kind === "receipts");
  assertEquals(reply.refused.map((item) => item.reason), ["outOfScope", "notBackedUp"]);
  const receipt = reply.given[0];
  assert(receipt !== undefined);
  driver.command({ kind: "trashFiles", files: [identifier<FileId>("f1")] });
  driver.wait(TRASH_AGE_MS / 2);
  driver.command({
    kind: "reportRemovals",
    device: identifier("phone"),
    reports: [{ receipt: receipt.id, outcome: "removed" }],
  });
  assertEquals(driver.command({ kind: "emptyTrash", upTo: 1 }), {
    kind: "purging",
    purged: [],
    held: [1],
  });
  driver.sweep();
  liveThrough(driver, 20);
  assertEquals(driver.state.trash.size, 1);
  liveThrough(driver, 11);
  assertEquals(driver.state.trash.size, 0);
});

test("an abandoned upload leaves nothing in the store", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  const object = identifier<ObjectName>("library/r/original");
  driver.command({
    kind: "offerUpload",
    reservation: identifier("r"),
    contentHash: identifier("H1"),
    objects: [{ role: "original", name: object, sizeBytes: 10 }],
    target: { album: identifier("summer") },
    intent: "automatic",
    replaces: null,
  });
  driver.objects.set(object, "H1");
  liveThrough(driver, 2);
  assertEquals(driver.state.reservations.size, 0);
  assertEquals(driver.objects.size, 0);
  assertEquals(driver.state.usage.reservedBytes, 0);
});

test("a repeated command gets the same answer and changes nothing more", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  upload(driver, { file: "f1", hash: "H1", album: "summer" });
  const body = { kind: "trashFiles", files: [identifier<FileId>("f1")] } as const;
  const first = driver.command(body, "once");
  const before = snapshotOf(driver);
  assertEquals(driver.command(body, "once"), first);
  assertEquals(snapshotOf(driver), before);
});

test("a restart rebuilds the same state from the journal, and from a snapshot", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  for (const file of ["f1", "f2"]) upload(driver, { file, hash: `H-${file}`, album: "summer" });
  driver.command({ kind: "trashFiles", files: [identifier<FileId>("f1")] });
  const before = snapshotOf(driver);
  driver.restart();
  assertEquals(snapshotOf(driver), before);
  const decoded = decodeLibrary(JSON.parse(JSON.stringify(encodeLibrary(driver.state))));
  assertEquals(decoded.files, driver.state.files);
  assertEquals(decoded.usage, driver.state.usage);
  assertEquals(decoded.trash, driver.state.trash);
});

test("recordFiles() refuses an object that belongs to another file", () => {
  const driver = makeLibrary({ kind: "folder" });
  makeAlbum(driver, "summer");
  const file = (id: string) => ({
    file: identifier<FileId>(id),
    owner: null,
    fileKind: "photo" as const,
    name: id,
    capture: null,
    contentHash: null,
    objects: [{
      role: "original" as const,
      name: identifier<ObjectName>("folder/x"),
      sizeBytes: 1,
    }],
    facts: PLAIN_FACTS,
    metadata: {
      caption: "",
      rating: 0,
      tags: [],
      archived: false,
      hidden: false,
      editedName: null,
      editedDateMs: null,
      editedLocation: null,
      editedOrientation: null,
    },
    entries: [{ album: identifier<AlbumId>("summer"), name: id }],
  });
  const reply = driver.command({ kind: "recordFiles", files: [file("f1"), file("f2")] });
  assert(reply.kind === "refused" && reply.code === "INVALID");
  assertEquals(driver.state.files.size, 0);
});

/** What a user sees, without clocks and change lists. */
function snapshotOf(driver: LibrarianDriver): unknown {
  const { files, albums, trash, usage } = driver.state;
  const sorted = [...files.values()].sort((left, right) => left.id < right.id ? -1 : 1)
    .map((file) => ({ ...file, entries: [...file.entries].sort() }));
  return structuredClone({
    files: sorted,
    albums: [...albums.values()].map((album) => ({ ...album, entries: [...album.entries].sort() })),
    trash: [...trash.keys()],
    usage,
  });
}
