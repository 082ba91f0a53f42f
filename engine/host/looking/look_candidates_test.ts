import { compareText, type ContentHash, identifier, squaredDistance } from "@scenekeep/engine/core";
import { assert, assertEquals } from "@std/assert";
import {
  findCandidates,
  PAIRS_OF_CONTENT_MAX,
  reachOf,
  type SearchedContent,
} from "./look_candidates.ts";

const DISTANCES = { close: 100, similar: 900, related: 2500 };

function find(contents: ReadonlyMap<ContentHash, SearchedContent>, hashes = [...contents.keys()]) {
  return findCandidates({
    hashes,
    contentOf: (hash) => contents.get(hash) ?? null,
    dimensions: 3,
    distances: DISTANCES,
    pause: () => Promise.resolve(),
  });
}

function hashOf(number: number): ContentHash {
  return identifier<ContentHash>(`h${String(number).padStart(5, "0")}`);
}

/** Points of a cube, some on top of each other, from a seed. */
function cube(count: number, side: number, seed: number): Map<ContentHash, SearchedContent> {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * side);
  };
  return new Map(Array.from({ length: count }, (_, number) => {
    const [vector, turned] = [0, 1].map(() => Int16Array.of(next(), next(), next()));
    return [hashOf(number), { vector: vector!, turned: turned!, inside: null }];
  }));
}

Deno.test("findCandidates() finds what looking at every pair finds", async () => {
  for (const seed of [1, 2, 3, 4]) {
    const contents = cube(80, 400, seed);
    const expected: string[] = [];
    const trusted: string[] = [];
    const all = [...contents].sort(([left], [right]) => compareText(left, right));
    for (const [place, [first, left]] of all.entries()) {
      for (const [second, right] of all.slice(place + 1)) {
        const whole = squaredDistance(left.vector, right.vector);
        const turned = Math.min(
          squaredDistance(left.turned!, right.vector),
          squaredDistance(left.vector, right.turned!),
        );
        const name = `${first} ${second}`;
        if (whole <= DISTANCES.close) trusted.push(name);
        else if (Math.min(whole, turned) <= DISTANCES.related) expected.push(name);
      }
    }
    // deno-lint-ignore no-await-in-loop -- one library after the other
    const found = await find(contents);
    assert(expected.length > 20, `${expected.length} pairs`);
    assertEquals(found.pairs.map(({ first, second }) => `${first} ${second}`), expected);
    assertEquals(found.trusted.map((pair) => pair.join(" ")), trusted);
    // deno-lint-ignore no-await-in-loop -- as above
    assertEquals(await find(contents, [...contents.keys()].reverse()), found);
  }
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
