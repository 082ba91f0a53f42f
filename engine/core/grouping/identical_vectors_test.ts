import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ContentHash } from "../library/ids.ts";
import { clusterIdentical } from "./identical_vectors.ts";
import { type NaiveNode, naiveScenes } from "./naive_scenes.ts";

Deno.test({
  name: "clusterIdentical() gives what complete link gives where all distances are 0",
  permissions: "none",
  fn: () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 20 }),
        (count, pairs) => {
          const forbidden = new Map<number, number[]>();
          for (const [one, other] of pairs) {
            if (one === other || one >= count || other >= count) continue;
            forbidden.set(one, [...forbidden.get(one) ?? [], other]);
            forbidden.set(other, [...forbidden.get(other) ?? [], one]);
          }
          const hashOf = (rank: number): ContentHash =>
            String.fromCharCode(97 + rank) as ContentHash;
          const nodes = Array.from(
            { length: count },
            (_, rank): NaiveNode => ({ hash: hashOf(rank), vector: Int16Array.of(7) }),
          );
          const expected = naiveScenes(
            nodes,
            0,
            (left, right) =>
              forbidden.get(left.charCodeAt(0) - 97)?.includes(right.charCodeAt(0) - 97) !== true,
          );
          const clusters = clusterIdentical(count, (node) => forbidden.get(node))
            .filter((cluster) => cluster.length > 1)
            .map((cluster) => cluster.map(hashOf));
          assertEquals(clusters, expected);
        },
      ),
      { numRuns: 500 },
    ),
});
