import { assertEquals } from "@std/assert";
import { albumsAfter, itemOf, keptReasons, planned, refusedPlan } from "../testing/planned.ts";
import type { LibrarySpec, RequestSpec } from "../testing/library_spec.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

const ALBUMS = [
  { id: "beach" },
  { id: "city" },
  { id: "theirs", owner: "them", visibleToOthers: true },
  { id: "closed", owner: "them", mayAdd: false },
];

function review(members: readonly string[], more: Partial<RequestSpec> = {}): RequestSpec {
  return { cleanup: "similar", album: "beach", scenes: [{ id: "s", members }], ...more };
}

test("removing a photo from the album under review removes that entry only", () => {
  const done = planned({
    albums: ALBUMS,
    files: [{ id: "p1", albums: ["beach"] }, { id: "p2", albums: ["beach", "city"] }],
  }, review(["p1", "-p2"]));
  const item = itemOf(done, "p2");
  assertEquals([item.action, item.fromAlbum as string, item.bytesToTrash], [
    "removeEntry",
    "beach",
    0,
  ]);
  assertEquals(albumsAfter(done), { beach: ["p1"], city: ["p2"] });
  assertEquals(done.plan.certificate.bytesToTrash, 0);
});

test("with its last own entry the file goes to the trash, and only then its bytes count", () => {
  const done = planned({
    albums: ALBUMS,
    files: [
      { id: "p1", albums: ["beach"] },
      { id: "p2", albums: ["beach"], sizeBytes: 70, thumbnailBytes: 5 },
    ],
  }, review(["p1", "-p2"]));
  const item = itemOf(done, "p2");
  assertEquals([item.action, item.fromAlbum, item.bytesToTrash], ["trashFile", null, 75]);
});

test("at least one member stays in that album, whatever stays elsewhere", () => {
  const refusal = refusedPlan({
    albums: ALBUMS,
    files: [
      { id: "p1", albums: ["beach", "city"] },
      { id: "p2", albums: ["beach", "city"] },
      { id: "p3", albums: ["city"] },
    ],
  }, review(["-p1", "-p2", "p3"]));
  assertEquals([refusal.code, refusal.scenes as unknown], ["SCENE_EMPTY", ["s"]]);
});

test("what is not in the album is not removed from anywhere", () => {
  const refusal = refusedPlan({
    albums: ALBUMS,
    files: [{ id: "p1", albums: ["beach"] }, { id: "p2", albums: ["city"] }],
  }, review(["p1", "-p2"]));
  assertEquals(keptReasons({ plan: refusal }), ["p2 notThere beach"]);
});

test("an entry in somebody else's album does not keep a file alive, and gets a stand-in", () => {
  const library: LibrarySpec = {
    albums: ALBUMS,
    files: [{ id: "p1", albums: ["beach"] }, { id: "p2", albums: ["beach", "theirs"] }],
  };
  const silent = refusedPlan(library, review(["p1", "-p2"]));
  assertEquals(keptReasons({ plan: silent }), ["p2 albumNeedsConsent theirs"]);
  const open = planned(library, review(["p1", "-p2"], { consent: ["theirs"] }));
  assertEquals(itemOf(open, "p2").action, "trashFile");
  assertEquals(albumsAfter(open), { beach: ["p1"], theirs: ["p1"] });
});

test("in an album of somebody else only the entry goes", () => {
  const done = planned({
    albums: ALBUMS,
    files: [
      { id: "p1", albums: ["city", "closed"] },
      { id: "p2", albums: ["city", "closed"] },
    ],
  }, review(["p1", "-p2"], { album: "closed" }));
  assertEquals(itemOf(done, "p2").action, "removeEntry");
  assertEquals(albumsAfter(done), { city: ["p1", "p2"], closed: ["p1"] });
});

test("a favourite may leave an album, since it lives on", () => {
  const done = planned({
    albums: ALBUMS,
    files: [{ id: "p1", albums: ["beach"] }, { id: "p2", albums: ["beach", "favorites"] }],
  }, review(["p1", "-p2"]));
  assertEquals(itemOf(done, "p2").action, "removeEntry");
  assertEquals(albumsAfter(done), { beach: ["p1"], favorites: ["p2"] });
});

test("a favourite that lives in favorites alone is not deleted by reviewing favorites", () => {
  const refusal = refusedPlan({
    albums: ALBUMS,
    files: [{ id: "p1", albums: ["favorites"] }, { id: "p2", albums: ["favorites"] }],
  }, review(["p1", "-p2"], { album: "favorites" }));
  assertEquals(keptReasons({ plan: refusal }), ["p2 favorite"]);
});

test("nothing is ever added to the album under review", () => {
  const done = planned({
    albums: ALBUMS,
    files: [{ id: "p1", albums: ["beach"] }, { id: "p2", albums: ["beach", "city"] }],
  }, review(["p1", "-p2"]));
  assertEquals(itemOf(done, "p2").albums.map(({ album, mayAdd }) => [album as string, mayAdd]), [
    ["beach", false],
  ]);
});

test("an album that is not there is refused", () => {
  const refusal = refusedPlan(
    { albums: ALBUMS, files: [{ id: "p1", albums: ["beach"] }, { id: "p2", albums: ["beach"] }] },
    review(["p1", "-p2"], { album: "nowhere" }),
  );
  assertEquals(refusal.code, "SCENE_INVALID");
});
