/**
 * Streams of changes over worlds large enough for deep trees, crowds, and parts beyond the budget,
 * held against a fresh run.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ContentHash, FileId, OwnerId } from "../library/ids.ts";
import type { SceneGraph } from "./graph_components.ts";
import { rootOfGroup } from "./group_forest.ts";
import {
  addFile,
  addModel,
  createGrouping,
  type GroupingState,
  markNotDuplicates,
  removeFile,
  setVector,
} from "./grouping_state.ts";
import { regroup, scenes } from "./grouping_view.ts";
import { type ModelId, type Scene, SIMILAR_TIERS } from "./scene.ts";

const OWNER = "ann" as OwnerId;
const MODEL = "m" as ModelId;
const THRESHOLDS = { close: 4, similar: 16, related: 49 };
const HASHES = 240;

/** What one step does to a content: brings it at a place, removes it, or marks it with another. */
interface Step {
  readonly kind: "add" | "remove" | "mark" | "regroup";
  readonly content: number;
  readonly other: number;
  readonly place: readonly [number, number];
}

/** Most places are in two crowded spots, so that components crowd, merge and fall apart. */
const PLACE = fc.oneof(
  fc.tuple(fc.nat(9), fc.nat(4)),
  fc.tuple(fc.integer({ min: 14, max: 30 }), fc.nat(9)),
  fc.tuple(fc.nat(400), fc.nat(3)),
);
const STEP: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { weight: 60, arbitrary: fc.constant("add" as const) },
    { weight: 25, arbitrary: fc.constant("remove" as const) },
    { weight: 1, arbitrary: fc.constant("mark" as const) },
    { weight: 2, arbitrary: fc.constant("regroup" as const) },
  ),
  content: fc.nat(HASHES - 1),
  other: fc.nat(HASHES - 1),
  place: PLACE,
});
const STEPS = fc.array(STEP, { minLength: 250, maxLength: 600, size: "max" });

/** The contents that are there, and where. */
type World = Map<number, Int16Array>;

function hashOf(content: number): ContentHash {
  return `h${content}` as ContentHash;
}

function emptyState(edgeBudget: number): GroupingState {
  const state = createGrouping({ edgeBudget });
  addModel(state, { id: MODEL, dimensions: 2, thresholds: THRESHOLDS });
  return state;
}

function addContent(state: GroupingState, content: number, vector: Int16Array): void {
  const hash = hashOf(content);
  addFile(state, { owner: OWNER, side: "visible", hash }, "f" as FileId);
  setVector(state, { owner: OWNER, hash, model: MODEL, vector });
}

function applySteps(state: GroupingState, world: World, steps: readonly Step[]): void {
  for (const { kind, content, other, place } of steps) {
    if (kind === "add" && !world.has(content)) {
      world.set(content, Int16Array.from(place));
      addContent(state, content, world.get(content)!);
    } else if (kind === "remove" && world.delete(content)) {
      removeFile(
        state,
        { owner: OWNER, side: "visible", hash: hashOf(content) },
        "f" as FileId,
      );
    } else if (kind === "mark" && content !== other) {
      markNotDuplicates(state, { owner: OWNER, first: hashOf(content), second: hashOf(other) });
    } else if (kind === "regroup") {
      regroup(state, { componentsMax: content % 5 });
    }
  }
  regroup(state);
}

function freshScenes(state: GroupingState, world: World): Scene[] {
  const fresh = emptyState(state.edgeBudget);
  for (const [owner, pairs] of state.notDuplicates) {
    for (const [first, others] of pairs) {
      for (const second of others) markNotDuplicates(fresh, { owner, first, second });
    }
  }
  for (const content of [...world.keys()].sort((left, right) => left - right)) {
    addContent(fresh, content, world.get(content)!);
  }
  regroup(fresh);
  return scenes(fresh);
}

/** What must be true of a graph that has been regrouped, whatever it looks like. */
function assertConsistent(graph: SceneGraph): void {
  const { adjacency, components, forest, index, placeOfSlot } = graph;
  let kept = 0;
  let members = 0;
  for (const component of components.values()) {
    kept += component.edgeCount;
    members += component.members.length;
    assertEquals(forest.crowded[component.root], component.isKept ? 0 : 1);
    for (const [place, slot] of component.members.entries()) {
      assertEquals(placeOfSlot[slot], place);
      assertEquals(rootOfGroup(forest, index.groupOfSlot[slot]!), component.root);
    }
  }
  assertEquals(adjacency.edgeCount, kept);
  assertEquals(members, graph.slotOfHash.size);
  assertEquals(index.count, members);
}

for (const edgeBudget of [20, 150, 1000, 20_000]) {
  Deno.test({
    name: `regroup() in crowds gives what a fresh run gives, with ${edgeBudget} edges`,
    permissions: "none",
    fn: () => {
      let crowds = 0;
      let beyond = 0;
      fc.assert(
        fc.property(STEPS, (steps) => {
          const state = emptyState(edgeBudget);
          const world: World = new Map();
          applySteps(state, world, steps);
          const found = scenes(state);
          assertEquals(found, freshScenes(state, world));
          for (const tier of SIMILAR_TIERS) {
            const inTier = found.filter((scene) => scene.tier === tier)
              .flatMap((scene) => scene.members);
            assertEquals(new Set(inTier).size, inTier.length, "scenes of a tier share no member");
          }
          const [graph] = state.graphs.values();
          if (graph === undefined) return;
          assertConsistent(graph);
          if ([...graph.components.values()].some(({ isKept }) => !isKept)) crowds++;
          beyond += found.filter(({ reducedThreshold }) => reducedThreshold !== null).length;
        }),
        { numRuns: 30 },
      );
      assert(crowds > 0, "crowds must occur");
      assert(beyond > 0 || edgeBudget >= 1000, "parts beyond the budget must occur");
    },
  });
}
