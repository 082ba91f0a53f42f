import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { identifier } from "../protocol/ids.ts";
import type { PictureLosses } from "./file.ts";
import type { AlbumId, FileId } from "./ids.ts";
import { type KeeperCandidate, keeperOrder } from "./keeper_order.ts";
import type { KeepRule } from "./plan.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

function candidate(id: string, facts: Partial<KeeperCandidate> = {}): KeeperCandidate {
  return {
    id: identifier<FileId>(id),
    path: null,
    albums: new Set(),
    favorite: false,
    hasRaw: false,
    isLive: false,
    parts: 1,
    reencoded: false,
    widthPixels: 4000,
    heightPixels: 3000,
    sharpness: 500,
    edited: false,
    sizeBytes: 1000,
    takenAtMs: 1_500_000_000_000,
    ...facts,
  };
}

function lost(losses: Partial<PictureLosses>): PictureLosses {
  return { metadata: false, colour: false, clippedSteps: 0, ...losses };
}

/** Each step of the default order: the better facts, the worse ones, and why. */
const STEPS: readonly [Partial<KeeperCandidate>, Partial<KeeperCandidate>, string][] = [
  [{ favorite: true }, {}, "favorite"],
  [{ hasRaw: true }, {}, "raw kept"],
  [{ isLive: true }, {}, "live photo kept"],
  [{ parts: 3 }, { parts: 1 }, "more files of the shot: 3 over 1"],
  [{}, { reencoded: true }, "original kept over a reduced or re-encoded copy"],
  [{ losses: lost({}) }, { losses: lost({ metadata: true }) }, "has its camera's data"],
  [{ losses: lost({ clippedSteps: 7 }) }, { losses: lost({ colour: true }) }, "in colour"],
  [{}, { widthPixels: 1600, heightPixels: 1200 }, "more pixels 4000x3000 over 1600x1200"],
  [
    { widthPixels: 800, heightPixels: 600, losses: lost({}) },
    { widthPixels: 600, heightPixels: 1200, losses: lost({ borderTenths: 5 }) },
    "more pixels 800x600 over 600x1200 (50 % of it border)",
  ],
  [
    { losses: lost({ clippedSteps: 3, words: false }) },
    { losses: lost({ words: true }) },
    "the other file lost all that it said",
  ],
  [
    { losses: lost({ compressionSteps: 1, clippedSteps: 3 }) },
    { losses: lost({ compressionSteps: 2 }) },
    "fewer traces of compression: 1 over 2",
  ],
  [
    { losses: lost({ clippedSteps: 3 }) },
    { losses: lost({ compressionSteps: 1 }) },
    "fewer traces of compression: 0 over 1",
  ],
  [{ losses: lost({}) }, { losses: lost({ clippedSteps: 1 }) }, "less of it blown out or black"],
  [{ sharpness: 800 }, { sharpness: 300 }, "sharper: 800 over 300"],
  [{ sharpness: 0 }, { sharpness: null }, "sharper: 0 over unmeasured"],
  [{ edited: true }, {}, "captioned or edited"],
  [{ sizeBytes: 2000 }, {}, "more bytes: 2000 over 1000"],
  [{ takenAtMs: 1 }, {}, "earlier"],
  [{}, { takenAtMs: null }, "has a date"],
  [{ path: "2019/b.jpg" }, { path: "2020/a.jpg" }, "first by path"],
];

for (const [better, worse, why] of STEPS) {
  test(`keeperOrder() keeps and explains: ${why}`, () => {
    // The worse one would be first by id, so only the fact under test can decide.
    const winner = candidate("z", better);
    const loser = candidate("a", worse);
    const { compare, explain } = keeperOrder([]);
    assert(compare(winner, loser) < 0);
    assert(compare(loser, winner) > 0);
    assertEquals(explain(winner, loser), why);
    assertEquals(explain(loser, winner), "your choice");
  });
}

test("each step of the order outweighs all later ones together", () => {
  const facts = STEPS.map(([better, worse]) => ({ better, worse }));
  for (const [step, { better, worse }] of facts.entries()) {
    const later = facts.slice(step + 1).filter((other) =>
      !Object.keys(other.better).some((key) => key in better || key in worse) &&
      !Object.keys(other.worse).some((key) => key in better || key in worse)
    );
    const winner = candidate("z", Object.assign({}, ...later.map((other) => other.worse), better));
    const loser = candidate("a", Object.assign({}, ...later.map((other) => other.better), worse));
    assert(keeperOrder([]).compare(winner, loser) < 0, `step ${step}`);
  }
});

test("ties are broken by id, and by nothing that depends on arrival", () => {
  const { compare, explain } = keeperOrder([]);
  assert(compare(candidate("a"), candidate("b")) < 0);
  assertEquals(explain(candidate("a"), candidate("b")), "first by id");
  assertEquals(compare(candidate("a"), candidate("a")), 0);
});

test("the user's rules come before all others, strongest first", () => {
  const inBeach = candidate("z", { albums: new Set([identifier<AlbumId>("beach")]) });
  const favorite = candidate("a", { favorite: true, sizeBytes: 9 });
  const beach: KeepRule = { kind: "album", album: identifier("beach") };
  assert(keeperOrder([]).compare(favorite, inBeach) < 0);
  assert(keeperOrder([beach]).compare(inBeach, favorite) < 0);
  assert(keeperOrder([{ kind: "largest" }, beach]).compare(inBeach, favorite) < 0);
  assert(keeperOrder([{ kind: "favorite" }, beach]).compare(favorite, inBeach) < 0);
  assertEquals(keeperOrder([beach]).explain(inBeach, favorite), "in album beach");
});

test("every rule of the user decides alone", () => {
  const cases: readonly [KeepRule, Partial<KeeperCandidate>, Partial<KeeperCandidate>][] = [
    [{ kind: "favorite" }, { favorite: true }, {}],
    [{ kind: "raw" }, { hasRaw: true }, { favorite: true }],
    [{ kind: "pixels" }, { widthPixels: 9000 }, { favorite: true }],
    [{ kind: "sharpness" }, { sharpness: 900 }, { favorite: true }],
    [{ kind: "oldest" }, { takenAtMs: 5 }, { favorite: true }],
    [{ kind: "largest" }, { sizeBytes: 5000 }, { favorite: true }],
  ];
  for (const [rule, better, worse] of cases) {
    const order = keeperOrder([rule]);
    assert(order.compare(candidate("z", better), candidate("a", worse)) < 0, rule.kind);
  }
  const traced = { losses: lost({ compressionSteps: 1 }), favorite: true };
  const clean = candidate("z", { losses: lost({}) });
  assert(keeperOrder([{ kind: "compression" }]).compare(clean, candidate("a", traced)) < 0);
});

const CANDIDATE: fc.Arbitrary<KeeperCandidate> = fc.record({
  id: fc.constantFrom("a", "b", "c", "d").map((id) => identifier<FileId>(id)),
  path: fc.constantFrom(null, "x", "y"),
  albums: fc.subarray(["x", "y"]).map((ids) => new Set(ids.map((id) => identifier<AlbumId>(id)))),
  favorite: fc.boolean(),
  hasRaw: fc.boolean(),
  isLive: fc.boolean(),
  parts: fc.integer({ min: 1, max: 2 }),
  reencoded: fc.boolean(),
  widthPixels: fc.nat({ max: 2 }),
  heightPixels: fc.nat({ max: 2 }),
  sharpness: fc.constantFrom(null, 0, 1),
  edited: fc.boolean(),
  sizeBytes: fc.nat({ max: 2 }),
  takenAtMs: fc.constantFrom(null, 0, 1),
  losses: fc.option(
    fc.record({
      metadata: fc.boolean(),
      colour: fc.boolean(),
      clippedSteps: fc.nat({ max: 2 }),
      words: fc.boolean(),
      borderTenths: fc.constantFrom(0, 4, 6),
      compressionSteps: fc.nat({ max: 2 }),
    }, { requiredKeys: ["metadata", "colour", "clippedSteps"] }),
    { nil: undefined },
  ),
});

test("the order is total: antisymmetric, transitive, and equal only by id", () => {
  const rules: KeepRule[] = [{ kind: "album", album: identifier("x") }, { kind: "oldest" }];
  const { compare } = keeperOrder(rules);
  fc.assert(
    fc.property(CANDIDATE, CANDIDATE, CANDIDATE, (left, middle, right) => {
      assertEquals(Math.sign(compare(left, middle)), -Math.sign(compare(middle, left)) + 0);
      if (compare(left, middle) <= 0 && compare(middle, right) <= 0) {
        assert(compare(left, right) <= 0);
      }
      if (compare(left, middle) === 0) assertEquals(left.id, middle.id);
    }),
    { numRuns: 3000 },
  );
});
