import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { identifier, type TimerKey } from "../protocol/ids.ts";
import { compareText } from "../library/ids.ts";
import { asText, expectedScenes, opened } from "./grouping_actor_story.ts";
import { GroupingWorld, type ModelLibrary, vectorAt } from "./grouping_actor_world.ts";
import { SIMILAR_TIERS } from "./scene.ts";

const PORT_ENDS = ["ioError", "timeout", "short", "failed"] as const;

const ACTIONS = {
  deliver: 10,
  deliverTwice: 2,
  lose: 1,
  complete: 6,
  fail: 1,
  fire: 2,
  put: 6,
  drop: 2,
  embed: 5,
  embedFalsely: 1,
  mark: 1,
  forgetVector: 1,
  restartLibrarian: 1,
  restart: 1,
  recode: 1,
  open: 2,
} as const;

type Action = keyof typeof ACTIONS;
type Step = readonly [Action, number, number];

function act(world: GroupingWorld, [action, first, second]: Step): void {
  const { library } = world;
  const hash = `h${first % 10}`;
  switch (action) {
    case "deliver":
      return world.deliver(first % 3, { keep: false });
    case "deliverTwice":
      return world.deliver(first, { keep: true });
    case "lose":
      world.messages.splice(first % Math.max(1, world.messages.length), 1);
      return;
    case "complete":
      return world.complete(first, null);
    case "fail":
      return world.complete(first, PORT_ENDS[second % PORT_ENDS.length] ?? "failed");
    case "fire":
      return world.fire([...world.timers.keys()][first % Math.max(1, world.timers.size)]);
    case "put":
      library.put(`f${second % 16}`, { hash, side: second % 5 === 0 ? "hidden" : "visible" });
      return;
    case "drop":
      return library.drop(identifier(`f${second % 16}`));
    case "embed":
      // The content decides its vector; chains and ties occur.
      return library.embed(hash, vectorAt((first % 10) * 900));
    case "embedFalsely":
      return library.embed(hash, null);
    case "mark":
      return library.mark(hash, `h${second % 10}`);
    case "forgetVector":
      library.vectors.delete(identifier(hash));
      return;
    case "restartLibrarian":
      return library.restart();
    case "restart":
      return world.restart();
    case "recode":
      return world.recode();
    case "open":
      world.ask({
        kind: "openReview",
        review: `q${second % 12}`,
        tier: SIMILAR_TIERS[first % 3] ?? "close",
        limit: 3,
      });
      return;
  }
}

/** Vectors that grouping holds although they are recorded no more stand for what was recorded. */
function recordAgain(library: ModelLibrary): void {
  for (const contentHash of library.embedded) {
    const number = Number(contentHash.slice(1));
    if (!library.vectors.has(contentHash)) {
      library.vectors.set(contentHash, vectorAt(number * 900));
    }
  }
}

for (const looksAgain of [false, true]) {
  const how = looksAgain ? "with pictures compared" : "with vectors alone";
  Deno.test(`grouping finds what a fresh run finds, after any schedule, ${how}`, () => {
    const step: fc.Arbitrary<Step> = fc.tuple(
      fc.oneof(
        ...Object.entries(ACTIONS).map(([action, weight]) => ({
          arbitrary: fc.constant(action as Action),
          weight,
        })),
      ),
      fc.nat(99),
      fc.nat(99),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
        const world = new GroupingWorld({ looksAgain });
        for (const entry of steps) act(world, entry);
        world.settle();
        // Two runs: the first may find vectors lost, which are then made anew.
        opened(world, "close", "calm");
        recordAgain(world.library);
        for (const contentHash of world.library.vectors.keys()) {
          if (!world.library.embedded.has(contentHash)) world.library.embed(contentHash, null);
        }
        for (const tier of SIMILAR_TIERS) {
          const page = opened(world, tier, `final ${tier}`);
          assertEquals(asText(page.scenes), expectedScenes(world.library, tier, { looksAgain }));
          const files = page.scenes.flatMap(({ members }) => members);
          assertEquals(new Set(files).size, files.length, "no file is in two scenes");
        }
        const before = [...world.state.reviews].map(([name, { scenes }]) =>
          `${name} ${JSON.stringify(scenes)}`
        );
        for (const file of [...world.library.files.keys()]) world.library.drop(file);
        world.fire(identifier<TimerKey>("debounce"));
        world.settle();
        world.recode();
        const after = [...world.state.reviews].map(([name, { scenes }]) =>
          `${name} ${JSON.stringify(scenes)}`
        );
        assertEquals(after.sort(compareText), before.sort(compareText));
        assertEquals(world.state.files.size, 0);
      }),
      { numRuns: 300 },
    );
  });
}
