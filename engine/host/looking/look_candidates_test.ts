import { compareText, type ContentHash, identifier, squaredDistance } from "@scenekeep/engine/core";
import { PRINT_DISTANCE_MAX, PRINT_LENGTH, quantise, turnedPrints } from "@scenekeep/models";
import { assert, assertEquals } from "@std/assert";
import type { CachedPrints } from "../cache/embedding_cache.ts";
import { findCandidates, PAIRS_OF_CONTENT_MAX, reachOf } from "./look_candidates.ts";

/** A content as it is searched for. */
interface SearchedContent {
  readonly vector: Int16Array;
  readonly prints: CachedPrints;
}

const DISTANCES = { close: 100, similar: 900, related: 2500 };

function find(contents: ReadonlyMap<ContentHash, SearchedContent>, hashes = [...contents.keys()]) {
  return findCandidates({
    hashes,
    vectorOf: (hash) => contents.get(hash)?.vector ?? null,
    printsOf: (hash) => contents.get(hash)?.prints ?? null,
    dimensions: 3,
    distances: DISTANCES,
    pause: () => Promise.resolve(),
  });
}

function hashOf(number: number): ContentHash {
  return identifier<ContentHash>(`h${String(number).padStart(5, "0")}`);
}

/** Numbers below a limit, from a seed. */
function drawFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 * below;
  };
}

/** A print that is like the others of its kind. */
function printLike(kind: number, draw: (below: number) => number): Int16Array {
  const drawKind = drawFrom(1000 + kind);
  return quantise(Array.from(
    { length: PRINT_LENGTH },
    () => drawKind(1) - 0.5 + (draw(1) - 0.5) / 4,
  ))!;
}

/** Points of a cube, some on top of each other, from a seed; with prints of a few kinds. */
function cube(count: number, side: number, seed: number): Map<ContentHash, SearchedContent> {
  const draw = drawFrom(seed);
  return new Map(Array.from({ length: count }, (_, number) => {
    const place = (): number => Math.floor(draw(side));
    const vector = Int16Array.of(place(), place(), place());
    const kind = Math.floor(draw(count / 3));
    const [plain, way] = [printLike(kind, draw), Math.floor(draw(12))];
    const whole = way === 11 ? null : turnedPrints(plain)[way] ?? plain;
    const inside = draw(4) < 1 ? printLike(Math.floor(draw(count / 3)), draw) : null;
    return [hashOf(number), { vector, prints: { whole, inside } }];
  }));
}

interface ExpectedPair {
  readonly name: string;
  readonly seen: number;
}

/** All pairs that come near one another, by looking at each, and those that are believed. */
function lookAtEvery(contents: ReadonlyMap<ContentHash, SearchedContent>) {
  const all = [...contents].sort(([left], [right]) => compareText(left, right));
  const near = new Map<ContentHash, ExpectedPair[]>(all.map(([hash]) => [hash, []]));
  const trusted: string[] = [];
  const seenIn = new Map(all.map(([hash, content]) => [hash, nearestByPrints(content, all)]));
  for (const [place, [first, left]] of all.entries()) {
    for (const [second, right] of all.slice(place + 1)) {
      const name = `${first} ${second}`;
      const whole = squaredDistance(left.vector, right.vector);
      const seen = Math.min(
        whole,
        seenIn.get(first)!.get(second) ?? Infinity,
        seenIn.get(second)!.get(first) ?? Infinity,
      );
      if (whole <= DISTANCES.close) trusted.push(name);
      else if (seen <= DISTANCES.related) {
        near.get(first)!.push({ name, seen });
        near.get(second)!.push({ name, seen });
      }
    }
  }
  return { near, trusted };
}

/** The few contents that each print of a picture is nearest to; it may be itself. */
function nearestByPrints(
  { prints: { inside, whole } }: SearchedContent,
  all: readonly (readonly [ContentHash, SearchedContent])[],
): Map<ContentHash, number> {
  const nearest = new Map<ContentHash, number>();
  const views = [...whole === null ? [] : turnedPrints(whole), ...inside === null ? [] : [inside]];
  for (const view of views) {
    const seen = all.flatMap(([hash, { prints }]) => {
      const apart = prints.whole === null ? Infinity : squaredDistance(view, prints.whole);
      return apart > PRINT_DISTANCE_MAX ? [] : [[hash, apart] as const];
    });
    seen.sort((left, right) => left[1] - right[1]);
    for (const [hash, apart] of seen.slice(0, PAIRS_OF_CONTENT_MAX + 1)) {
      const scaled = Math.floor(apart * DISTANCES.related / PRINT_DISTANCE_MAX);
      nearest.set(hash, Math.min(scaled, nearest.get(hash) ?? Infinity));
    }
  }
  return nearest;
}

/** Of each content the nearest few pairs, in order. */
function nearestFew(near: ReadonlyMap<ContentHash, ExpectedPair[]>): string[] {
  const kept = new Set<string>();
  for (const pairs of near.values()) {
    pairs.sort((left, right) => left.seen - right.seen || compareText(left.name, right.name));
    for (const { name } of pairs.slice(0, PAIRS_OF_CONTENT_MAX)) kept.add(name);
  }
  return [...kept].sort(compareText);
}

for (
  const { count, side, isDense } of [
    { count: 80, side: 400, isDense: false },
    { count: 200, side: 150, isDense: true },
  ]
) {
  Deno.test(`findCandidates() finds what looking at every pair of ${count} finds`, async () => {
    for (const seed of [1, 2, 3, 4]) {
      const contents = cube(count, side, seed);
      const { near, trusted } = lookAtEvery(contents);
      const expected = nearestFew(near);
      const most = Math.max(...[...near.values()].map((pairs) => pairs.length));
      assert(expected.length > 20, `${expected.length} pairs`);
      assertEquals(most > PAIRS_OF_CONTENT_MAX, isDense, `${most} pairs of one content`);
      // deno-lint-ignore no-await-in-loop -- one library after the other
      const found = await find(contents);
      assertEquals(found.pairs.map(({ first, second }) => `${first} ${second}`), expected);
      assertEquals(found.trusted.map((pair) => pair.join(" ")), trusted);
      // deno-lint-ignore no-await-in-loop -- as above
      assertEquals(await find(contents, [...contents.keys()].reverse()), found);
    }
  });
}

Deno.test("findCandidates() finds prints that are turned or mirrored or both", async () => {
  const contents = new Map<ContentHash, SearchedContent>();
  const ways = ["plain", "mirrored", "quarter", "half", "mirrored quarter", "mirrored half"];
  const draw = drawFrom(7);
  for (let picture = 0; picture < 12; picture += 1) {
    const print = printLike(picture, draw);
    for (const [way, seen] of [print, ...turnedPrints(print)].entries()) {
      const vector = Int16Array.of(5000 * picture, 5000 * way, 0);
      contents.set(hashOf(100 * picture + way), {
        vector,
        prints: { whole: seen, inside: null },
      });
    }
  }
  const { pairs } = await find(contents);
  const numberOf = (hash: ContentHash): number => Number(hash.slice(1));
  for (let picture = 0; picture < 12; picture += 1) {
    for (let way = 1; way < ways.length; way += 1) {
      const [first, second] = [hashOf(100 * picture), hashOf(100 * picture + way)];
      const found = pairs.find((pair) => pair.first === first && pair.second === second);
      assertEquals(found?.view, way === 1 ? "whole" : "turned", `${ways[way]} of ${picture}`);
    }
  }
  const strangers = pairs.filter(({ first, second }) =>
    Math.floor(numberOf(first) / 100) !== Math.floor(numberOf(second) / 100)
  );
  assertEquals(strangers, []);
});

Deno.test("findCandidates() stays linear in a crowd", async () => {
  const contents = cube(3000, 40, 5);
  const { pairs } = await find(contents);
  assert(pairs.length > 0);
  // A crowd speaks by its vectors: few of it are searched, and each for its nearest ones only.
  assert(pairs.length <= contents.size * PAIRS_OF_CONTENT_MAX, `${pairs.length}`);
  const counts = new Map<ContentHash, number>();
  for (const { first } of pairs) counts.set(first, (counts.get(first) ?? 0) + 1);
  assert(pairs.length < 2 * PAIRS_OF_CONTENT_MAX * 64, `${pairs.length} pairs of one crowd`);
});

Deno.test("reachOf() goes down as the library grows", () => {
  assertEquals(
    [2, 16_000, 16_001, 128_000, 128_001].map((count) => reachOf(count, DISTANCES)),
    [2500, 2500, 1700, 1700, 900],
  );
});
