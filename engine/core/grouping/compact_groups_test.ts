import { assert, assertEquals } from "@std/assert";
import type { ContentHash, OwnerId } from "../library/ids.ts";
import { GROUPS_MIN } from "./compact_groups.ts";
import { regroupGraph } from "./regroup.ts";
import type { ModelId } from "./scene.ts";
import { addToGraph, createSceneGraph, removeFromGraph } from "./scene_graph.ts";

Deno.test({
  name: "compactGroupsWhenMany() keeps group numbers few, and every component whole",
  permissions: "none",
  fn: () => {
    const graph = createSceneGraph({
      partition: { owner: "ann" as OwnerId, side: "visible", model: "m" as ModelId },
      dimensions: 1,
      thresholds: { close: 0, similar: 0, related: 1 },
      // So few that three equal vectors make a crowd.
      edgeBudget: 64,
      evidence: new Map(),
    });
    const hashOf = (i: number): ContentHash => `${i}` as ContentHash;
    for (let i = 0; i < 20; i++) addToGraph(graph, hashOf(i), Int16Array.of(i < 12 ? 7 : i * 100));
    const pairs = new Map();
    regroupGraph(graph, pairs, Infinity);
    for (let i = 20; i < GROUPS_MIN + 100; i++) {
      addToGraph(graph, hashOf(i), Int16Array.of(-5 - (i % 30_000)));
      removeFromGraph(graph, hashOf(i));
    }
    addToGraph(graph, hashOf(5000), Int16Array.of(1300));
    const { changed } = regroupGraph(graph, pairs, Infinity);
    assert(graph.forest.count < 100, `${graph.forest.count} groups`);
    assertEquals(changed.map(({ members }) => members.length), [2, 2, 2]);
    addToGraph(graph, hashOf(5001), Int16Array.of(8));
    removeFromGraph(graph, hashOf(3));
    regroupGraph(graph, pairs, Infinity);
    const sizes = [...graph.scenes.values()].map(({ tier, members }) =>
      `${tier} ${members.length}`
    );
    assertEquals(sizes.sort(), [
      "close 11",
      "close 2",
      "related 12",
      "related 2",
      "similar 11",
      "similar 2",
    ]);
  },
});
