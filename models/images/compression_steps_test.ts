import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type BrightPart, compressionSteps } from "./compression_steps.ts";

function part(
  [widthPixels, heightPixels]: readonly [number, number],
  quartersAt: (column: number, row: number) => number,
): BrightPart {
  const quarters = Uint16Array.from(
    { length: widthPixels * heightPixels },
    (_, at) => quartersAt(at % widthPixels, Math.floor(at / widthPixels)),
  );
  return { quarters, widthPixels, heightPixels };
}

/** Even blocks like the squares of a chessboard, so far apart in brightness; moved by a crop. */
function blocks(apartQuarters: number, [left, top] = [0, 0]): BrightPart {
  return part([150, 133], (column, row) => {
    const square = ((column + left!) >> 3) + ((row + top!) >> 3);
    return 400 + square % 2 * apartQuarters;
  });
}

function turned({ heightPixels, quarters, widthPixels }: BrightPart): BrightPart {
  return part(
    [heightPixels, widthPixels],
    (column, row) => quarters[column * widthPixels + row]!,
  );
}

Deno.test("compressionSteps() counts doublings, as computed by hand", () => {
  // Inside of the blocks there is nothing, so only the two levels, or eight quarters, hide the
  // edges: a quarter of that is the first step.
  for (
    const [apart, steps] of [[0, 0], [1, 0], [2, 1], [3, 1], [4, 2], [8, 3], [400, 8]] as const
  ) {
    assertEquals(compressionSteps(blocks(apart)), steps, `${apart}`);
  }
});

Deno.test("compressionSteps() finds the edges of blocks wherever a crop has moved them", () => {
  for (let left = 0; left < 8; left++) {
    for (let top = 0; top < 8; top++) {
      assertEquals(compressionSteps(blocks(4, [left, top])), 2, `${left} ${top}`);
    }
  }
});

Deno.test("compressionSteps() takes no fence, slope or line for blocks", () => {
  const size = [150, 133] as const;
  const fence = part(size, (column) => column % 8 === 0 ? 1000 : 100);
  assertEquals(compressionSteps(fence), 0);
  assertEquals(compressionSteps(turned(fence)), 0);
  assertEquals(compressionSteps(part(size, (column, row) => 5 * (column + row))), 0);
  assertEquals(compressionSteps(part(size, (column) => column < 40 ? 0 : 1020)), 0);
});

Deno.test("compressionSteps() counts less where what is shown hides the edges", () => {
  // Neighbours of this texture are 25 levels apart: an edge of ten levels is no quarter of that.
  const busy = part([150, 133], (column, row) => (column + row) % 2 * 100);
  const even = blocks(40);
  const quarters = busy.quarters.map((value, at) => value + even.quarters[at]!);
  assertEquals(compressionSteps(even), 5);
  assertEquals(compressionSteps({ ...busy, quarters }), 0);
});

Deno.test("compressionSteps() knows nothing of fewer than sixteen blocks", () => {
  const plain = (width: number, height: number): BrightPart => part([width, height], () => 7);
  for (const [width, height] of [[1, 1], [8, 900], [128, 129], [129, 128]] as const) {
    assertEquals(compressionSteps(plain(width, height)), null);
  }
  assertEquals(compressionSteps(plain(129, 129)), 0);
});

const NOISE = fc.record({
  size: fc.tuple(fc.integer({ min: 129, max: 150 }), fc.integer({ min: 129, max: 150 })),
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  levels: fc.integer({ min: 1, max: 400 }),
});

function noise({ levels, seed, size }: typeof NOISE extends fc.Arbitrary<infer T> ? T : never) {
  let state = seed;
  return part(size, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * levels);
  });
}

Deno.test("compressionSteps() sees no blocks in noise, and the same of a turned picture", () => {
  fc.assert(fc.property(NOISE, (some) => {
    const picture = noise(some);
    assertEquals(compressionSteps(picture), 0);
    assertEquals(compressionSteps(turned(picture)), 0);
  }));
});

Deno.test("compressionSteps() never says less of blocks that are farther apart", () => {
  fc.assert(fc.property(NOISE, fc.nat(200), fc.nat(200), (some, less, more) => {
    const picture = noise(some);
    const withBlocks = (apart: number): BrightPart => {
      const { widthPixels } = picture;
      const quarters = picture.quarters.map((value, at) => {
        const square = (at % widthPixels >> 3) + (Math.floor(at / widthPixels) >> 3);
        // Apart by more than the noise, so that each block adds to each difference at its edge.
        return value + square % 2 * (apart + some.levels);
      });
      return { ...picture, quarters };
    };
    const [one, other] = [withBlocks(less), withBlocks(less + more)];
    assert(compressionSteps(other)! >= compressionSteps(one)!);
    assertEquals(compressionSteps(turned(other)), compressionSteps(other));
  }));
});
