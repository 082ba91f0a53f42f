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

/** Distances of some pairs of ranks, in both directions. */
function evidenceFor(
  count: number,
  given: readonly (readonly [number, number, number])[],
): Map<number, Map<number, number>> {
  const rows = new Map<number, Map<number, number>>();
  for (const [one, other, distance] of given) {
    const [left, right] = [one % count, other % count];
    if (left === right) continue;
    for (const [from, to] of [[left, right], [right, left]] as const) {
      const row = rows.get(from) ?? new Map<number, number>();
      rows.set(from, row.set(to, distance));
    }
  }
  return rows;
}

Deno.test({
  name: "proveClique() takes the distance that evidence gives a pair, smaller or larger",
  permissions: "none",
  fn: () => {
    const given = fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.nat(900)), { maxLength: 12 });
    fc.assert(
      fc.property(VECTORS, given, fc.nat(600), fc.nat(30), (vectors, pairs, threshold, few) => {
        const evidence = evidenceFor(vectors.length, pairs);
        const part = { ...partOf(vectors), evidence };
        const ranks = Int32Array.from(vectors.keys());
        let diameter = 0;
        for (const [left, one] of vectors.entries()) {
          for (const [right, other] of vectors.entries()) {
            const distance = evidence.get(left)?.get(right) ?? naiveDistance(one, other);
            diameter = Math.max(diameter, distance);
          }
        }
        const expected = diameter <= threshold
          ? { kind: "clique", diameter, isDiameterExact: true } as const
          : { kind: "noClique" } as const;
        assertEquals(proveClique(part, ranks, { threshold, pairsMax: 66 }), expected);
        const hasty = proveClique(part, ranks, { threshold, pairsMax: few });
        if (hasty.kind !== "unknown") assertEquals(hasty, expected);
      }),
      { numRuns: 300 },
    );
  },
});

Deno.test({
  name: "proveClique() bounds the diameter of thousands from above, evidence included",
  permissions: "none",
  fn: () => {
    const vectors = Array.from({ length: 8000 }, (_, i) => Int16Array.of(100 + (i % 3), i % 2));
    const ranks = Int32Array.from(vectors.keys());
    const measured = (distance: number): ReturnType<typeof proveClique> => {
      const evidence = evidenceFor(8000, [[17, 4000, distance]]);
      return proveClique({ ...partOf(vectors), evidence }, ranks, { threshold: 500, pairsMax: 0 });
    };
    const proof = measured(499);
    assert(proof.kind === "clique" && proof.diameter >= 499 && proof.diameter <= 500);
    assertEquals(measured(501), { kind: "noClique" });
  },
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
