import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ContentHash } from "../library/ids.ts";
import { type ComponentScene, scenesOfComponent } from "./component_scenes.ts";
import { EDGES_MAX } from "./edge_list.ts";
import { NO_EVIDENCE } from "./evidence.ts";
import { naiveDistance, type NaiveNode, naiveScenes } from "./naive_scenes.ts";
import { createRangeIndex, insertVector } from "./range_index.ts";

const TIERS = [
  { tier: "close", threshold: 1 },
  { tier: "similar", threshold: 5 },
  { tier: "related", threshold: 16 },
] as const;

type Tier = typeof TIERS[number]["tier"];

/** Vectors in order of rank, and pairs of ranks that must not be together. */
interface Crowd {
  readonly vectors: readonly Int16Array[];
  readonly forbidden: ReadonlyMap<number, readonly number[]>;
}

const CROWD: fc.Arbitrary<Crowd> = fc.record({
  vectors: fc.constantFrom(1, 3, 9).chain((spread) =>
    fc.array(
      fc.tuple(fc.nat(spread), fc.nat(2)).map((values) => Int16Array.from(values)),
      { minLength: 2, maxLength: 14 },
    )
  ),
  pairs: fc.array(fc.tuple(fc.nat(13), fc.nat(13)), { maxLength: 3 }),
}).map(({ vectors, pairs }) => ({ vectors, forbidden: forbiddenOf(pairs, vectors.length) }));

function forbiddenOf(
  pairs: readonly (readonly [number, number])[],
  count: number,
): Map<number, number[]> {
  const forbidden = new Map<number, number[]>();
  for (const [one, other] of pairs) {
    if (one === other || one >= count || other >= count) continue;
    forbidden.set(one, [...forbidden.get(one) ?? [], other]);
    forbidden.set(other, [...forbidden.get(other) ?? [], one]);
  }
  return forbidden;
}

function scenesOf(crowd: Crowd, edgeBudget: number): ComponentScene<Tier>[] {
  const index = createRangeIndex(crowd.vectors[0]!.length);
  const slots = Int32Array.from(crowd.vectors, (vector) => insertVector(index, vector));
  return scenesOfComponent<Tier>({
    vectors: { index, slots, evidence: NO_EVIDENCE },
    edges: null,
    forbidden: crowd.forbidden,
    tiers: TIERS,
    edgeBudget,
  });
}

/** The oracle's clusters, as ranks. */
function expectedAt({ vectors, forbidden }: Crowd, threshold: number): number[][] {
  const nodes = vectors.map((vector, rank): NaiveNode => ({
    hash: String.fromCharCode(97 + rank) as ContentHash,
    vector,
  }));
  const rankOf = (hash: ContentHash): number => hash.charCodeAt(0) - 97;
  return naiveScenes(
    nodes,
    threshold,
    (left, right) => forbidden.get(rankOf(left))?.includes(rankOf(right)) !== true,
  ).map((cluster) => cluster.map(rankOf));
}

function membersAt(scenes: readonly ComponentScene<Tier>[], tier: Tier): number[][] {
  return scenes.filter((scene) => scene.tier === tier).map(({ members }) => [...members])
    .sort((left, right) => left[0]! - right[0]!);
}

Deno.test({
  name: "scenesOfComponent() is the textbook at every tier while the budget is not reached",
  permissions: "none",
  fn: () =>
    fc.assert(
      fc.property(CROWD, (crowd) => {
        const scenes = scenesOf(crowd, EDGES_MAX);
        for (const { tier, threshold } of TIERS) {
          assertEquals(membersAt(scenes, tier), expectedAt(crowd, threshold));
        }
        assert(scenes.every(({ reducedThreshold }) => reducedThreshold === null));
      }),
      { numRuns: 200 },
    ),
});

Deno.test({
  name: "scenesOfComponent() beyond the budget gives clusters of the same tree, cut where it says",
  permissions: "none",
  fn: () => {
    let partedCount = 0;
    let reducedCount = 0;
    let cliqueCount = 0;
    fc.assert(
      fc.property(CROWD, fc.integer({ min: 1, max: 40 }), (crowd, edgeBudget) => {
        const scenes = scenesOf(crowd, edgeBudget);
        for (const { tier, members, reducedThreshold, isPartedByMarks } of scenes) {
          const { threshold } = TIERS.find((other) => other.tier === tier)!;
          if (isPartedByMarks) {
            assertHonest(crowd, members, threshold);
            partedCount++;
            continue;
          }
          const cut = expectedAt(crowd, reducedThreshold ?? threshold);
          assert(cut.some((cluster) => `${cluster}` === `${[...members]}`));
          if (reducedThreshold !== null) {
            assert(reducedThreshold < threshold);
            reducedCount++;
          } else if (members.length * (members.length - 1) / 2 > edgeBudget) cliqueCount++;
        }
        for (const { tier } of TIERS) {
          const all = membersAt(scenes, tier).flat();
          assertEquals(new Set(all).size, all.length, "scenes of a tier share no member");
          if (scenes.some(({ isPartedByMarks }) => isPartedByMarks)) continue;
          // The narrowest cut of all is inside of every other one.
          for (const cluster of expectedAt(crowd, 0)) {
            assert(
              membersAt(scenes, tier).some((scene) => cluster.every((r) => scene.includes(r))),
            );
          }
        }
        assertNested(scenes);
      }),
      { numRuns: 300 },
    );
    assert(reducedCount > 20, `reduced scenes must occur: ${reducedCount}`);
    assert(partedCount > 20, `crowds parted by marks must occur: ${partedCount}`);
    assert(cliqueCount > 20, `cliques beyond the budget must occur: ${cliqueCount}`);
  },
});

/** Within the threshold, and without a marked pair. */
function assertHonest(crowd: Crowd, members: Int32Array, threshold: number): void {
  for (const one of members) {
    for (const other of members) {
      assert(naiveDistance(crowd.vectors[one]!, crowd.vectors[other]!) <= threshold);
      assert(crowd.forbidden.get(one)?.includes(other) !== true);
    }
  }
}

function assertNested(scenes: readonly ComponentScene<Tier>[]): void {
  for (const [narrow, wide] of [["close", "similar"], ["similar", "related"]] as const) {
    for (const scene of membersAt(scenes, narrow)) {
      const around = membersAt(scenes, wide).filter((other) => other.includes(scene[0]!));
      assert(around.some((other) => scene.every((rank) => other.includes(rank))));
    }
  }
}

Deno.test({
  name: "scenesOfComponent() parts a crowd by its marks and keeps the rest of it together",
  permissions: "none",
  fn: () => {
    const vectors = Array.from({ length: 12 }, () => Int16Array.of(3, 3));
    const crowd = { vectors, forbidden: forbiddenOf([[2, 7], [2, 9], [7, 9]], 12) };
    const scenes = scenesOf(crowd, 4);
    for (const { tier } of TIERS) {
      assertEquals(membersAt(scenes, tier), [[0, 1, 2, 3, 4, 5, 6, 8, 10, 11]]);
    }
    assert(scenes.every(({ isPartedByMarks }) => isPartedByMarks));
  },
});
