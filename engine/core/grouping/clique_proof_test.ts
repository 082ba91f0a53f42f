import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ceilRoot, floorRoot, proveClique } from "./clique_proof.ts";
import { naiveDistance } from "./naive_scenes.ts";
import { NO_EVIDENCE } from "./evidence.ts";
import type { PartVectors } from "./part_vectors.ts";
import { createRangeIndex, insertVector } from "./range_index.ts";

function partOf(vectors: readonly Int16Array[]): PartVectors {
  const index = createRangeIndex(vectors[0]!.length);
  const slots = Int32Array.from(vectors, (vector) => insertVector(index, vector));
  return { index, slots, evidence: NO_EVIDENCE };
}

const VECTORS = fc.array(
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 })
    .map((values) => Int16Array.from(values)),
  { minLength: 2, maxLength: 12 },
);

Deno.test({
  name: "proveClique() is right whenever it gives an answer, and gives one when it may look at all",
  permissions: "none",
  fn: () =>
    fc.assert(
      fc.property(VECTORS, fc.nat(600), fc.nat(30), (vectors, threshold, pairsMax) => {
        const part = partOf(vectors);
        const ranks = Int32Array.from(vectors.keys());
        const diameter = Math.max(
          ...vectors.flatMap((left) => vectors.map((right) => naiveDistance(left, right))),
        );
        const expected = diameter <= threshold
          ? { kind: "clique", diameter, isDiameterExact: true } as const
          : { kind: "noClique" } as const;
        assertEquals(proveClique(part, ranks, { threshold, pairsMax: 66 }), expected);
        const hasty = proveClique(part, ranks, { threshold, pairsMax });
        if (hasty.kind !== "unknown") assertEquals(hasty, expected);
        const blind = proveClique(part, ranks, { threshold, pairsMax: 0 });
        assert(blind.kind !== "noClique", "without looking at a pair nothing can be refuted");
      }),
      { numRuns: 300 },
    ),
});

Deno.test({
  name: "proveClique() proves thousands of near vectors without looking at one pair",
  permissions: "none",
  fn: () => {
    const vectors = Array.from(
      { length: 8000 },
      (_, i) => Int16Array.of(100 + (i % 7), 200 + (i % 5), 300 + (i % 3), i % 2),
    );
    const ranks = Int32Array.from(vectors.keys());
    const proof = proveClique(partOf(vectors), ranks, { threshold: 500, pairsMax: 0 });
    assert(proof.kind === "clique");
    // 8,000 members are too many to measure: what is reported bounds the true 36 + 16 + 4 + 1.
    assertEquals(proof.isDiameterExact, false);
    assert(proof.diameter >= 57 && proof.diameter <= 500, `${proof.diameter}`);
  },
});

Deno.test({
  name: "floorRoot() and ceilRoot() enclose the root",
  permissions: "none",
  fn: () =>
    fc.assert(fc.property(fc.nat(2 ** 31 - 1), fc.nat(65536), (value, root) => {
      for (const square of [value, root * root, root * root + 1]) {
        const low = BigInt(floorRoot(square));
        const high = BigInt(ceilRoot(square));
        assert(low * low <= BigInt(square) && (low + 1n) * (low + 1n) > BigInt(square));
        assert(
          high * high >= BigInt(square) && (high === 0n || (high - 1n) ** 2n < BigInt(square)),
        );
      }
    })),
});
