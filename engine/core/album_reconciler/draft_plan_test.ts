import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PlanRequest, ReviewedScene } from "../library/plan.ts";
import { libraryOf, requestOf } from "../testing/library_spec.ts";
import { planned } from "../testing/planned.ts";
import { draftPlan, PLAN_MEMBERS_MAX } from "./draft_plan.ts";
import { factsAbout, planFactsOf } from "./plan_facts.ts";
import { proposeDecisions } from "./propose_decisions.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

const LIBRARY = {
  albums: [{ id: "home" }],
  files: ["p1", "p2", "p3", "p4"].map((id) => ({ id, albums: ["home"] })),
};

function refusalOf(
  request: PlanRequest,
): { code: string; scenes: readonly string[]; detail: string } {
  const outcome = draftPlan(planFactsOf(libraryOf(LIBRARY), request), request);
  if (outcome.kind === "plan") throw new RangeError("A plan was made");
  return outcome.refusal;
}

/** A sound scene with some part replaced. */
function scene(change: Record<string, unknown>): ReviewedScene {
  const [sound] = requestOf({
    cleanup: "similar",
    scenes: [{ id: "s", members: ["p1", "-p2"], distance: () => 3 }],
  }).scenes;
  return { ...sound, ...change } as ReviewedScene;
}

const UNSOUND: readonly [string, Record<string, unknown>, string][] = [
  ["one member", { members: [{ file: "p1", choice: "keep" }], distances: [] }, "two members"],
  [
    "a file twice",
    { members: [{ file: "p1", choice: "keep" }, { file: "p1", choice: "delete" }] },
    "in it twice",
  ],
  ["a fractional diameter", { diameter: 0.5 }, "diameter must be an integer"],
  ["an infinite diameter", { diameter: Number.POSITIVE_INFINITY }, "diameter must be an integer"],
  ["a negative distance", { distances: [[0, 1, -1]] }, "distances must be integers"],
  ["a distance over the diameter", { distances: [[0, 1, 4]] }, "distances must be integers"],
  ["a distance of nobody", { distances: [[0, 5, 1]] }, "names no pair"],
  ["a distance to itself", { distances: [[1, 1, 0]] }, "names no pair"],
  ["two distances of one pair", { distances: [[0, 1, 3], [1, 0, 2]] }, "two distances"],
  ["a missing distance", { distances: [] }, "needs its distance"],
  ["exact copies apart", { tier: "exact" }, "diameter 0"],
  ["exact copies that differ", { tier: "exact", diameter: 0, distances: [] }, "different content"],
];

for (const [name, change, detail] of UNSOUND) {
  test(`draftPlan() refuses ${name} by the name of the scene`, () => {
    const refusal = refusalOf(requestOf({ cleanup: "similar", scenes: [scene(change)] }));
    assertEquals([refusal.code, refusal.scenes], ["SCENE_INVALID", ["s"]]);
    assertStringIncludes(refusal.detail, detail);
  });
}

test("draftPlan() refuses scenes that overlap or come twice, and similar ones as exact", () => {
  const one = { id: "one", members: ["p1", "-p2"] };
  const overlap = refusalOf(requestOf({
    cleanup: "similar",
    scenes: [one, { id: "two", members: ["p2", "-p3"] }],
  }));
  assertEquals([overlap.code, overlap.scenes], ["SCENE_INVALID", ["two"]]);
  const twice = refusalOf(requestOf({
    cleanup: "similar",
    scenes: [one, { id: "one", members: ["p3", "-p4"] }],
  }));
  assertEquals([twice.code, twice.scenes], ["SCENE_INVALID", ["one"]]);
  const similar = refusalOf(requestOf({
    cleanup: "exact",
    scenes: [{ ...one, tier: "similar" }],
  }));
  assertEquals(similar.code, "SCENE_INVALID");
});

test("draftPlan() refuses a request in which nothing goes, and one that is too large", () => {
  const idle = refusalOf(requestOf({
    cleanup: "similar",
    scenes: [{ id: "s", members: ["p1", "p2"] }],
  }));
  assertEquals(idle.code, "NOTHING_TO_DO");
  const members = Array.from({ length: PLAN_MEMBERS_MAX + 1 }, () => ({
    file: "p1",
    choice: "keep",
  }));
  const large = refusalOf(requestOf({ cleanup: "similar", scenes: [scene({ members })] }));
  assertEquals(large.code, "TOO_LARGE");
});

test("a plan repeats what was asked, in canonical order", () => {
  const { plan } = planned(LIBRARY, {
    cleanup: "similar",
    scenes: [
      { id: "z", members: ["-p4", "p3"], distance: () => 2 },
      { id: "a", members: ["p2", "-p1"], distance: () => 1 },
    ],
    consent: ["home"],
    keepRules: [{ kind: "oldest" }],
  });
  assertEquals(plan.scenes.map(({ id }) => id as string), ["a", "z"]);
  assertEquals(plan.scenes[1]?.members.map(({ file }) => file as string), ["p3", "p4"]);
  assertEquals(plan.items.map(({ index, file }) => `${index} ${file}`), ["0 p1", "1 p4"]);
  assertEquals([plan.format, plan.consentAlbums.length, plan.keepRules.length], ["plan/1", 1, 1]);
});

test("planFactsOf() knows what is unreadable, going, or under edit", () => {
  const state = libraryOf(LIBRARY);
  const id = <Id>(text: string): Id => text as Id;
  state.unreadable.set(id("p1"), "ioError");
  state.plannedRemovals.set(id("p2"), id("another plan"));
  state.reservations.set(id("r"), {
    id: id("r"),
    reservedBytes: 1,
    objects: [],
    replaces: id("p3"),
    madeAtMs: 0,
  });
  const facts = factsAbout(state, { files: state.files.keys(), albums: [] });
  const rows = facts.files.map((file) => [file.id as string, file.verified, file.removalPending]);
  assertEquals(rows, [
    ["p1", false, false],
    ["p2", true, true],
    ["p3", true, true],
    ["p4", true, false],
  ]);
});

test("planFactsOf() brings the captures and copies of what is asked for", () => {
  const state = libraryOf({
    albums: [{ id: "home" }, { id: "other" }],
    files: [
      { id: "p1", hash: "h", albums: ["home"], capture: "shot" },
      { id: "p1.raw", albums: ["other"], capture: "shot" },
      { id: "copy", hash: "h", albums: ["home"] },
      { id: "stranger", albums: ["home"] },
      { id: "p2", albums: ["home"] },
    ],
  });
  const request = requestOf({ cleanup: "similar", scenes: [{ id: "s", members: ["p1", "-p2"] }] });
  const facts = planFactsOf(state, request);
  assertEquals(facts.files.map((file) => file.id as string), ["copy", "p1", "p1.raw", "p2"]);
  assertEquals(facts.albums.map((album) => album.id as string), ["favorites", "home", "other"]);
  assertEquals(facts.usageBytes, 5000);
});

test("in a folder library ties are broken by path, not by id", () => {
  const state = libraryOf({
    kind: "folder",
    albums: [{ id: "2019" }, { id: "2020" }],
    files: [
      { id: "a", hash: "h", albums: ["2020"] },
      { id: "b", hash: "h", albums: ["2019"] },
    ],
  });
  const done = planned(state, { cleanup: "exact", scenes: [{ id: "s", members: ["-a", "b"] }] });
  assertEquals(done.plan.items[0]?.why, "first by path");
});

test("proposeDecisions() keeps the best shot, favourites, and all that takes no part", () => {
  const state = libraryOf({
    albums: [{ id: "home" }, { id: "secret", kind: "hidden" }],
    files: [
      { id: "small", albums: ["home"], facts: { widthPixels: 10 } },
      { id: "best.jpg", hash: "j", albums: ["home"], capture: "shot" },
      { id: "best.raw", albums: ["home"], capture: "shot", facts: { raw: true } },
      { id: "picture", hash: "j", albums: ["home"] },
      { id: "loved", albums: ["home", "favorites"], facts: { widthPixels: 10 } },
      { id: "foreign", albums: ["home"], owner: "them" },
      { id: "unread", albums: ["home"], verified: false },
      { id: "mixed", albums: ["home", "secret"] },
      { id: "hidden", albums: ["secret"] },
    ],
  });
  const members = [...state.files.keys()];
  const keepRules = [{ kind: "raw" }] as const;
  const decisions = proposeDecisions(state, { members, keepRules });
  const deleted = decisions.filter(({ choice }) => choice === "delete");
  assertEquals(deleted.map(({ file }) => file as string), ["small", "picture"]);
  assertEquals(decisions.map(({ file }) => file), members);
});

test("proposeDecisions() never lets a capture go in favour of its own picture", () => {
  const state = libraryOf({
    albums: [{ id: "home" }, { id: "top" }],
    files: [
      { id: "shot.jpg", hash: "j", albums: ["home"], capture: "shot" },
      { id: "shot.raw", albums: ["home"], capture: "shot", facts: { raw: true } },
      { id: "picture", hash: "j", albums: ["top"] },
    ],
  });
  const keepRules = [{ kind: "album", album: [...state.albums.keys()].at(-1)! }] as const;
  const decisions = proposeDecisions(state, { members: [...state.files.keys()], keepRules });
  assertEquals(decisions.map(({ choice }) => choice), ["keep", "keep", "keep"]);
});
