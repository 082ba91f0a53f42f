import { assert, assertEquals } from "@std/assert";
import { identifier, type ObjectName } from "../protocol/ids.ts";
import { type Metadata, NO_METADATA } from "../library/file.ts";
import type { AlbumId, FileId, PlanId, SceneId } from "../library/ids.ts";
import type { PlanRequest } from "../library/plan.ts";
import { READ_ATTEMPTS_MAX } from "./item_saga.ts";
import type { LibrarianDriver } from "./librarian_driver.ts";
import { entriesOf, makeAlbum, makeLibrary, PLAIN_FACTS } from "./library_fixture.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

/** Adopts photos that a store held before the engine: so exact copies come into a library. */
function adopt(
  driver: LibrarianDriver,
  photo: { file: string; hash: string | null; albums: string[]; metadata?: Partial<Metadata> },
): void {
  const object = identifier<ObjectName>(`library/${photo.file}`);
  if (photo.hash !== null) driver.objects.set(object, photo.hash);
  const reply = driver.command({
    kind: "recordFiles",
    files: [{
      file: identifier(photo.file),
      owner: null,
      fileKind: "photo",
      name: `${photo.file}.jpg`,
      capture: null,
      contentHash: photo.hash === null ? null : identifier(photo.hash),
      objects: [{ role: "original", name: object, sizeBytes: 1000 }],
      facts: {
        widthPixels: 10,
        heightPixels: 10,
        sharpness: null,
        takenAtMs: null,
        raw: false,
        reencoded: false,
      },
      metadata: { ...NO_METADATA, ...photo.metadata },
      entries: photo.albums.map((album) => ({ album: identifier<AlbumId>(album), name: null })),
    }],
  });
  assertEquals(reply.kind, "accepted");
  driver.verifyHashes();
}

/** Two copies of one photo, the second in two albums. */
function libraryWithCopies(): LibrarianDriver {
  const driver = makeLibrary();
  for (const album of ["summer", "beach", "best"]) makeAlbum(driver, album);
  adopt(driver, { file: "a", hash: "H", albums: ["summer"], metadata: { tags: ["sea"] } });
  adopt(driver, {
    file: "b",
    hash: "H",
    albums: ["beach", "best"],
    metadata: { caption: "last day", rating: 4, tags: ["sun"] },
  });
  driver.command({
    kind: "arrangeAlbum",
    album: identifier("best"),
    cover: identifier("b"),
    order: [identifier("b")],
  });
  return driver;
}

function requestExact(driver: LibrarianDriver): ReturnType<LibrarianDriver["command"]> {
  return driver.command({
    kind: "requestExactPlan",
    plan: identifier("p"),
    scope: { kind: "library" },
    keepRules: [],
  });
}

function confirm(driver: LibrarianDriver): void {
  driver.command({ kind: "confirmPlan", plan: identifier("p") });
}

function removedAndKept(driver: LibrarianDriver): { removed: FileId; kept: FileId } {
  const item = driver.state.plans.get(identifier("p"))?.plan.items[0];
  assert(item !== undefined);
  return { removed: item.file, kept: item.keeper };
}

test("an exact clean-up keeps one copy and leaves every album with the content", () => {
  const driver = libraryWithCopies();
  assertEquals(requestExact(driver).kind, "planReady");
  const { removed, kept } = removedAndKept(driver);
  confirm(driver);
  assertEquals(driver.state.plans.get(identifier("p"))?.phase, "finished");
  for (const album of ["summer", "beach", "best"]) assertEquals(entriesOf(driver, album), [kept]);
  assert(!driver.state.files.has(removed));
  const metadata = driver.state.files.get(kept)?.metadata;
  assertEquals(metadata?.caption, "last day");
  assertEquals(metadata?.rating, 4);
  assertEquals(metadata?.tags.toSorted(), ["sea", "sun"]);
  const best = driver.state.albums.get(identifier("best"));
  assertEquals([best?.cover, best?.order], [kept, [kept]]);
  assertEquals(driver.state.usage.trashBytes, 1000);
  assertEquals(driver.state.obligations.size > 0, true);
});

test("no words go into a keeper that joins an album shared since the plan was made", () => {
  for (const shared of ["summer", "third"]) {
    const driver = libraryWithCopies();
    makeAlbum(driver, "third");
    adopt(driver, { file: "c", hash: "H", albums: ["third"], metadata: { caption: "more words" } });
    requestExact(driver);
    driver.command({ kind: "shareAlbum", album: identifier(shared), visibleToOthers: true });
    const { kept } = removedAndKept(driver);
    const before = driver.state.files.get(kept)?.metadata;
    confirm(driver);
    const after = driver.state.files.get(kept);
    assert(after !== undefined && before !== undefined);
    assert(!before.caption.includes("more") && after.entries.has(identifier(shared)));
    const { caption, tags } = after.metadata;
    assertEquals({ caption, tags }, { caption: before.caption, tags: before.tags });
  }
});

test("content that nobody could read equals nothing, not even other such content", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "summer");
  for (const file of ["a", "b"]) adopt(driver, { file, hash: null, albums: ["summer"] });
  const reply = requestExact(driver);
  assert(reply.kind === "refused", reply.kind);
  // Not even offered: no scene, and nothing that only stays because it may not go.
  assertEquals(reply.detail, "Mark at least one file for deletion");
});

test("undo gives back exactly what was there before the clean-up", () => {
  const driver = libraryWithCopies();
  const before = visible(driver);
  requestExact(driver);
  confirm(driver);
  driver.command({ kind: "undoPlan", plan: identifier("p") });
  assertEquals(driver.state.plans.get(identifier("p"))?.phase, "undone");
  assertEquals(visible(driver), before);
  assertEquals(driver.state.obligations.size, 0);
});

test("undo leaves what the user has changed since, and says so", () => {
  const driver = libraryWithCopies();
  requestExact(driver);
  const { kept } = removedAndKept(driver);
  confirm(driver);
  driver.command({ kind: "changeMetadata", file: kept, change: { caption: "my words" } });
  driver.command({ kind: "undoPlan", plan: identifier("p") });
  assertEquals(driver.state.files.get(kept)?.metadata.caption, "my words");
});

test("an item whose file was edited since is skipped, and nothing of it happens", () => {
  const driver = libraryWithCopies();
  requestExact(driver);
  const { removed } = removedAndKept(driver);
  const object = identifier<ObjectName>("library/edit/original");
  const upload = {
    reservation: identifier<never>("edit"),
    contentHash: identifier<never>("H2"),
    objects: [{ role: "original" as const, name: object, sizeBytes: 900 }],
    target: { album: identifier<AlbumId>("summer") },
  };
  driver.command({ kind: "offerUpload", ...upload, intent: "explicit", replaces: removed });
  driver.objects.set(object, "H2");
  driver.command({
    kind: "commitUpload",
    ...upload,
    file: removed,
    fileKind: "photo",
    name: "x",
    capture: null,
    facts: PLAIN_FACTS,
    metadata: NO_METADATA,
  });
  confirm(driver);
  const state = driver.command({ kind: "readPlan", plan: identifier("p") });
  assert(state.kind === "planState");
  assertEquals(state.skipped, [{ index: 0, reason: "fileChanged" }]);
  assert(driver.state.files.has(removed));
});

test("an item is skipped when the keeper's bytes cannot be read back", () => {
  const driver = libraryWithCopies();
  requestExact(driver);
  const { removed, kept } = removedAndKept(driver);
  driver.objects.set(`library/${kept}`, "rotten");
  confirm(driver);
  const state = driver.command({ kind: "readPlan", plan: identifier("p") });
  assert(state.kind === "planState");
  assertEquals(state.skipped, [{ index: 0, reason: "keeperHashMismatch" }]);
  assert(driver.state.files.has(removed));
});

test("a store that is away for a while costs no item, one that stays away only time", () => {
  for (const failures of [1, READ_ATTEMPTS_MAX - 1, READ_ATTEMPTS_MAX]) {
    const driver = libraryWithCopies();
    requestExact(driver);
    driver.readError = "ioError";
    confirm(driver);
    for (let attempt = 2; attempt <= failures; attempt += 1) {
      driver.fire(`again/verify/p/0/0/${attempt}`);
    }
    driver.readError = null;
    driver.fire(`again/verify/p/0/0/${failures + 1}`);
    const state = driver.command({ kind: "readPlan", plan: identifier("p") });
    assert(state.kind === "planState");
    assertEquals(state.phase, "finished");
    const isSkipped = failures === READ_ATTEMPTS_MAX;
    assertEquals(state.skipped, isSkipped ? [{ index: 0, reason: "keeperUnreadable" }] : []);
  }
});

test("a crash at any step of a plan resumes it to the same end", () => {
  const reference = libraryWithCopies();
  requestExact(reference);
  confirm(reference);
  for (let steps = 0; steps < 6; steps += 1) {
    const driver = libraryWithCopies();
    requestExact(driver);
    driver.autoAnswer = false;
    confirm(driver);
    for (let step = 0; step < steps; step += 1) driver.settleOne();
    driver.restart();
    driver.autoAnswer = true;
    driver.settle();
    assertEquals(visible(driver), visible(reference), `crash after ${steps} answers`);
  }
});

test("the purge of a removed copy is held while its keeper is not well", () => {
  const driver = libraryWithCopies();
  requestExact(driver);
  const { kept } = removedAndKept(driver);
  confirm(driver);
  driver.objects.set(`library/${kept}`, "rotten");
  driver.command({ kind: "emptyTrash", upTo: 100 });
  assertEquals(driver.state.trash.size, 1);
  assertEquals([...driver.state.purgesHeld.values()], ["keeperHashMismatch"]);
  driver.objects.set(`library/${kept}`, "H");
  driver.command({ kind: "emptyTrash", upTo: 100 });
  assertEquals(driver.state.trash.size, 0);
  assertEquals(driver.state.usage.trashBytes, 0);
});

test("a later clean-up hands the obligation on, and undoing the first leaves it met", () => {
  const driver = makeLibrary();
  for (const album of ["one", "two", "three"]) makeAlbum(driver, album);
  adopt(driver, { file: "a", hash: "HA", albums: ["one"] });
  adopt(driver, { file: "b", hash: "HB", albums: ["two"] });
  adopt(driver, { file: "c", hash: "HC", albums: ["three"] });
  applySimilar(driver, { plan: "p1", keep: "b", remove: "a" });
  assertEquals(entriesOf(driver, "one"), ["b"]);
  applySimilar(driver, { plan: "p2", keep: "c", remove: "b" });
  assertEquals(entriesOf(driver, "one"), ["c"]);
  assertEquals(entriesOf(driver, "two"), ["c"]);
  driver.command({ kind: "undoPlan", plan: identifier("p1") });
  assertEquals(entriesOf(driver, "one").includes("a"), true);
  driver.command({ kind: "undoPlan", plan: identifier("p2") });
  assertEquals(entriesOf(driver, "two"), ["b"]);
});

test("a whole scene is refused by name", () => {
  const driver = makeLibrary();
  makeAlbum(driver, "one");
  adopt(driver, { file: "a", hash: "HA", albums: ["one"] });
  adopt(driver, { file: "b", hash: "HB", albums: ["one"] });
  const reply = driver.command({
    kind: "requestPlan",
    request: similarRequest({ plan: "p", keep: null, remove: ["a", "b"] }),
  });
  assert(reply.kind === "refused" && reply.refusal?.code === "SCENE_EMPTY");
  assertEquals(driver.state.plans.size, 0);
});

test("in a catalog the service carries items out and reports them one by one", () => {
  const driver = makeLibrary({ kind: "catalog" });
  for (const album of ["one", "two"]) makeAlbum(driver, album);
  for (const [file, album] of [["a", "one"], ["b", "two"]] as const) {
    adopt(driver, { file, hash: "H", albums: [album] });
  }
  const before = visible(driver);
  requestExact(driver);
  confirm(driver);
  const record = driver.state.plans.get(identifier("p"));
  assertEquals(record?.phase, "applying");
  const report = { kind: "reportItem", plan: identifier<PlanId>("p"), index: 0 } as const;
  driver.command({ ...report, outcome: "failed" });
  assertEquals(driver.state.plans.get(identifier("p"))?.phase, "finished");
  assertEquals(visible(driver), before);
});

function applySimilar(
  driver: LibrarianDriver,
  plan: { plan: string; keep: string; remove: string },
): void {
  const reply = driver.command({
    kind: "requestPlan",
    request: similarRequest({ ...plan, remove: [plan.remove] }),
  });
  assertEquals(reply.kind, "planReady");
  driver.command({ kind: "confirmPlan", plan: identifier(plan.plan) });
  assertEquals(driver.state.plans.get(identifier(plan.plan))?.phase, "finished");
}

function similarRequest(
  request: { plan: string; keep: string | null; remove: string[] },
): PlanRequest {
  const kept = request.keep === null ? [] : [request.keep];
  const members = [
    ...kept.map((file) => ({ file: identifier<FileId>(file), choice: "keep" as const })),
    ...request.remove.map((file) => ({
      file: identifier<FileId>(file),
      choice: "delete" as const,
    })),
  ];
  return {
    plan: identifier(request.plan),
    cleanup: "similar",
    scope: { kind: "library" },
    scenes: [{
      id: identifier<SceneId>(`scene-${request.plan}`),
      tier: "close",
      diameter: 7,
      members,
      distances: members.length === 2 ? [[0, 1, 7]] : [],
    }],
    consentAlbums: [],
    keepRules: [],
  };
}

/** What a user sees of the library. */
function visible(driver: LibrarianDriver): unknown {
  const { files, albums, usage } = driver.state;
  return structuredClone({
    files: [...files.values()]
      .map((file) => ({
        id: file.id,
        version: file.version,
        metadata: file.metadata,
        entries: [...file.entries.keys()].sort(),
      }))
      .sort((left, right) => left.id < right.id ? -1 : 1),
    albums: [...albums.values()].map((album) => ({
      ...album,
      entries: [...album.entries].sort(),
    })),
    usage,
  });
}

test("undo never takes the last two stand-ins of a file that has no other album", () => {
  const driver = makeLibrary();
  for (const album of ["one", "two", "three"]) makeAlbum(driver, album);
  adopt(driver, { file: "a", hash: "H", albums: ["one"] });
  adopt(driver, { file: "d", hash: "H", albums: ["two", "three"] });
  applySimilar(driver, { plan: "p", keep: "a", remove: "d" });
  driver.command({ kind: "removeEntry", album: identifier("one"), file: identifier("a") });
  driver.command({ kind: "undoPlan", plan: identifier("p") });
  assertEquals(driver.state.files.get(identifier("a"))?.entries.size, 1);
  assertEquals(entriesOf(driver, "two").includes("d"), true);
});
