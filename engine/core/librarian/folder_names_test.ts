import { assert, assertEquals } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { NameStep } from "../protocol/effect.ts";
import type { ContentHash, FileId } from "../library/ids.ts";
import type { LibrarianDriver } from "./librarian_driver.ts";
import { entriesOf, makeAlbum, makeLibrary, recordedPhoto } from "./library_fixture.ts";

Deno.test("trashFiles() asks a folder for links first and bytes last, each to a slot", () => {
  const driver = folder();
  trash(driver, "a");
  assertEquals(stepsOf(driver), [
    ["discard", "best/a.jpg", "1.1"],
    ["discard", "2020/a.jpg", "1.0"],
  ]);
  const [record] = driver.state.trash.values();
  assertEquals(record?.objects.map(({ name, role, sizeBytes }) => [role, name, sizeBytes]), [
    ["original", "folder/.scenekeep/trash/1.0", 1000],
    ["link", "folder/.scenekeep/trash/1.1", 0],
  ]);
});

Deno.test("what a folder refuses to put away lives again as it was, and the rest goes on", () => {
  const driver = folder();
  const before = structuredClone([...driver.state.files.get(identifier("a"))!.entries]);
  trash(driver, "a", "b");
  driver.linkError = "changed";
  driver.settleOne();
  driver.linkError = null;
  driver.settle();
  assertEquals([...driver.state.files.get(identifier("a"))!.entries], before);
  assertEquals([...driver.state.trashedFiles.keys()], ["b"]);
  assertEquals([driver.state.nameMove, driver.notes], [null, ["NAMES_STAY"]]);
});

Deno.test("while names are being moved nothing else moves any, across a restart", () => {
  const driver = folder();
  trash(driver, "a");
  driver.restart();
  const busy = [
    driver.command({ kind: "trashFiles", files: [identifier<FileId>("b")] }),
    driver.command({ kind: "restore", sequences: [1] }),
  ];
  for (const reply of busy) assert(reply.kind === "refused" && reply.code === "PLAN_PENDING");
  const held = driver.command({ kind: "emptyTrash", upTo: 9 });
  assertEquals(held, { kind: "purging", purged: [], held: [1] });
  driver.settle();
  assertEquals(driver.state.nameMove, null);
});

Deno.test("a move that nobody knows the end of is asked for again", () => {
  const driver = folder();
  driver.autoAnswer = true;
  driver.linkError = "timeout";
  trash(driver, "a");
  assertEquals(driver.state.nameMove?.position, 0);
  driver.linkError = null;
  driver.fire("again/names/1/2");
  assertEquals(driver.state.nameMove, null);
  assertEquals([...driver.state.trashedFiles.keys()], ["a"]);
});

Deno.test("restore() brings bytes back first, and the file lives once its names are there", () => {
  const driver = folder();
  trash(driver, "a");
  driver.settle();
  assertEquals(driver.command({ kind: "restore", sequences: [1] }), { kind: "accepted" });
  assertEquals(driver.state.files.has(identifier("a")), false);
  assertEquals(stepsOf(driver), [
    ["restore", "2020/a.jpg", "1.0"],
    ["restore", "best/a.jpg", "1.1"],
  ]);
  driver.settle();
  assertEquals([entriesOf(driver, "2020"), entriesOf(driver, "best")], [["a", "b"], ["a"]]);
});

Deno.test("restore() refuses a file whose own name another file has by now", () => {
  const driver = folder();
  trash(driver, "a");
  driver.settle();
  record(driver, "again", { albums: ["2020"], name: "a.jpg" });
  const reply = driver.command({ kind: "restore", sequences: [1] });
  assert(reply.kind === "refused" && reply.code === "INVALID");
  assertEquals(driver.state.trash.size, 1);
});

Deno.test("deleteForGood() removes the slots of the bytes and of the links", () => {
  const driver = folder();
  trash(driver, "a");
  driver.settle();
  driver.command({ kind: "deleteForGood", sequences: [1] });
  const removed: string[] = [];
  for (const { effect } of driver.pending) {
    if (effect.kind === "remove") removed.push(effect.object);
  }
  assertEquals(removed, ["folder/.scenekeep/trash/1.0", "folder/.scenekeep/trash/1.1"]);
  driver.settle();
  assertEquals(driver.state.awaitingRemoval.size, 0);
});

Deno.test("a shot goes to the trash by one request, each copy compared with its keeper", () => {
  const driver = shots();
  confirmExact(driver);
  const steps = linkSteps(driver);
  assertEquals(steps.map(({ action, path, target, sameAs }) => [action, path, target, sameAs]), [
    ["replace", "2021/s.cr2", "2020/s.cr2", "2020/s.cr2"],
    ["replace", "2021/s.jpg", "2020/s.jpg", "2020/s.jpg"],
  ]);
  driver.settle();
  assertEquals([driver.state.files.size, driver.state.trash.size], [2, 2]);
});

Deno.test("a shot of which one part cannot go stays as a whole", () => {
  const driver = shots();
  confirmExact(driver);
  driver.linkError = "changed";
  driver.settle();
  assertEquals([driver.state.files.size, driver.state.trash.size], [4, 0]);
  const reply = driver.command({ kind: "readPlan", plan: identifier("p") });
  assert(reply.kind === "planState" && reply.phase === "finished");
  assertEquals(reply.skipped.map(({ reason }) => reason), ["fileChanged", "fileChanged"]);
  assertEquals(entriesOf(driver, "2021"), ["2021/s.cr2", "2021/s.jpg"]);
});

Deno.test("a copy in the keeper's own directory is compared with it before it goes", () => {
  const driver = makeLibrary({ kind: "folder" });
  makeAlbum(driver, "2020");
  for (const name of ["a.jpg", "b.jpg"]) {
    record(driver, `2020/${name}`, { albums: ["2020"], name });
    holds(driver, `2020/${name}`, "same");
  }
  confirmExact(driver);
  const steps = linkSteps(driver);
  assertEquals(steps.map(({ action, path, sameAs }) => [action, path, sameAs]), [
    ["discard", "2020/b.jpg", "2020/a.jpg"],
  ]);
});

Deno.test("a copy in the trash is held while the file that stayed is not found", () => {
  const driver = makeLibrary({ kind: "folder" });
  makeAlbum(driver, "2020");
  for (const name of ["a.jpg", "b.jpg"]) {
    record(driver, `2020/${name}`, { albums: ["2020"], name });
    holds(driver, `2020/${name}`, "same");
  }
  confirmExact(driver);
  driver.settle();
  const nothing = { kind: "syncFolder", gone: [], changed: [], renamed: [] } as const;
  driver.command({ ...nothing, gone: [identifier<FileId>("2020/a.jpg")] });
  driver.command({ kind: "emptyTrash", upTo: 9 });
  driver.settle();
  assertEquals([driver.state.trash.size, ...driver.state.purgesHeld.values()], [
    1,
    "keeperUnreadable",
  ]);
  // It is there again: the disk was away.
  record(driver, "2020/a.jpg", { albums: ["2020"], name: "a.jpg" });
  holds(driver, "2020/a.jpg", "same");
  driver.command({ kind: "emptyTrash", upTo: 9 });
  driver.settle();
  assertEquals(driver.state.trash.size, 0);
});

/** Two copies of one shot, of a RAW and a picture each. */
function shots(): LibrarianDriver {
  const driver = makeLibrary({ kind: "folder" });
  for (const album of ["2020", "2021"]) {
    makeAlbum(driver, album);
    for (const name of ["s.cr2", "s.jpg"]) {
      record(driver, `${album}/${name}`, { albums: [album], name, capture: `${album}/s` });
      holds(driver, `${album}/${name}`, name);
    }
  }
  return driver;
}

/** Says what bytes a file has, called like its path. */
function holds(driver: LibrarianDriver, path: string, content: string): void {
  const contentHash = identifier<ContentHash>(content);
  driver.objects.set(`folder/${path}`, content);
  driver.tell({
    kind: "filesHashed",
    results: [{ file: identifier(path), version: 1, contentHash, reason: null }],
  });
}

/** Confirms a clean-up of exact copies, and answers until the folder is asked to follow. */
function confirmExact(driver: LibrarianDriver): void {
  const reply = driver.command({
    kind: "requestExactPlan",
    plan: identifier("p"),
    scope: { kind: "library" },
    keepRules: [],
  });
  assertEquals(reply.kind, "planReady");
  driver.autoAnswer = false;
  driver.command({ kind: "confirmPlan", plan: identifier("p") });
  while (driver.pending.some(({ effect }) => effect.kind === "readObject")) driver.settleOne();
}

/** A folder with `2020/a.jpg`, a link to it in `best`, and `2020/b.jpg`. */
function folder(): LibrarianDriver {
  const driver = makeLibrary({ kind: "folder" });
  for (const album of ["2020", "best"]) makeAlbum(driver, album);
  record(driver, "a", { albums: ["2020", "best"], name: "a.jpg" });
  record(driver, "b", { albums: ["2020"], name: "b.jpg" });
  driver.autoAnswer = false;
  driver.settle();
  return driver;
}

function record(
  driver: LibrarianDriver,
  file: string,
  named: { albums: readonly string[]; name: string; capture?: string },
): void {
  const { albums, capture, name } = named;
  const reply = driver.command({
    kind: "recordFiles",
    files: [recordedPhoto({
      file: identifier(file),
      name,
      capture: capture === undefined ? null : identifier(capture),
      objects: [{
        role: "original",
        name: identifier(`folder/${albums[0]}/${name}`),
        sizeBytes: 1000,
      }],
      entries: albums.map((album) => ({ album: identifier(album), name })),
    })],
  });
  assertEquals(reply.kind, "accepted");
}

function trash(driver: LibrarianDriver, ...files: string[]): void {
  const ids = files.map((file) => identifier<FileId>(file));
  assertEquals(driver.command({ kind: "trashFiles", files: ids }), { kind: "accepted" });
}

/** The steps that the folder has been asked for and has not answered. */
function linkSteps(driver: LibrarianDriver): NameStep[] {
  const steps: NameStep[] = [];
  for (const { effect } of driver.pending) if (effect.kind === "link") steps.push(...effect.steps);
  return steps;
}

function stepsOf(driver: LibrarianDriver): (string | null)[][] {
  return linkSteps(driver).map(({ action, path, slot }) => [action, path, slot]);
}
