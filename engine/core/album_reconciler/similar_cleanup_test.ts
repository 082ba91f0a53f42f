import { assertEquals } from "@std/assert";
import {
  albumsAfter,
  itemOf,
  keptReasons,
  planned,
  refusedPlan,
  removedFiles,
} from "../testing/planned.ts";
import type { LibrarySpec } from "../testing/library_spec.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

const SHARED = { id: "family", visibleToOthers: true };
const THEIRS = { id: "theirs", owner: "them", visibleToOthers: true };
const CLOSED = { id: "closed", owner: "them", mayAdd: false };

/** Distances between points on a line, by the number in the file's name. */
function onLine(left: string, right: string): number {
  const place = (name: string): number => Number(name.replace(/\D/g, ""));
  return Math.abs(place(left) - place(right));
}

/** Files named by their place on the line, each in the given albums. */
function onAlbums(albums: Record<string, string[]>): LibrarySpec["files"] {
  return Object.entries(albums).map(([id, names]) => ({ id, albums: names }));
}

test("an album that loses its only photo of a scene gets the closest kept one alone", () => {
  const done = planned({
    albums: [{ id: "beach" }, { id: "city" }],
    files: onAlbums({ p10: ["city"], p40: ["city"], p70: ["city"], p45: ["beach"] }),
  }, {
    cleanup: "similar",
    scenes: [{ id: "s", members: ["p10", "p40", "p70", "-p45"], distance: onLine }],
  });
  assertEquals(albumsAfter(done), { beach: ["p40"], city: ["p10", "p40", "p70"] });
  assertEquals([itemOf(done, "p45").keeper as string, itemOf(done, "p45").distance], ["p40", 5]);
});

test("the closest pair counts, over all that the album loses", () => {
  const done = planned({
    albums: [{ id: "beach" }, { id: "city" }],
    files: onAlbums({ p10: ["city"], p90: ["city"], p30: ["beach"], p80: ["beach"] }),
  }, {
    cleanup: "similar",
    scenes: [{ id: "s", members: ["p10", "p90", "-p30", "-p80"], distance: onLine }],
  });
  // p80 to p90 is the closest pair; p30 alone would have asked for p10.
  assertEquals(albumsAfter(done)["beach"], ["p90"]);
  assertEquals(itemOf(done, "p30").albums[0]?.representative as string, "p90");
  assertEquals(itemOf(done, "p30").keeper as string, "p10");
});

test("ties of distance are broken in keeper order", () => {
  const files = [
    { id: "a40", albums: ["city"] },
    { id: "b60", albums: ["city"], facts: { widthPixels: 9000 } },
    { id: "c50", albums: ["beach"] },
  ];
  const done = planned({ albums: [{ id: "beach" }, { id: "city" }], files }, {
    cleanup: "similar",
    scenes: [{ id: "s", members: ["a40", "b60", "-c50"], distance: onLine }],
  });
  assertEquals(albumsAfter(done)["beach"], ["b60"]);
  assertEquals(itemOf(done, "c50").keeper as string, "b60");
});

test("a kept photo that is there already is enough, however far", () => {
  const done = planned({
    albums: [{ id: "beach" }, { id: "city" }],
    files: onAlbums({ p10: ["beach"], p50: ["city"], p51: ["beach"] }),
  }, {
    cleanup: "similar",
    scenes: [{ id: "s", members: ["p10", "p50", "-p51"], distance: onLine }],
  });
  assertEquals(albumsAfter(done), { beach: ["p10"], city: ["p50"] });
});

test("a deleted photo in several albums is stood in for in each of them", () => {
  const done = planned({
    albums: [{ id: "beach" }, { id: "city" }, { id: "home" }],
    files: onAlbums({ p1: ["home"], p2: ["beach", "city", "home"] }),
  }, { cleanup: "similar", scenes: [{ id: "s", members: ["p1", "-p2"], distance: onLine }] });
  assertEquals(albumsAfter(done), { beach: ["p1"], city: ["p1"], home: ["p1"] });
});

test("a chain is one scene as the user reviewed it; distances are those of the review", () => {
  const done = planned({
    albums: [{ id: "home" }],
    files: onAlbums({ p0: ["home"], p14: ["home"], p28: ["home"] }),
  }, {
    cleanup: "similar",
    scenes: [{ id: "s", members: ["-p0", "p14", "-p28"], distance: onLine }],
  });
  assertEquals(done.plan.certificate.removed.map(({ distance }) => distance), [14, 14]);
  assertEquals(done.plan.scenes[0]?.diameter, 28);
});

test("a whole scene is refused by name, and nothing is kept silently", () => {
  const refusal = refusedPlan({
    albums: [{ id: "home" }],
    files: onAlbums({ p1: ["home"], p2: ["home", "favorites"], p3: ["home"], p4: ["home"] }),
  }, {
    cleanup: "similar",
    scenes: [
      { id: "emptied", members: ["-p1", "-p2"] },
      { id: "fine", members: ["p3", "-p4"] },
    ],
  });
  assertEquals([refusal.code, refusal.scenes as unknown], ["SCENE_EMPTY", ["emptied"]]);
});

test("a favourite is never deleted as similar", () => {
  const done = planned({
    albums: [{ id: "home" }],
    files: onAlbums({ p1: ["home"], p2: ["home", "favorites"], p3: ["home"] }),
  }, { cleanup: "similar", scenes: [{ id: "s", members: ["p1", "-p2", "-p3"] }] });
  assertEquals(removedFiles(done), ["p3"]);
  assertEquals(keptReasons(done), ["p2 favorite"]);
});

test("favorites loses nothing and gets no stand-in", () => {
  const done = planned({
    albums: [{ id: "beach" }],
    files: onAlbums({ p1: ["beach"], p2: ["beach", "favorites"], p3: ["beach"] }),
  }, { cleanup: "similar", scenes: [{ id: "s", members: ["-p1", "p2", "-p3"] }] });
  assertEquals(albumsAfter(done), { beach: ["p2"], favorites: ["p2"] });
});

test("without consent the best photo stays in an album that others see", () => {
  const library: LibrarySpec = {
    albums: [SHARED, { id: "home" }],
    files: [
      { id: "p1", albums: ["home"] },
      { id: "p2", albums: ["family"] },
      { id: "p3", albums: ["family"], facts: { widthPixels: 9000 } },
    ],
  };
  const scenes = [{ id: "s", members: ["p1", "-p2", "-p3"], distance: onLine }];
  const silent = planned(library, { cleanup: "similar", scenes });
  assertEquals(removedFiles(silent), ["p2"]);
  assertEquals(keptReasons(silent), ["p3 albumNeedsConsent family"]);
  assertEquals(silent.plan.certificate.published, []);
  const open = planned(library, { cleanup: "similar", scenes, consent: ["family"] });
  assertEquals(albumsAfter(open), { family: ["p1"], home: ["p1"] });
  assertEquals(open.plan.certificate.published as unknown, [{ album: "family", file: "p1" }]);
  assertEquals(itemOf(open, "p2").albums[0]?.publishes, true);
});

test("a kept photo of equal content stands in without consent", () => {
  const done = planned({
    albums: [SHARED, { id: "home" }],
    files: [
      { id: "p1", hash: "same", albums: ["home"] },
      { id: "p2", hash: "same", albums: ["family"] },
      { id: "p3", albums: ["home"] },
    ],
  }, {
    cleanup: "similar",
    scenes: [{
      id: "s",
      members: ["p1", "-p2", "p3"],
      distance: (left, right) => left === "p1" && right === "p2" ? 0 : 5,
    }],
  });
  assertEquals(albumsAfter(done)["family"], ["p1"]);
  assertEquals(done.plan.certificate.published, []);
});

test("albums of others need consent too, and where nothing may be added the member stays", () => {
  const library: LibrarySpec = {
    albums: [THEIRS, CLOSED, { id: "home" }],
    files: onAlbums({ p1: ["home"], p2: ["home", "theirs"], p3: ["home", "closed"] }),
  };
  const scenes = [{ id: "s", members: ["p1", "-p2", "-p3"], distance: onLine }];
  // Albums are asked in order: what stays for "closed" may not stand in "theirs" without consent.
  const silent = refusedPlan(library, { cleanup: "similar", scenes });
  assertEquals(keptReasons({ plan: silent }), [
    "p2 albumNeedsConsent theirs",
    "p3 albumNotWritable closed",
  ]);
  const open = planned(library, { cleanup: "similar", scenes, consent: ["theirs"] });
  assertEquals(removedFiles(open), ["p2"]);
  // p1 and p3, which came to stay, are equally close to p2: the better one by keeper order.
  assertEquals(albumsAfter(open)["theirs"], ["p1"]);
});

test("stand-ins are chosen once the refusals are known", () => {
  const done = planned({
    albums: [CLOSED, { id: "beach" }, { id: "home" }],
    files: onAlbums({ p10: ["home"], p50: ["home", "closed"], p60: ["beach"] }),
  }, {
    cleanup: "similar",
    scenes: [{ id: "s", members: ["p10", "-p50", "-p60"], distance: onLine }],
  });
  assertEquals(keptReasons(done), ["p50 albumNotWritable closed"]);
  assertEquals(albumsAfter(done)["beach"], ["p50"]);
  assertEquals([itemOf(done, "p60").keeper as string, itemOf(done, "p60").distance], ["p50", 10]);
});

test("a photo that stays for one album counts in the next ones", () => {
  const done = planned({
    albums: [{ id: "a", visibleToOthers: true }, { id: "b", visibleToOthers: true }, {
      id: "home",
    }],
    files: onAlbums({ p1: ["home"], p2: ["a", "b"], p3: ["b"] }),
  }, {
    cleanup: "similar",
    scenes: [{ id: "s", members: ["p1", "-p2", "-p3"], distance: onLine }],
  });
  assertEquals(keptReasons(done), ["p2 albumNeedsConsent a"]);
  assertEquals(removedFiles(done), ["p3"]);
});

test("hidden photos are reviewed among themselves and stand in hidden albums only", () => {
  const library: LibrarySpec = {
    albums: [{ id: "secret", kind: "hidden" }, { id: "vault", kind: "hidden" }, { id: "home" }],
    files: [
      { id: "p1", albums: ["secret"] },
      { id: "p2", albums: ["vault"] },
      { id: "p3", albums: ["home"] },
      { id: "p4", albums: ["secret", "home"] },
    ],
  };
  const done = planned(library, {
    cleanup: "similar",
    scenes: [{ id: "s", members: ["p1", "-p2", "-p4"], distance: onLine }],
  });
  assertEquals(albumsAfter(done)["vault"], ["p1"]);
  assertEquals(keptReasons(done), ["p4 mixedVisibility"]);
  const crossed = refusedPlan(library, {
    cleanup: "similar",
    scenes: [{ id: "s", members: ["p1", "-p3"], distance: onLine }],
  });
  assertEquals(crossed.code, "SCENE_INVALID");
});

test("what is lost with a similar photo is listed, and nothing of it is merged", () => {
  const done = planned({
    albums: [{ id: "home" }],
    files: [
      {
        id: "p1",
        albums: ["home"],
        facts: {
          widthPixels: 100,
          losses: { metadata: true, colour: false, clippedSteps: 0 },
        },
      },
      {
        id: "p2",
        albums: ["home"],
        kind: "live",
        hash: "p:v",
        metadata: { caption: "sea", rating: 4, tags: ["kids"], editedName: "Beach" },
        facts: { raw: true, losses: { metadata: false, colour: false, clippedSteps: 0 } },
      },
    ],
  }, { cleanup: "similar", scenes: [{ id: "s", members: ["p1", "-p2"] }] });
  assertEquals(itemOf(done, "p2").merge, null);
  assertEquals(itemOf(done, "p2").lost, [
    "caption: sea",
    "rating: 4",
    "tags: kids",
    "name: Beach",
    "the RAW original",
    "the video of the live photo",
    "the larger picture: 4000x3000",
    "camera's data: when and with what it was taken",
  ]);
  assertEquals(itemOf(done, "p2").why, "your choice");
  assertEquals(done.plan.certificate.lost[0]?.what, itemOf(done, "p2").lost);
});

test("an exact copy in a similar scene merges what the user said", () => {
  const done = planned({
    albums: [{ id: "home" }],
    files: [
      { id: "p1", hash: "same", albums: ["home"] },
      { id: "p2", hash: "same", albums: ["home"], metadata: { caption: "sea" } },
      { id: "p3", albums: ["home"] },
    ],
  }, {
    cleanup: "similar",
    scenes: [{ id: "s", members: ["p1", "-p2", "p3"], distance: () => 0 }],
  });
  assertEquals(itemOf(done, "p2").keeper as string, "p1");
  assertEquals(itemOf(done, "p2").merge?.after.caption, "sea");
});

test("two scenes in one plan are each kept in each album", () => {
  const done = planned({
    albums: [{ id: "beach" }, { id: "home" }],
    files: onAlbums({ p1: ["home"], p2: ["beach"], p3: ["home"], p4: ["beach"] }),
  }, {
    cleanup: "similar",
    scenes: [
      { id: "one", members: ["p1", "-p2"], distance: onLine },
      { id: "two", members: ["p3", "-p4"], distance: onLine },
    ],
  });
  assertEquals(albumsAfter(done)["beach"], ["p1", "p3"]);
});

test("changed, gone and going files stay out of it and block nothing", () => {
  const done = planned({
    albums: [{ id: "home" }],
    files: onAlbums({ p1: ["home"], p2: ["home"], p3: ["home"], p4: ["home"], p5: ["home"] }),
  }, {
    cleanup: "similar",
    scenes: [
      {
        id: "s" as never,
        tier: "similar",
        diameter: 9,
        members: [
          { file: "p1" as never, choice: "keep" },
          { file: "p2" as never, choice: "delete", contentHash: "what it was" as never },
          { file: "p3" as never, choice: "delete", contentHash: "content of p3" as never },
          { file: "p9" as never, choice: "delete" },
        ],
        distances: [[0, 1, 9], [0, 2, 9], [0, 3, 9]],
      },
      {
        id: "t" as never,
        tier: "similar",
        diameter: 1,
        members: [
          { file: "p4" as never, choice: "delete" },
          { file: "p8" as never, choice: "keep" },
        ],
        distances: [[0, 1, 1]],
      },
    ],
  });
  assertEquals(removedFiles(done), ["p3"]);
  assertEquals(keptReasons(done), ["p2 contentChanged", "p9 notThere", "p4 noKeeper"]);
});

test("a timelapse of 50,000 frames leaves its one kept frame in each album", () => {
  const names = Array.from({ length: 50_000 }, (_, frame) => `frame${frame + 100_000}`);
  const [kept = "", ...others] = names;
  const done = planned({
    albums: [{ id: "beach" }, { id: "city" }],
    files: names.map((id, frame) => ({ id, albums: [frame % 2 === 0 ? "beach" : "city"] })),
  }, {
    cleanup: "similar",
    scenes: [{
      id: "timelapse" as never,
      tier: "close",
      diameter: 5,
      members: [
        { file: kept as never, choice: "keep" },
        ...others.map((file) => ({ file: file as never, choice: "delete" as const })),
      ],
      distances: others.map((_, place) => [0, place + 1, place % 6] as const),
    }],
  });
  assertEquals(done.plan.items.length, 49_999);
  assertEquals(albumsAfter(done), { beach: [kept], city: [kept] });
});
