import { assertEquals } from "@std/assert";
import { type ContentHash, identifier, squaredDistance } from "@scenekeep/engine/core";
import { VectorsAtHand, type VectorSource } from "./vectors_at_hand.ts";

const COUNT = 20;
const HASHES = Array.from({ length: COUNT }, (_, at) => identifier<ContentHash>(`c${at}`));

function vectorAt(at: number): Int16Array {
  return Int16Array.of(at, at * at, 7 - at);
}

/** Where the last content has no vector. */
function source(): { reads: () => number; source: VectorSource } {
  let reads = 0;
  const find = (hash: ContentHash): Int16Array | null => {
    reads += 1;
    const at = HASHES.indexOf(hash);
    return at === COUNT - 1 ? null : vectorAt(at);
  };
  return { reads: () => reads, source: { find, dimensions: 3, contentCount: COUNT } };
}

Deno.test("distance() is that of the vectors, however few are kept", () => {
  for (const slotsMax of [2, 3, 7, COUNT]) {
    using vectors = new VectorsAtHand(source().source, slotsMax);
    for (let step = 0; step < 500; step++) {
      const [one, other] = [step * 7 % 19, step * 11 % 17];
      const expected = squaredDistance(vectorAt(one), vectorAt(other));
      assertEquals(vectors.distance(HASHES[one]!, HASHES[other]!), expected, `${slotsMax} ${step}`);
    }
  }
});

Deno.test("distance() reads each vector once where all have room", () => {
  const { reads, source: found } = source();
  using vectors = new VectorsAtHand(found);
  for (let round = 0; round < 3; round++) {
    for (let at = 1; at < COUNT - 1; at++) vectors.distance(HASHES[0]!, HASHES[at]!);
  }
  assertEquals(reads(), COUNT - 1);
});

Deno.test("distance() is null where a content has no vector", () => {
  using vectors = new VectorsAtHand(source().source);
  assertEquals(vectors.distance(HASHES[COUNT - 1]!, HASHES[0]!), null);
  assertEquals(vectors.distance(HASHES[0]!, HASHES[COUNT - 1]!), null);
});
