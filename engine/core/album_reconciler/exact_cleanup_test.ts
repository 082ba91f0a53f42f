import { assertEquals } from "@std/assert";
import {
  albumNamed,
  albumsAfter,
  itemOf,
  keptReasons,
  type Planned,
  planned,
  refusedPlan,
  removedFiles,
} from "../testing/planned.ts";
import { libraryOf, type LibrarySpec, type RequestSpec } from "../testing/library_spec.ts";
import { exactScenes } from "./exact_scenes.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

/** Plans the removal of all exact copies, as proposed. */
function cleanUp(library: LibrarySpec, more: Partial<RequestSpec> = {}): Planned {
  const state = libraryOf(library);
  const scope = { kind: "library" } as const;
  const scenes = exactScenes(state, { scope, keepRules: more.keepRules ?? [] });
  return planned(state, { cleanup: "exact", scenes, ...more });
}

const SHARED = { id: "family", visibleToOthers: true };
const THEIRS = { id: "theirs", owner: "them", visibleToOthers: true };
const CLOSED = { id: "closed", owner: "them", mayAdd: false };

test("a copy in two albums: both hold the keeper afterwards", () => {
  const done = cleanUp({
    albums: [{ id: "beach" }, { id: "city" }, { id: "home" }],
    files: [
      { id: "best", hash: "h", albums: ["home"] },
      { id: "copy", hash: "h", albums: ["beach", "city"] },
    ],
  });
  assertEquals(albumsAfter(done), { beach: ["best"], city: ["best"], home: ["best"] });
  assertEquals(itemOf(done, "copy").albums.map(({ album }) => album as string), ["beach", "city"]);
});

test("an album that holds both keeper and copy gets no second entry", () => {
  const done = cleanUp({
    albums: [{ id: "beach" }],
    files: [
      { id: "best", hash: "h", albums: ["beach"] },
      { id: "copy", hash: "h", albums: ["beach"] },
    ],
  });
  assertEquals(albumsAfter(done), { beach: ["best"] });
  assertEquals(
    done.plan.certificate.albums,
    [{
      album: "beach",
      scenes: [{
        scene: "exact:visible:h",
        before: ["best", "copy"],
        after: ["best"],
        representative: "best",
      }],
    }] as unknown as typeof done.plan.certificate.albums,
  );
});

test("all objects of the copies count, and usage falls at the purge only", () => {
  const done = cleanUp({
    albums: [{ id: "beach" }],
    files: [
      { id: "a", hash: "h:v", kind: "live", albums: ["beach"], sizeBytes: 100, thumbnailBytes: 10 },
      { id: "b", hash: "h:v", kind: "live", albums: ["beach"], sizeBytes: 100, thumbnailBytes: 20 },
    ],
  });
  const { certificate } = done.plan;
  const removed = itemOf(done, removedFiles(done)[0] ?? "").bytesToTrash;
  assertEquals([removed, certificate.bytesToTrash], [610, 610]);
  assertEquals(certificate.usageBeforeBytes, 1230);
  assertEquals(certificate.usageAfterApplyBytes, 1230);
  assertEquals(certificate.usageAfterPurgeBytes, 620);
});

test("the keeper does not depend on the order of arrival", () => {
  const files = ["c", "a", "b"].map((id) => ({ id, hash: "h", albums: ["beach"] }));
  const albums = [{ id: "beach" }];
  for (const order of [files, [...files].reverse()]) {
    assertEquals(removedFiles(cleanUp({ albums, files: order })), ["b", "c"]);
  }
});

test("uncategorized gets no stand-in, and loses its copy", () => {
  const done = cleanUp({
    albums: [{ id: "beach" }],
    files: [
      { id: "best", hash: "h", albums: ["beach"] },
      { id: "copy", hash: "h", albums: ["uncategorized"] },
    ],
  });
  assertEquals(albumsAfter(done), { beach: ["best"] });
  assertEquals(itemOf(done, "copy").albums, []);
  assertEquals(done.plan.certificate.albums[0]?.scenes[0]?.representative, null);
});

test("a favourite copy makes its keeper a favourite in the same item", () => {
  const done = cleanUp({
    albums: [{ id: "beach" }],
    files: [
      { id: "best", hash: "h", albums: ["beach"], facts: { widthPixels: 9000 } },
      { id: "copy", hash: "h", albums: ["beach", "favorites"] },
    ],
  }, { keepRules: [{ kind: "pixels" }] });
  assertEquals(removedFiles(done), ["copy"]);
  assertEquals(itemOf(done, "copy").merge?.becomesFavorite, true);
  assertEquals(albumsAfter(done), { beach: ["best"], favorites: ["best"] });
});

test("without rules of the user the favourite copy itself stays", () => {
  const done = cleanUp({
    albums: [{ id: "beach" }],
    files: [
      { id: "large", hash: "h", albums: ["beach"], sizeBytes: 9000 },
      { id: "loved", hash: "h", albums: ["beach", "favorites"] },
    ],
  });
  assertEquals(removedFiles(done), ["large"]);
  assertEquals(itemOf(done, "large").why, "favorite");
});

test("missing hashes equal nothing, and unread files take no part", () => {
  const state = libraryOf({
    albums: [{ id: "beach" }],
    files: [
      { id: "a", hash: null, albums: ["beach"] },
      { id: "b", hash: null, albums: ["beach"] },
      { id: "c", hash: "h", albums: ["beach"] },
      { id: "d", hash: "h", albums: ["beach"], verified: false },
    ],
  });
  assertEquals(exactScenes(state, { scope: { kind: "library" }, keepRules: [] }), []);
});

test("files of other owners are in no group and are never deleted", () => {
  const library: LibrarySpec = {
    albums: [THEIRS, { id: "beach" }],
    files: [
      { id: "mine", hash: "h", albums: ["beach"] },
      { id: "theirs1", hash: "h", albums: ["theirs"], owner: "them" },
      { id: "twin", hash: "h", albums: ["beach"] },
    ],
  };
  assertEquals(removedFiles(cleanUp(library)), ["twin"]);
  const kept = planned(library, {
    cleanup: "exact",
    scenes: [{ id: "s", members: ["mine", "-theirs1", "-twin"] }],
  });
  assertEquals(keptReasons(kept), ["theirs1 otherOwner"]);
});

test("hidden and visible copies are never one group; mixed files are in none", () => {
  const state = libraryOf({
    albums: [{ id: "secret", kind: "hidden" }, { id: "beach" }],
    files: [
      { id: "open1", hash: "h", albums: ["beach"] },
      { id: "open2", hash: "h", albums: ["beach"] },
      { id: "hidden1", hash: "h", albums: ["secret"] },
      { id: "hidden2", hash: "h", albums: ["secret"] },
      { id: "mixed", hash: "h", albums: ["secret", "beach"] },
    ],
  });
  const groups = exactScenes(state, { scope: { kind: "library" }, keepRules: [] });
  const members = groups.map((scene) => scene.members.map(({ file }) => file as string));
  assertEquals(members, [["hidden1", "hidden2"], ["open1", "open2"]]);
});

test("what only its entries hide never stands in an album that is in the open", () => {
  const done = cleanUp({
    albums: [{ id: "secret", kind: "hidden" }, { id: "beach" }],
    files: [
      { id: "best", hash: "h", albums: ["secret"], sizeBytes: 9000 },
      { id: "flagged", hash: "h", albums: ["beach"], metadata: { hidden: true } },
      { id: "other", hash: "h", albums: ["secret"] },
    ],
  });
  assertEquals(removedFiles(done), ["other"]);
  assertEquals(keptReasons(done), ["flagged hiddenBarrier beach"]);
});

test("shared albums and those of others get byte-equal stand-ins without consent", () => {
  const done = cleanUp({
    albums: [SHARED, THEIRS, { id: "home" }],
    files: [
      { id: "best", hash: "h", albums: ["home"], sizeBytes: 9000 },
      { id: "copy", hash: "h", albums: ["home", "family", "theirs"] },
    ],
  });
  assertEquals(albumsAfter(done), { family: ["best"], home: ["best"], theirs: ["best"] });
  assertEquals(done.plan.certificate.published, []);
});

test("where entries may not be added, the album's member stays", () => {
  const done = cleanUp({
    albums: [CLOSED, { id: "home" }],
    files: [
      { id: "best", hash: "h", albums: ["home"], sizeBytes: 9000 },
      { id: "copy1", hash: "h", albums: ["home", "closed"] },
      { id: "copy2", hash: "h", albums: ["home", "closed"] },
    ],
  });
  assertEquals(removedFiles(done), ["copy2"]);
  assertEquals(keptReasons(done), ["copy1 albumNotWritable closed"]);
});

test("metadata of the copies reaches the keeper, conflicts are listed", () => {
  const done = cleanUp({
    albums: [{ id: "home" }],
    files: [
      {
        id: "best",
        hash: "h",
        albums: ["home"],
        sizeBytes: 9000,
        metadata: { editedName: "One", archived: true },
      },
      {
        id: "copy1",
        hash: "h",
        albums: ["home"],
        metadata: { caption: "sea", rating: 3, archived: true, editedName: "Two" },
      },
      { id: "copy2", hash: "h", albums: ["home"], metadata: { caption: "sand", tags: ["sun"] } },
    ],
  }, { keepRules: [{ kind: "largest" }] });
  const [merge] = done.plan.certificate.merges;
  assertEquals(merge?.after.caption, "sea\nsand");
  assertEquals([merge?.after.rating, merge?.after.tags], [3, ["sun"]]);
  assertEquals(merge?.after.archived, false);
  assertEquals(merge?.conflicts, ["name: Two"]);
  assertEquals(itemOf(done, "copy1").lost, ["name: Two"]);
  assertEquals(itemOf(done, "copy2").merge?.after.caption, "sand");
});

test("where two copies disagree, the certificate lists what does not fit after the first", () => {
  const done = cleanUp({
    albums: [{ id: "home" }],
    files: [
      { id: "best", hash: "h", albums: ["home"], sizeBytes: 9000 },
      { id: "copy1", hash: "h", albums: ["home"], metadata: { editedName: "One" } },
      { id: "copy2", hash: "h", albums: ["home"], metadata: { editedName: "Two" } },
    ],
  }, { keepRules: [{ kind: "largest" }] });
  assertEquals(done.plan.certificate.merges[0]?.after.editedName, "One");
  assertEquals(done.plan.certificate.lost as unknown, [{ file: "copy2", what: ["name: Two"] }]);
});

test("text does not reach a keeper that others see, unless the user consents", () => {
  const library: LibrarySpec = {
    albums: [SHARED, { id: "home" }],
    files: [
      { id: "best", hash: "h", albums: ["home"], sizeBytes: 9000 },
      {
        id: "copy",
        hash: "h",
        albums: ["family"],
        metadata: { caption: "private", rating: 4 },
      },
    ],
  };
  const silent = cleanUp(library, { keepRules: [{ kind: "largest" }] });
  assertEquals(itemOf(silent, "copy").merge?.after.caption, "");
  assertEquals(itemOf(silent, "copy").merge?.after.rating, 4);
  assertEquals(itemOf(silent, "copy").merge?.textWithheld, true);
  assertEquals(itemOf(silent, "copy").lost, ["caption: private"]);
  const open = cleanUp(library, { keepRules: [{ kind: "largest" }], consent: ["family"] });
  assertEquals(itemOf(open, "copy").merge?.after.caption, "private");
});

test("a group of identical blanks leaves exactly one", () => {
  const files = Array.from({ length: 40 }, (_, place) => ({
    id: `blank${place + 100}`,
    hash: "blank",
    albums: [place % 2 === 0 ? "beach" : "city"],
  }));
  const done = cleanUp({ albums: [{ id: "beach" }, { id: "city" }], files });
  assertEquals(albumsAfter(done), { beach: ["blank100"], city: ["blank100"] });
  assertEquals(done.plan.items.length, 39);
});

test("everything selected is refused by the name of the scene", () => {
  const refusal = refusedPlan({
    albums: [{ id: "beach" }],
    files: [
      { id: "a", hash: "h", albums: ["beach"] },
      { id: "b", hash: "h", albums: ["beach", "favorites"] },
    ],
  }, { cleanup: "exact", scenes: [{ id: "s", members: ["-a", "-b"] }] });
  assertEquals(refusal.code, "SCENE_EMPTY");
  assertEquals(refusal.scenes as unknown, ["s"]);
});

test("an album under review keeps one copy; the other loses its entry and stays elsewhere", () => {
  const state = libraryOf({
    albums: [{ id: "beach" }, { id: "city" }],
    files: [
      { id: "a", hash: "h", albums: ["beach"], sizeBytes: 9000 },
      { id: "b", hash: "h", albums: ["beach", "city"] },
      { id: "c", hash: "h", albums: ["beach"] },
      { id: "d", hash: "h", albums: ["city"] },
    ],
  });
  const scope = { kind: "album", album: albumNamed("beach") } as const;
  const done = planned(state, {
    cleanup: "exact",
    album: "beach",
    scenes: exactScenes(state, { scope, keepRules: [] }),
  });
  const actions = done.plan.items.map((item) => `${item.file} ${item.action} ${item.bytesToTrash}`);
  assertEquals(actions, ["b removeEntry 0", "c trashFile 1000"]);
  assertEquals(albumsAfter(done), { beach: ["a"], city: ["b", "d"] });
});
