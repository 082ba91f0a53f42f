import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { ContentHash } from "../library/ids.ts";
import { InvariantError } from "../protocol/invariant.ts";
import { completeLink, cutDendrogram } from "./complete_link.ts";
import { createEdgeList, type EdgeList, pushEdge } from "./edge_list.ts";
import { naiveDistance, type NaiveNode, naiveScenes } from "./naive_scenes.ts";

/** A small world where nearly every distance is tied with another. */
interface TiedWorld {
  readonly vectors: readonly Int16Array[];
  readonly forbidden: readonly (readonly [number, number])[];
  readonly widest: number;
}

const TIED_WORLD: fc.Arbitrary<TiedWorld> = fc.record({
  vectors: fc.integer({ min: 1, max: 3 }).chain((dimensions) =>
    fc.array(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: dimensions, maxLength: dimensions })
        .map((values) => Int16Array.from(values)),
      { minLength: 1, maxLength: 11 },
    )
  ),
  forbidden: fc.array(fc.tuple(fc.nat(10), fc.nat(10)), { maxLength: 4 }),
  widest: fc.nat(20),
});

/** Hashes that sort like ranks. */
function hashOf(rank: number): ContentHash {
  return String.fromCharCode(97 + rank) as ContentHash;
}

function isForbidden({ forbidden }: TiedWorld, left: number, right: number): boolean {
  return forbidden.some(([one, other]) =>
    one !== other && ((one === left && other === right) || (one === right && other === left))
  );
}

function edgesOf(world: TiedWorld): EdgeList {
  const edges = createEdgeList();
  for (const [i, left] of world.vectors.entries()) {
    for (let j = i + 1; j < world.vectors.length; j++) {
      const distance = naiveDistance(left, world.vectors[j]!);
      if (distance <= world.widest && !isForbidden(world, i, j)) pushEdge(edges, i, j, distance);
    }
  }
  return edges;
}

function hashesOf(members: Int32Array): ContentHash[] {
  return Array.from(members, hashOf);
}

Deno.test({
  name: "completeLink() makes every choice of the textbook, ties included, at every threshold",
  permissions: "none",
  fn: () =>
    fc.assert(
      fc.property(TIED_WORLD, (world) => {
        const nodes = world.vectors.map((vector, i): NaiveNode => ({ hash: hashOf(i), vector }));
        const dendrogram = completeLink(nodes.length, edgesOf(world));
        for (let threshold = 0; threshold <= world.widest; threshold++) {
          const clusters = cutDendrogram(dendrogram, threshold);
          const expected = naiveScenes(
            nodes,
            threshold,
            (left, right) => !isForbidden(world, left.charCodeAt(0) - 97, right.charCodeAt(0) - 97),
          );
          assertEquals(clusters.map(({ members }) => hashesOf(members)), expected);
          for (const { members, diameter } of clusters) {
            const distances = [...members].flatMap((left) =>
              [...members].map((right) =>
                naiveDistance(world.vectors[left]!, world.vectors[right]!)
              )
            );
            assertEquals(diameter, Math.max(...distances));
          }
        }
      }),
      { numRuns: 400 },
    ),
});

Deno.test({
  name: "completeLink() keeps A and C of a chain A-B-C apart",
  permissions: "none",
  fn: () => {
    const edges = createEdgeList();
    pushEdge(edges, 0, 1, 9);
    pushEdge(edges, 1, 2, 8);
    const clusters = cutDendrogram(completeLink(3, edges), 10);
    assertEquals(clusters.map(({ members }) => [...members]), [[1, 2]]);
  },
});

Deno.test({
  name: "completeLink() merges 250 nodes at one distance into one cluster",
  permissions: "none",
  fn: () => {
    const edges = createEdgeList();
    for (let i = 0; i < 250; i++) {
      for (let j = i + 1; j < 250; j++) pushEdge(edges, i, j, 5);
    }
    const dendrogram = completeLink(250, edges);
    assertEquals(cutDendrogram(dendrogram, 5).map(({ members }) => members.length), [250]);
    assertEquals(cutDendrogram(dendrogram, 4), []);
  },
});

Deno.test({
  name: "pushEdge() refuses edges out of order and edges that are too long",
  permissions: "none",
  fn: () => {
    const edges = createEdgeList();
    pushEdge(edges, 1, 3, 0);
    assertThrows(() => pushEdge(edges, 1, 3, 0), InvariantError, "Cannot add edge 1-3");
    assertThrows(() => pushEdge(edges, 1, 2, 0), InvariantError, "Cannot add edge 1-2");
    assertThrows(() => pushEdge(edges, 0, 2, 0), InvariantError, "Cannot add edge 0-2");
    assertThrows(() => pushEdge(edges, 4, 4, 0), InvariantError, "Cannot add edge 4-4");
    assertThrows(() => pushEdge(edges, 4, 5, 2 ** 31), InvariantError, "length 2147483648");
  },
});
