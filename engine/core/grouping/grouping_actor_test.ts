import { assert, assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { ContentHash, FileId, SceneId } from "../library/ids.ts";
import type { ReviewTier } from "../library/plan.ts";
import type { GroupingCommand } from "../messages/grouping_messages.ts";
import { squaredDistance } from "./distance.ts";
import { DEBOUNCE_MS } from "./grouping_actor.ts";
import { answerTo, asText, expectedScenes, opened } from "./grouping_actor_story.ts";
import { GroupingWorld, lookedPairs, MODEL, vectorAt } from "./grouping_actor_world.ts";

/** Three near pictures, two copies of one, and one far away. */
function filled(world: GroupingWorld): void {
  const { library } = world;
  for (const [name, angle] of [["a", 0], ["b", 600], ["c", 3000], ["z", 30_000]] as const) {
    library.put(name, { hash: name });
    library.embed(name, vectorAt(angle));
  }
  library.put("b2", { hash: "b" });
  library.put("y1", { hash: "y" });
  library.put("y2", { hash: "y" });
}

Deno.test("grouping offers the scenes of a tier, with all files of each content", () => {
  const world = new GroupingWorld();
  filled(world);
  const page = opened(world);
  assertEquals(asText(page.scenes), ["similar 9019044 a,b,b2,c", "exact 0 y1,y2"]);
  assertEquals(asText(page.scenes), expectedScenes(world.library, "similar"));
  assertEquals(asText(opened(world, "close", "r2").scenes), [
    "close 360025 a,b,b2",
    "exact 0 y1,y2",
  ]);
});

Deno.test("grouping pulls what changed before it opens a review", () => {
  const world = new GroupingWorld();
  filled(world);
  opened(world);
  world.library.drop(identifier("c"));
  world.library.put("d", { hash: "d" });
  world.library.embed("d", vectorAt(700));
  assertEquals(asText(opened(world, "similar", "r2").scenes)[0], "close 490049 a,b,b2,d");
});

Deno.test("grouping keeps an open review as it was, with its distances", () => {
  const world = new GroupingWorld();
  filled(world);
  const [scene] = opened(world).scenes;
  assert(scene !== undefined);
  for (const file of ["a", "c", "b"]) world.library.drop(identifier(file));
  world.library.vectors.clear();
  opened(world, "related", "r2");
  const reply = answerTo(world, {
    kind: "decideScenes",
    review: "r",
    scenes: [{
      id: scene.id,
      decisions: scene.members.map((file) => ({ file, choice: file === "a" ? "keep" : "delete" })),
    }],
  });
  assert(reply.kind === "scenesDecided");
  assertEquals(reply.scenes[0]?.distances, [
    [0, 1, squaredDistance(vectorAt(0), vectorAt(600))],
    [0, 2, squaredDistance(vectorAt(0), vectorAt(600))],
    [0, 3, squaredDistance(vectorAt(0), vectorAt(3000))],
  ]);
  assertEquals(reply.scenes[0]?.members.map(({ contentHash }) => contentHash as string), [
    "a",
    "b",
    "b",
    "c",
  ]);
});

Deno.test("grouping gives distance 0 to byte-equal members, and none to exact scenes", () => {
  const world = new GroupingWorld();
  filled(world);
  const page = opened(world);
  const reply = answerTo(world, {
    kind: "decideScenes",
    review: "r",
    scenes: page.scenes.map(({ id, members }) => ({
      id,
      decisions: members.map((file) => ({
        file,
        choice: file.endsWith("2") ? "delete" : "keep",
      })),
    })),
  });
  assert(reply.kind === "scenesDecided");
  const [similar, exact] = reply.scenes;
  assertEquals(similar?.distances.find(([left, right]) => left === 1 && right === 2), [1, 2, 0]);
  assertEquals(similar?.distances.length, 3);
  assertEquals([exact?.tier, exact?.distances], ["exact", []]);
});

Deno.test("grouping refuses what it does not know, and decisions that do not fit", () => {
  const world = new GroupingWorld();
  filled(world);
  const [scene] = opened(world).scenes;
  assert(scene !== undefined);
  const codeOf = (command: GroupingCommand): string => {
    const reply = answerTo(world, command);
    return reply.kind === "reviewRefused" ? reply.code : reply.kind;
  };
  const decide = (id: SceneId, files: readonly FileId[], review = "r"): string =>
    codeOf({
      kind: "decideScenes",
      review,
      scenes: [{ id, decisions: files.map((file) => ({ file, choice: "keep" })) }],
    });
  assertEquals(codeOf({ kind: "readReview", review: "q", after: 0, limit: 1 }), "UNKNOWN_REVIEW");
  assertEquals(decide(scene.id, scene.members, "q"), "UNKNOWN_REVIEW");
  assertEquals(decide(identifier("r/99"), scene.members), "UNKNOWN_SCENE");
  assertEquals(decide(scene.id, scene.members.slice(1)), "DECISIONS_MISMATCH");
  const [first, ...rest] = scene.members;
  assert(first !== undefined);
  assertEquals(decide(scene.id, [first, first, ...rest.slice(1)]), "DECISIONS_MISMATCH");
  assertEquals(decide(scene.id, [identifier("z"), ...rest]), "DECISIONS_MISMATCH");
  assertEquals(decide(scene.id, scene.members), "scenesDecided");
  assertEquals(codeOf({ kind: "closeReview", review: "r" }), "reviewClosed");
  assertEquals(decide(scene.id, scene.members), "UNKNOWN_REVIEW");
});

Deno.test("grouping pages through a review, and drops the oldest of many", () => {
  const world = new GroupingWorld();
  for (let scene = 0; scene < 25; scene += 1) {
    for (const copy of ["x", "y"]) world.library.put(`${scene}${copy}`, { hash: `h${scene}` });
  }
  const first = answerTo(world, { kind: "openReview", review: "r", tier: "close", limit: 10 });
  assert(first.kind === "reviewPage");
  assertEquals([first.scenes.length, first.total, first.next], [10, 25, 10]);
  const last = answerTo(world, { kind: "readReview", review: "r", after: 20, limit: 10 });
  assert(last.kind === "reviewPage");
  assertEquals([last.scenes.length, last.next], [5, null]);
  for (let review = 0; review < 8; review += 1) opened(world, "close", `s${review}`);
  const dropped = answerTo(world, { kind: "readReview", review: "r", after: 0, limit: 10 });
  assertEquals(dropped.kind, "reviewRefused");
  assertEquals(opened(world, "close", "s0").total, 25);
});

Deno.test("grouping reports vectors that are lost, and finds them when they are made anew", () => {
  const world = new GroupingWorld();
  filled(world);
  world.library.put("d", { hash: "d" });
  world.library.embed("d", null);
  assertEquals(asText(opened(world).scenes)[0], "similar 9019044 a,b,b2,c");
  assert(!world.library.embedded.has(identifier<ContentHash>("d")), "the librarian was told");
  world.library.embed("d", vectorAt(300));
  assertEquals(asText(opened(world, "similar", "r2").scenes)[0], "similar 9019044 a,b,b2,c,d");
});

Deno.test("grouping leaves out a content that is to be embedded anew", () => {
  const world = new GroupingWorld();
  filled(world);
  opened(world);
  world.library.unembed("c");
  assertEquals(asText(opened(world, "similar", "r2").scenes)[0], "close 360025 a,b,b2");
});

Deno.test("grouping takes no vector from an answer of the wrong length", () => {
  const world = new GroupingWorld();
  filled(world);
  const replies = world.ask({ kind: "openReview", review: "r", tier: "similar", limit: 9 });
  while (world.requests.length === 0) world.deliver(0, { keep: false });
  world.complete(0, "short");
  world.settle();
  const [page] = replies;
  assert(page?.kind === "reviewPage");
  assertEquals(asText(page.scenes)[0], "similar 9019044 a,b,b2,c");
});

Deno.test("grouping pulls again when an answer is lost", () => {
  const world = new GroupingWorld();
  filled(world);
  const replies = world.ask({ kind: "openReview", review: "r", tier: "similar", limit: 9 });
  world.deliver(0, { keep: false });
  world.messages.length = 0;
  world.settle();
  assertEquals(replies.map(({ kind }) => kind), ["reviewPage"]);
  assertEquals(world.nowMs, 30_000);
});

Deno.test("grouping opens no review from a run that began before it was asked for", () => {
  const world = new GroupingWorld();
  filled(world);
  world.fire(identifier("debounce"));
  while (world.state.phase === "pulling") world.deliver(0, { keep: false });
  world.library.drop(identifier("c"));
  assertEquals(asText(opened(world).scenes)[0], "close 360025 a,b,b2");
});

Deno.test("grouping does nothing after a restart before somebody asks or an hour passes", () => {
  const world = new GroupingWorld();
  filled(world);
  world.settle();
  assertEquals(world.state.cursor, 0);
  world.fireNext();
  assertEquals(world.nowMs, DEBOUNCE_MS);
  world.settle();
  assertGreater(world.state.cursor, 0);
});

Deno.test("grouping refuses a review when the librarian cannot be reached", () => {
  const world = new GroupingWorld();
  const replies = world.ask({ kind: "openReview", review: "r", tier: "close", limit: 1 });
  world.deliver(0, { keep: false });
  while (replies.length === 0) {
    const at = world.messages.findIndex(({ inReplyTo }) => inReplyTo !== null);
    if (at >= 0) world.deliver(at, { keep: false });
    else world.fireNext();
    for (let index = world.messages.length - 1; index >= 0; index -= 1) {
      if (world.messages[index]?.inReplyTo === null) world.messages.splice(index, 1);
    }
  }
  assertEquals(replies.map((reply) => reply.kind === "reviewRefused" ? reply.code : ""), [
    "UNAVAILABLE",
  ]);
  assertLessOrEqual(world.nowMs, 11 * 60 * 1000);
  assertEquals(opened(world).total, 0);
});

Deno.test("grouping never mixes the two sides of the barrier", () => {
  const world = new GroupingWorld();
  world.library.put("a", { hash: "a" });
  world.library.put("b", { hash: "b", side: "hidden" });
  world.library.put("a2", { hash: "a", side: "hidden" });
  for (const hash of ["a", "b"]) world.library.embed(hash, vectorAt(10));
  assertEquals(asText(opened(world).scenes), ["close 0 a2,b"]);
  world.library.put("a2", { hash: "a" });
  assertEquals(asText(opened(world, "similar", "r2").scenes), ["exact 0 a,a2"]);
});

Deno.test("grouping tells scenes of one picture, and cuts others to what holds one", () => {
  const world = new GroupingWorld({ looksAgain: true });
  const { library } = world;
  const angles = [["ha", 0], ["hb", 0], ["hc", 1], ["hd", 10], ["ka", 9000], ["kb", 9000]] as const;
  for (const [name, angle] of angles) {
    library.put(`f-${name}`, { hash: name });
    library.embed(name, vectorAt(angle));
  }
  library.looked = () => [];
  library.put("f-ka-again", { hash: "ka" });
  library.put("g1", { hash: "g" });
  library.put("g2", { hash: "g" });
  library.digests = ([
    ["ha", "data-1", "pixels"],
    ["hb", "data-1", "pixels"],
    ["hc", "data-2", "pixels"],
    ["ka", "data-3", null],
    ["kb", "data-3", null],
  ] as const).map(([hash, imageData, pixels]) => ({
    contentHash: hash as ContentHash,
    digests: { imageData, pixels },
  }));
  const shown = (tier: ReviewTier): string[] =>
    opened(world, tier, tier).scenes.map(({ members, same, tier }) => {
      const pairs = same === undefined ? "" : ` ${same.imageData}+${same.pixels}`;
      return `${tier}${pairs}: ${members.join(" ")}`;
    });
  const ones = "sameImage 1+0: f-ka f-ka-again f-kb";
  assertEquals(shown("similar"), ["close 1+2: f-ha f-hb f-hc f-hd", ones, "exact: g1 g2"]);
  assertEquals(shown("samePixels"), ["samePixels 1+2: f-ha f-hb f-hc", ones, "exact: g1 g2"]);
  assertEquals(shown("sameImage"), ["sameImage 1+0: f-ha f-hb", ones, "exact: g1 g2"]);
  const [scene] = opened(world, "sameImage", "sameImage").scenes;
  const decisions = scene!.members.map((file, place) => ({
    file,
    choice: place === 0 ? "keep" as const : "delete" as const,
  }));
  // What was frozen counts, whatever is found since.
  library.digests = [];
  library.put("f-new", { hash: "new" });
  library.embed("new", vectorAt(0));
  assertEquals(shown("close").length, 3);
  const decided = answerTo(world, {
    kind: "decideScenes",
    review: "sameImage",
    scenes: [{ id: scene!.id, decisions }],
  });
  assert(decided.kind === "scenesDecided");
  const digests = { imageData: "data-1", pixels: "pixels" };
  assertEquals(decided.scenes[0]?.members.map((member) => member.digests), [digests, digests]);
});

Deno.test("grouping decides on the distances of compared pictures, and tells of them", () => {
  const world = new GroupingWorld({ looksAgain: true });
  const { library } = world;
  // By their vectors 1 and 6 are far apart, 2 and 9 near; the pictures say otherwise.
  const angles = [["h1", 0], ["h6", 30_000], ["h2", 15_000], ["h9", 15_500]] as const;
  for (const [name, angle] of angles) {
    library.put(`f-${name}`, { hash: name });
    library.embed(name, vectorAt(angle));
  }
  // More than fit one message.
  library.traces = Array.from({ length: 300 }, (_, index) => ({
    contentHash: `h${index}` as ContentHash,
    compressionSteps: 1 + index % 3,
  }));
  const known = lookedPairs([["h1", "h2", "h6", "h9"] as ContentHash[]]);
  assertEquals(known.map(({ spots }) => spots), [30, 2]);
  const page = opened(world, "similar");
  for (const { distance, first, second, spots } of known) {
    const together = page.scenes.filter(({ members }) =>
      members.includes(`f-${first}` as FileId) && members.includes(`f-${second}` as FileId)
    );
    if (distance > MODEL.thresholds.similar) assertEquals(together, []);
    else assertEquals(together[0]?.grounds?.spotsMax, spots);
  }
  assertEquals(library.tracesTold, library.traces);
  const scene = page.scenes.find(({ grounds }) => grounds !== undefined);
  assert(scene !== undefined, "some pair of them fits");
  const decisions = scene.members.map((file, place) => ({
    file,
    choice: place === 0 ? "keep" as const : "delete" as const,
  }));
  library.drop(scene.members[0]!);
  const decided = answerTo(world, {
    kind: "decideScenes",
    review: "r",
    scenes: [{ id: scene.id, decisions }],
  });
  assert(decided.kind === "scenesDecided");
  assertEquals(decided.scenes[0]?.distances, [[0, 1, 20_000_000]]);
});
