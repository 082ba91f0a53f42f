import type { RecordedEntry, RecordedFolder } from "@scenekeep/engine/host";
import { assert, assertEquals } from "@std/assert";
import { recordedScenario, scenarioIdOf } from "./recorded_scenario.ts";

function entry(
  path: string,
  contentHash: string,
  more: Partial<RecordedEntry> = {},
): RecordedEntry {
  return {
    path,
    kind: "photo",
    contentHash: contentHash as RecordedEntry["contentHash"],
    sizeBytes: 10,
    albums: [path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "."],
    capture: null,
    raw: false,
    widthPixels: 4,
    heightPixels: 3,
    sharpness: 7,
    takenAtMs: null,
    isEmbedded: true,
    ...more,
  };
}

const LOSSES = { metadata: true, colour: false, clippedSteps: 1, compressionSteps: 2 };

const FOLDER: RecordedFolder = {
  albums: [
    { path: ".", hidden: false },
    { path: ".private", hidden: true },
    { path: "Anna's birthday", hidden: false },
  ],
  files: [
    entry(".private/secret.jpg", "H2", { isEmbedded: false, sharpness: null }),
    entry("Anna's birthday/IMG_1.CR2", "H3", {
      raw: true,
      capture: "Anna's birthday/IMG_1",
      takenAtMs: 5,
      losses: LOSSES,
    }),
    entry("Anna's birthday/IMG_1.jpg", "H1", { capture: "Anna's birthday/IMG_1" }),
    entry("copy.jpg", "H1"),
    entry("notes.txt", "H4", { kind: "other", isEmbedded: false, sharpness: null }),
  ],
  leftOut: 0,
  bytes: 50,
  model: { dimensions: 2, close: 1, similar: 2, related: 3 },
  looked: [{
    first: "H1" as never,
    second: "H3" as never,
    distance: 2,
    spots: 40,
    isMirrored: false,
    view: "turned",
  }],
  digests: [{
    contentHash: "H1" as never,
    digests: { imageData: "data", pixels: null },
  }],
  vectorOf: () => Int16Array.of(32_767, 0),
};

function written(names: boolean): { text: string; document: Record<string, unknown> } {
  const text = [...recordedScenario(FOLDER, { id: "my-photos", names })].join("");
  return { text, document: JSON.parse(text) };
}

Deno.test("recordedScenario() tells no name of a file or a folder", () => {
  const { text } = written(false);
  for (const word of ["Anna", "IMG", "secret", "private", "notes", "copy"]) {
    assertEquals(text.includes(word), false, word);
  }
});

Deno.test("recordedScenario() keeps names when it may", () => {
  const { document } = written(true);
  const { files, albums } = document["world"] as {
    files: { name: string }[];
    albums: { name: string }[];
  };
  assertEquals(files[3]?.name, "copy.jpg");
  assertEquals(albums[2]?.name, "Anna's birthday");
});

Deno.test("recordedScenario() writes each vector once, and what has none", () => {
  const { document } = written(false);
  const { files } = document["world"] as { files: Record<string, unknown>[] };
  assertEquals(files.map(({ vector, embeddable }) => vector ?? embeddable ?? null), [
    false,
    [32_767, 0],
    [32_767, 0],
    null,
    null,
  ]);
});

Deno.test("recordedScenario() writes down which pictures were compared", () => {
  const { document } = written(false);
  const world = document["world"] as { looked: unknown; digests: unknown };
  assertEquals(world.looked, [["H1", "H3", 2, 40]]);
  assertEquals(world.digests, [["H1", "data", null]]);
});

Deno.test("recordedScenario() keeps order, albums, shots and hidden folders", () => {
  const { document } = written(false);
  const { files, albums } = document["world"] as {
    files: Record<string, unknown>[];
    albums: Record<string, unknown>[];
  };
  assertEquals(albums.map(({ kind }) => kind), ["regular", "hidden", "regular"]);
  assertEquals(files.map((file) => file["albums"]), [
    ["album0000002"],
    ["album0000003"],
    ["album0000003"],
    ["album0000001"],
    ["album0000001"],
  ]);
  const ids = files.map(({ id }) => String(id));
  assertEquals(ids, [...ids].sort());
  assertEquals(files.map(({ capture }) => capture ?? null), [
    null,
    "shot0000001",
    "shot0000001",
    null,
    null,
  ]);
  assert(files[1]?.["raw"] === true && files[1]["takenAtMs"] === 5);
  assertEquals(files.map(({ losses }) => losses ?? null), [null, LOSSES, null, null, null]);
});

Deno.test("scenarioIdOf() makes a name of a file's name", () => {
  assertEquals(scenarioIdOf("My Photos (2024).json"), "my-photos-2024");
  assertEquals(scenarioIdOf("写真.JSON"), "recorded");
  assertEquals(scenarioIdOf(`${"a".repeat(100)}.json`).length, 80);
});
