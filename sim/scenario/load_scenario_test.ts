import { assertEquals, assertThrows } from "@std/assert";
import { loadScenario, pathText } from "./load_scenario.ts";
import { ScenarioError, type ScenarioProblem } from "./scenario_error.ts";

const DOCUMENT = {
  format: "scenario/1",
  id: "two-copies",
  exercises: ["INV-ALBUM-2"],
  why: "Two copies of one photo in two albums become one",
  seed: 1,
  library: { kind: "stored", limitBytes: 1_000_000 },
  world: {
    kind: "listed",
    devices: [{ id: "phone", backup: [{ deviceAlbum: "Camera", album: "trip" }] }],
    albums: [{ id: "trip" }, { id: "family" }],
    files: [
      { id: "a", contentHash: "same", sizeBytes: 10, albums: ["trip"] },
      { id: "b", contentHash: "same", sizeBytes: 10, albums: ["family"] },
    ],
  },
  virtualDays: 2,
  operations: [{ id: "clean", atMs: 1_000, kind: "cleanExact", plan: "plan1" }],
  expect: { final: [{ kind: "copies", contentHash: "same", count: 1 }] },
};

function problemsOf(document: unknown): readonly ScenarioProblem[] {
  const error = assertThrows(
    () => loadScenario(JSON.stringify(document), "test.json"),
    ScenarioError,
  );
  assertEquals(error.code, "SCENARIO_INVALID");
  return error.problems;
}

Deno.test("loadScenario() reads a well-formed document", () => {
  const scenario = loadScenario(JSON.stringify(DOCUMENT), "test.json");
  assertEquals(scenario.id, "two-copies");
  assertEquals(scenario.operations?.[0]?.kind, "cleanExact");
});

Deno.test("loadScenario() reads what pictures have lost, whether all of it is said or not", () => {
  const told = { metadata: false, colour: true, clippedSteps: 2 };
  for (const losses of [told, { ...told, words: true, borderTenths: 3, compressionSteps: 4 }]) {
    const [first, second] = DOCUMENT.world.files;
    const world = { ...DOCUMENT.world, files: [{ ...first, losses }, second] };
    const read = loadScenario(JSON.stringify({ ...DOCUMENT, world }), "test.json");
    assertEquals(read.world.kind === "listed" && read.world.files[0]?.losses, losses);
  }
  const losses = { ...told, compressionSteps: -1 };
  const world = { ...DOCUMENT.world, files: [{ ...DOCUMENT.world.files[0], losses }] };
  assertEquals(
    problemsOf({ ...DOCUMENT, world })[0]?.path,
    "world.files[0].losses.compressionSteps",
  );
});

Deno.test("loadScenario() says where text is not JSON", () => {
  const error = assertThrows(() => loadScenario("{", "broken.json"), ScenarioError);
  assertEquals(error.message.includes("broken.json"), true);
  assertEquals(error.problems[0]?.path, ".");
});

Deno.test("loadScenario() refuses unknown fields by their place", () => {
  const document = {
    ...DOCUMENT,
    world: { ...DOCUMENT.world, files: [{ ...DOCUMENT.world.files[0], colour: "red" }] },
  };
  assertEquals(problemsOf(document), [{
    path: "world.files[0].colour",
    message: "Unknown field: remove it, or correct its name",
  }]);
});

Deno.test("loadScenario() says what was expected and what was found", () => {
  assertEquals(problemsOf({ ...DOCUMENT, seed: -1, virtualDays: 0.5, id: "Two Copies" }), [
    { path: "id", message: 'Expected otherwise: must be in kebab-case: got "Two Copies"' },
    { path: "seed", message: "Expected at least 0: got -1" },
    { path: "virtualDays", message: "Expected int: got 0.5" },
  ]);
  assertEquals(problemsOf({ ...DOCUMENT, world: { kind: "imagined" } }), [
    { path: "world.kind", message: 'Expected "generated" or "listed": got "imagined"' },
  ]);
  const { why: _why, ...noReason } = DOCUMENT;
  assertEquals(problemsOf(noReason), [{ path: "why", message: "Expected string: got nothing" }]);
});

Deno.test("loadScenario() refuses names of things that are not there", () => {
  const { world } = DOCUMENT;
  const files = [{ ...world.files[0], albums: ["trip", "nowhere"] }, { ...world.files[0] }];
  const devices = [{ id: "phone", backup: [{ deviceAlbum: "Camera", album: "gone" }] }];
  const paths = problemsOf({
    ...DOCUMENT,
    world: { ...world, files, devices },
    operations: [
      { id: "x", atMs: 0, kind: "undoPlan", plan: "none" },
      { id: "x", atMs: 0, kind: "freeUp", device: "tablet" },
    ],
    faults: { profile: "default", enabled: ["earthquake"] },
    expect: { final: [{ kind: "answered", operation: "nobody", code: null }] },
  }).map((problem) => problem.path);
  assertEquals(paths, [
    "world.files[0].albums[1]",
    "world.files[1].id",
    "world.devices[0].backup[0].album",
    "operations[0].plan",
    "operations[1].id",
    "operations[1].device",
    "faults.enabled[0]",
    "expect.final[0].operation",
  ]);
});

Deno.test("loadScenario() refuses impossible numbers", () => {
  const generated = {
    kind: "generated",
    filesAtStart: 10,
    itemsArriving: 5,
    devices: 0,
    albums: 2,
    ratios: { live: [3, 2] },
  };
  assertEquals(problemsOf({ ...DOCUMENT, world: generated }), [{
    path: "world.ratios.live",
    message:
      "Expected otherwise: must be a share from 0 to 1, as [numerator, denominator]: got [3,2]",
  }]);
  assertEquals(
    problemsOf({
      ...DOCUMENT,
      world: { ...generated, ratios: {} },
      operations: [{ id: "late", atMs: 172_800_001, kind: "emptyTrash" }],
      workload: { freeUps: 1 },
      expect: {},
    }).map((problem) => problem.path),
    ["world.devices", "operations[0].atMs", "workload.freeUps"],
  );
});

Deno.test("loadScenario() holds live photos to two hashes and two sizes", () => {
  const { world } = DOCUMENT;
  const live = { id: "l", kind: "live", contentHash: "image", sizeBytes: 10, albums: ["trip"] };
  const paths = problemsOf({ ...DOCUMENT, world: { ...world, files: [live] } })
    .map((problem) => problem.path);
  assertEquals(paths, ["world.files[0].contentHash", "world.files[0].videoBytes"]);
});

Deno.test("pathText() writes a path as code does", () => {
  assertEquals(pathText(["world", "files", 3, "albums", 0]), "world.files[3].albums[0]");
  assertEquals(pathText([]), ".");
});
