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
import {
  type FileSpec,
  libraryOf,
  type LibrarySpec,
  type RequestSpec,
} from "../testing/library_spec.ts";
import { exactScenes } from "./exact_scenes.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

function cleanUp(library: LibrarySpec, more: Partial<RequestSpec> = {}): Planned {
  const state = libraryOf(library);
  const scope = { kind: "library" } as const;
  const scenes = exactScenes(state, { scope, keepRules: more.keepRules ?? [] });
  return planned(state, { cleanup: "exact", scenes, ...more });
}

const ALBUMS = [{ id: "beach" }, { id: "city" }, { id: "home" }];

/** RAW, JPEG and, if asked, XMP of one shot. */
function shot(
  name: string,
  more: { albums?: string[]; content?: string; xmp?: string } = {},
): FileSpec[] {
  const { albums = ["home"], content = "1", xmp } = more;
  const files: FileSpec[] = [
    { id: `${name}.jpg`, hash: `jpeg${content}`, albums, capture: name },
    { id: `${name}.raw`, hash: `raw${content}`, albums, capture: name, facts: { raw: true } },
  ];
  if (xmp !== undefined) {
    files.push({ id: `${name}.xmp`, hash: xmp, albums, capture: name, kind: "other" });
  }
  return files;
}

test("RAW kept, JPEG in an album: the lone JPEG goes, its album gets the capture's JPEG", () => {
  const done = cleanUp({
    albums: ALBUMS,
    files: [...shot("shot1"), { id: "lone", hash: "jpeg1", albums: ["beach"], sizeBytes: 9000 }],
  });
  assertEquals(removedFiles(done), ["lone"]);
  assertEquals(itemOf(done, "lone").why, "raw kept");
  assertEquals(albumsAfter(done), { beach: ["shot1.jpg"], home: ["shot1.jpg", "shot1.raw"] });
});

test("the capture never goes in favour of a lone copy of its picture", () => {
  const done = planned({
    albums: ALBUMS,
    files: [
      ...shot("shot1"),
      { id: "lone1", hash: "jpeg1", albums: ["beach"] },
      { id: "lone2", hash: "jpeg1", albums: ["beach"] },
    ],
  }, {
    cleanup: "exact",
    scenes: [{ id: "s", members: ["-shot1.jpg", "lone1", "-lone2"] }],
  });
  assertEquals(removedFiles(done), ["lone2"]);
  assertEquals(keptReasons(done), ["shot1.jpg capturePart"]);
});

test("a rule of the user that prefers the lone copy does not tear the capture", () => {
  const done = cleanUp({
    albums: ALBUMS,
    files: [...shot("shot1"), { id: "lone", hash: "jpeg1", albums: ["beach"] }],
  }, { keepRules: [{ kind: "album", album: albumNamed("beach") }] });
  assertEquals(removedFiles(done), ["lone"]);
});

test("a whole capture goes in favour of one that has every file of it, all or none", () => {
  const done = cleanUp({
    albums: ALBUMS,
    files: [...shot("shot1"), ...shot("shot2", { albums: ["beach", "city"] })],
  });
  assertEquals(removedFiles(done), ["shot2.jpg", "shot2.raw"]);
  assertEquals(done.plan.items.map((item) => item.companions), [[1], [0]]);
  assertEquals(albumsAfter(done)["beach"], ["shot1.jpg", "shot1.raw"]);
});

test("a capture with one file that has no counterpart stays whole", () => {
  const library: LibrarySpec = {
    albums: ALBUMS,
    files: [...shot("shot1"), ...shot("shot2", { xmp: "edits" })],
  };
  const state = libraryOf(library);
  const scenes = exactScenes(state, { scope: { kind: "library" }, keepRules: [] });
  const chosen = scenes.flatMap((scene) =>
    scene.members.map(({ file, choice }) => `${file} ${choice}`)
  );
  // The more complete one stays and has all of the other.
  assertEquals(chosen, [
    "shot1.jpg delete",
    "shot2.jpg keep",
    "shot1.raw delete",
    "shot2.raw keep",
  ]);
  const refused = refusedPlan(library, {
    cleanup: "exact",
    scenes: [
      { id: "jpegs", members: ["shot1.jpg", "-shot2.jpg"] },
      { id: "raws", members: ["shot1.raw", "-shot2.raw"] },
    ],
  });
  assertEquals(refused.code, "NOTHING_TO_DO");
  assertEquals(keptReasons({ plan: refused }), ["shot2.jpg capturePart", "shot2.raw capturePart"]);
});

test("two captures that share only their JPEG both stay", () => {
  const files = [...shot("shot1"), ...shot("shot2")].map((file) =>
    file.id === "shot2.raw" ? { ...file, hash: "raw2" } : file
  );
  const state = libraryOf({ albums: ALBUMS, files });
  const [scene] = exactScenes(state, { scope: { kind: "library" }, keepRules: [] });
  assertEquals(scene?.members.map(({ choice }) => choice), ["keep", "keep"]);
});

test("half of a capture marked for deletion stays, and says why", () => {
  const refusal = refusedPlan({
    albums: ALBUMS,
    files: [...shot("shot1"), ...shot("shot2", { content: "2" })],
  }, {
    cleanup: "similar",
    scenes: [{ id: "s", members: ["shot1.jpg", "shot1.raw", "-shot2.jpg", "shot2.raw"] }],
  });
  assertEquals(refusal.code, "NOTHING_TO_DO");
  assertEquals(keptReasons({ plan: refusal }), ["shot2.jpg capturePart"]);
});

test("a similar capture goes as one member, with the files nobody named", () => {
  const done = planned({
    albums: ALBUMS,
    files: [
      { id: "best", albums: ["home"] },
      ...shot("shot2", { albums: ["beach"], xmp: "edits" }),
    ],
  }, {
    cleanup: "similar",
    scenes: [{ id: "s", members: ["best", "-shot2.jpg"], distance: () => 7 }],
  });
  assertEquals(removedFiles(done), ["shot2.jpg", "shot2.raw", "shot2.xmp"]);
  assertEquals(done.plan.items.map((item) => item.distance), [7, 7, 7]);
  assertEquals(itemOf(done, "shot2.raw").lost, ["the RAW original"]);
  assertEquals(albumsAfter(done), { beach: ["best"], home: ["best"] });
});

test("a similar capture does not go in favour of its own picture alone", () => {
  const library: LibrarySpec = {
    albums: ALBUMS,
    files: [
      ...shot("shot1"),
      { id: "lone", hash: "jpeg1", albums: ["beach"] },
      { id: "other", albums: ["beach"] },
    ],
  };
  const scene = { id: "s", distance: () => 4 };
  const alone = refusedPlan(library, {
    cleanup: "similar",
    scenes: [{ ...scene, members: ["-shot1.jpg", "-shot1.raw", "lone"] }],
  });
  assertEquals(keptReasons({ plan: alone }), ["shot1.jpg capturePart", "shot1.raw capturePart"]);
  const withOther = planned(library, {
    cleanup: "similar",
    scenes: [{ ...scene, members: ["-shot1.jpg", "-shot1.raw", "lone", "other"] }],
  });
  assertEquals(itemOf(withOther, "shot1.jpg").keeper as string, "other");
});

test("a live photo and its still: the still goes, never the live photo", () => {
  const library: LibrarySpec = {
    albums: ALBUMS,
    files: [
      { id: "live", hash: "p:v", kind: "live", albums: ["home"] },
      { id: "still", hash: "p", albums: ["beach"], sizeBytes: 90_000 },
    ],
  };
  const done = cleanUp(library);
  assertEquals(removedFiles(done), ["still"]);
  assertEquals(itemOf(done, "still").keeperHash as string, "p:v");
  assertEquals(albumsAfter(done), { beach: ["live"], home: ["live"] });
  const refused = refusedPlan(library, {
    cleanup: "exact",
    scenes: [{ id: "s", members: ["-live", "still"] }],
  });
  assertEquals(keptReasons({ plan: refused }), ["live capturePart"]);
});

test("live photos where only the still matches both stay", () => {
  const state = libraryOf({
    albums: ALBUMS,
    files: [
      { id: "live1", hash: "p:v1", kind: "live", albums: ["home"] },
      { id: "live2", hash: "p:v2", kind: "live", albums: ["home"] },
    ],
  });
  assertEquals(exactScenes(state, { scope: { kind: "library" }, keepRules: [] }), []);
  const refused = refusedPlan({
    albums: ALBUMS,
    files: [
      { id: "live1", hash: "p:v1", kind: "live", albums: ["home"] },
      { id: "live2", hash: "p:v2", kind: "live", albums: ["home"] },
    ],
  }, { cleanup: "exact", scenes: [{ id: "s", members: ["live1", "-live2"] }] });
  assertEquals(refused.code, "SCENE_INVALID");
});

test("a live photo shows more than its still: in a shared album that needs consent", () => {
  const library: LibrarySpec = {
    albums: [...ALBUMS, { id: "family", visibleToOthers: true }],
    files: [
      { id: "live", hash: "p:v", kind: "live", albums: ["home"] },
      { id: "still1", hash: "p", albums: ["family"] },
      { id: "still2", hash: "p", albums: ["family"] },
    ],
  };
  const silent = cleanUp(library);
  assertEquals(removedFiles(silent), ["still2"]);
  assertEquals(keptReasons(silent), ["still1 albumNeedsConsent family"]);
  const open = cleanUp(library, { consent: ["family"] });
  assertEquals(albumsAfter(open), { family: ["live"], home: ["live"] });
  assertEquals(open.plan.certificate.published as unknown, [{ album: "family", file: "live" }]);
});

test("a still that a capture has too goes in favour of the capture, not of the live photo", () => {
  const done = cleanUp({
    albums: ALBUMS,
    files: [
      { id: "live", hash: "jpeg1:v", kind: "live", albums: ["home"] },
      ...shot("shot1"),
      { id: "lone", hash: "jpeg1", albums: ["beach"] },
    ],
  });
  assertEquals(removedFiles(done), ["lone"]);
  assertEquals(itemOf(done, "lone").keeper as string, "shot1.jpg");
});

test("in an album under review a capture leaves as a whole, or is trashed as a whole", () => {
  const files: FileSpec[] = [
    { id: "best", albums: ["beach"] },
    { id: "shot1.jpg", hash: "j", albums: ["beach", "city"], capture: "shot1" },
    { id: "shot1.raw", hash: "r", albums: ["beach"], capture: "shot1", facts: { raw: true } },
  ];
  const asked: RequestSpec = {
    cleanup: "similar",
    album: "beach",
    scenes: [{ id: "s", members: ["best", "-shot1.jpg"] }],
  };
  // The RAW would lose its last album while the JPEG lives on elsewhere.
  const refused = refusedPlan({ albums: ALBUMS, files }, asked);
  assertEquals(keptReasons({ plan: refused }), ["shot1.jpg capturePart"]);
  const everywhere = files.map((file) =>
    file.id === "shot1.raw" ? { ...file, albums: ["beach", "city"] } : file
  );
  const done = planned({ albums: ALBUMS, files: everywhere }, asked);
  assertEquals(done.plan.items.map(({ action }) => action), ["removeEntry", "removeEntry"]);
  assertEquals(albumsAfter(done), { beach: ["best"], city: ["shot1.jpg", "shot1.raw"] });
});
