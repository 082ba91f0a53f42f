import { assert, assertEquals, assertThrows } from "@std/assert";
import type { ContentHash, FileId, OwnerId } from "../library/ids.ts";
import { InvariantError } from "../protocol/invariant.ts";
import { squaredDistance, thresholdOfCosine } from "./distance.ts";
import {
  addFile,
  addModel,
  allNodes,
  createGrouping,
  type GroupingState,
  markNotDuplicates,
  removeFile,
  removeModel,
  setVector,
  unmarkNotDuplicates,
  vectorOf,
} from "./grouping_state.ts";
import { distanceOf, exactGroups, filesOf, regroup, scenes, scenesOf } from "./grouping_view.ts";
import { type BarrierSide, type ModelId, SIMILAR_TIERS, tierOfDiameter } from "./scene.ts";

const OWNER = "ann" as OwnerId;
const MODEL = "m" as ModelId;
const THRESHOLDS = { close: 4, similar: 25, related: 100 };

function grouping(dimensions: number = 1): GroupingState {
  const state = createGrouping();
  addModel(state, { id: MODEL, dimensions, thresholds: THRESHOLDS });
  return state;
}

interface Photo {
  readonly hash: string;
  readonly vector: readonly number[];
  readonly side?: BarrierSide;
  readonly model?: ModelId;
  readonly owner?: OwnerId;
}

function addPhoto(state: GroupingState, photo: Photo): void {
  const { side = "visible", model = MODEL, owner = OWNER } = photo;
  const hash = photo.hash as ContentHash;
  addFile(state, { owner, side, hash }, `${photo.hash}-${side}` as FileId);
  setVector(state, { owner, hash, model, vector: Int16Array.from(photo.vector) });
}

function membersAt(state: GroupingState, tier: string): string[] {
  return scenes(state).filter((scene) => scene.tier === tier)
    .map(({ members }) => members.join(""));
}

Deno.test({
  name: "regroup() lets no chain pull its ends together, and tells every tier",
  permissions: "none",
  fn: () => {
    const state = grouping();
    for (const [hash, x] of [["a", 0], ["b", 2], ["c", 6], ["d", 14]] as const) {
      addPhoto(state, { hash, vector: [x] });
    }
    regroup(state);
    assertEquals(membersAt(state, "close"), ["ab"]);
    assertEquals(membersAt(state, "similar"), ["ab"]);
    assertEquals(membersAt(state, "related"), ["abc"]);
    const [widest] = scenesOf(state, { owner: OWNER, side: "visible", hash: "c" as ContentHash });
    assertEquals([widest?.diameter, widest?.isDiameterExact], [36, true]);
    assertEquals(widest?.reducedThreshold, null);
    assertEquals(tierOfDiameter(THRESHOLDS, 36), "related");
  },
});

Deno.test({
  name: "regroup() breaks a tie by content hash, whatever came first",
  permissions: "none",
  fn: () => {
    for (const order of ["abc", "cba", "bca"]) {
      const state = grouping();
      for (const hash of order) addPhoto(state, { hash, vector: ["abc".indexOf(hash) * 8] });
      regroup(state);
      assertEquals(membersAt(state, "related"), ["ab"]);
    }
  },
});

Deno.test({
  name: "regroup() puts 250 identical frames into one scene",
  permissions: "none",
  fn: () => {
    const state = grouping();
    for (let i = 0; i < 250; i++) addPhoto(state, { hash: `${1000 + i}`, vector: [7] });
    regroup(state);
    for (const tier of SIMILAR_TIERS) {
      const found = scenes(state).filter((scene) => scene.tier === tier);
      assertEquals(found.map(({ members, diameter }) => [members.length, diameter]), [[250, 0]]);
    }
  },
});

Deno.test({
  name: "regroup() never mixes hidden and visible, owners, or models",
  permissions: "none",
  fn: () => {
    const state = grouping();
    const other = "other" as ModelId;
    addModel(state, { id: other, dimensions: 1, thresholds: THRESHOLDS });
    addPhoto(state, { hash: "a", vector: [0] });
    addPhoto(state, { hash: "b", vector: [0], side: "hidden" });
    addPhoto(state, { hash: "c", vector: [0], model: other });
    addPhoto(state, { hash: "d", vector: [0], owner: "bob" as OwnerId });
    regroup(state);
    assertEquals(scenes(state), []);
    addPhoto(state, { hash: "e", vector: [0], side: "hidden" });
    regroup(state);
    assertEquals(membersAt(state, "close"), ["be"]);
  },
});

Deno.test({
  name: "addFile() and removeFile() carry a photo and its vector over the barrier",
  permissions: "none",
  fn: () => {
    const state = grouping();
    addPhoto(state, { hash: "a", vector: [0] });
    addPhoto(state, { hash: "b", vector: [1] });
    addPhoto(state, { hash: "c", vector: [2], side: "hidden" });
    regroup(state);
    assertEquals(membersAt(state, "close"), ["ab"]);
    const hash = "b" as ContentHash;
    const file = "b-visible" as FileId;
    assert(addFile(state, { owner: OWNER, side: "hidden", hash }, file));
    assert(removeFile(state, { owner: OWNER, side: "visible", hash }, file));
    const { changed, removed } = regroup(state);
    assertEquals(changed.map(({ partition, tier }) => [partition.side, tier]), [
      ["hidden", "close"],
      ["hidden", "similar"],
      ["hidden", "related"],
    ]);
    assertEquals(removed.length, 3);
    assertEquals(membersAt(state, "close"), ["bc"]);
  },
});

Deno.test({
  name: "exactGroups() are the byte-equal files of one side",
  permissions: "none",
  fn: () => {
    const state = grouping();
    const hash = "a" as ContentHash;
    const visible = { owner: OWNER, side: "visible", hash } as const;
    const hidden = { owner: OWNER, side: "hidden", hash } as const;
    for (const file of ["f3", "f1"] as FileId[]) assert(addFile(state, visible, file));
    assert(addFile(state, hidden, "f2" as FileId));
    assert(!addFile(state, visible, "f1" as FileId), "a file is attached once");
    assertEquals(exactGroups(state), [{ ...visible, files: ["f1", "f3"] as FileId[] }]);
    assertEquals(filesOf(state, hidden), ["f2"] as FileId[]);
    assert(removeFile(state, visible, "f3" as FileId));
    assert(!removeFile(state, visible, "f3" as FileId), "a file is detached once");
    assertEquals(exactGroups(state), []);
  },
});

Deno.test({
  name: "setVector() keeps what was recorded first, and refuses what has no file",
  permissions: "none",
  fn: () => {
    const state = grouping();
    const name = { owner: OWNER, hash: "a" as ContentHash, model: MODEL };
    const node = { owner: OWNER, side: "visible", hash: name.hash } as const;
    const given = { ...name, vector: Int16Array.of(5) };
    assertEquals(setVector(state, given), "noFile");
    addFile(state, node, "f" as FileId);
    assertEquals(setVector(state, given), "added");
    assertEquals(setVector(state, given), "unchanged");
    assertEquals(setVector(state, { ...name, vector: Int16Array.of(6) }), "keptFirst");
    assertEquals(vectorOf(state, name), Int16Array.of(5));
    removeFile(state, node, "f" as FileId);
    assertEquals(vectorOf(state, name), null);
    assertThrows(() => addModel(state, { id: MODEL, dimensions: 1, thresholds: THRESHOLDS }));
  },
});

Deno.test({
  name: "markNotDuplicates() survives removal and return, and can be taken back",
  permissions: "none",
  fn: () => {
    const state = grouping();
    for (const hash of "abc") addPhoto(state, { hash, vector: [0] });
    const pair = { owner: OWNER, first: "c" as ContentHash, second: "a" as ContentHash };
    assert(markNotDuplicates(state, pair));
    assert(!markNotDuplicates(state, { ...pair, first: pair.second, second: pair.first }));
    regroup(state);
    assertEquals(membersAt(state, "close"), ["ab"]);
    const node = { owner: OWNER, side: "visible", hash: pair.first } as const;
    removeFile(state, node, "c-visible" as FileId);
    regroup(state);
    addPhoto(state, { hash: "c", vector: [0] });
    regroup(state);
    assertEquals(membersAt(state, "close"), ["ab"]);
    assert(unmarkNotDuplicates(state, pair));
    assert(!unmarkNotDuplicates(state, pair));
    regroup(state);
    assertEquals(membersAt(state, "close"), ["abc"]);
    assertThrows(
      () => markNotDuplicates(state, { ...pair, second: pair.first }),
      InvariantError,
      "duplicate of itself",
    );
  },
});

Deno.test({
  name: "removeModel() drops its scenes and nothing else",
  permissions: "none",
  fn: () => {
    const state = grouping();
    const other = "other" as ModelId;
    addModel(state, { id: other, dimensions: 1, thresholds: THRESHOLDS });
    for (const hash of "ab") {
      addPhoto(state, { hash, vector: [0] });
      addPhoto(state, { hash, vector: [0], model: other });
    }
    regroup(state);
    assertEquals(scenes(state).length, 6);
    assertEquals(distanceOf(state, { owner: OWNER, model: MODEL, ...FIRST_PAIR }), 0);
    removeModel(state, MODEL);
    assertEquals(scenes(state).map(({ partition }) => partition.model), [other, other, other]);
    assertEquals(distanceOf(state, { owner: OWNER, model: MODEL, ...FIRST_PAIR }), null);
  },
});

const FIRST_PAIR = { first: "a" as ContentHash, second: "b" as ContentHash };

Deno.test({
  name: "the state of grouping can be cloned and goes on alike",
  permissions: "none",
  fn: () => {
    const state = grouping(2);
    for (let i = 0; i < 60; i++) addPhoto(state, { hash: `p${i}`, vector: [i % 7, i % 5] });
    regroup(state);
    const clone = structuredClone(state);
    for (const one of [state, clone]) {
      for (let i = 60; i < 90; i++) addPhoto(one, { hash: `p${i}`, vector: [i % 7, i % 11] });
      for (const { files, name } of allNodes(one).slice(0, 20)) {
        addFile(one, name, `copy-${name.hash}` as FileId);
        removeFile(one, name, [...files][0]!);
      }
      regroup(one);
    }
    assertEquals(scenes(clone), scenes(state));
    assertEquals(allNodes(clone), allNodes(state));
  },
});

Deno.test({
  name: "addModel() refuses thresholds that do not ascend, when the first vector comes",
  permissions: "none",
  fn: () => {
    const state = createGrouping();
    addModel(state, { id: MODEL, dimensions: 1, thresholds: { ...THRESHOLDS, close: 26 } });
    assertThrows(
      () => addPhoto(state, { hash: "a", vector: [0] }),
      InvariantError,
      "must be ascending integers",
    );
  },
});

Deno.test({
  name: "regroup() a part at a time tells of a scene whose key has moved to another component once",
  permissions: "none",
  fn: () => {
    const state = grouping();
    const node = { owner: OWNER, side: "visible", hash: "a" as ContentHash } as const;
    addPhoto(state, { hash: "a", vector: [0] });
    addPhoto(state, { hash: "b", vector: [0] });
    addPhoto(state, { hash: "d", vector: [5000] });
    addPhoto(state, { hash: "e", vector: [9000] });
    regroup(state);
    // The scene of "a" and "b" ends; "a" comes back elsewhere, as the smallest of another scene.
    addPhoto(state, { hash: "c", vector: [5000] });
    removeFile(state, node, "a-visible" as FileId);
    addPhoto(state, { hash: "a", vector: [5000] });
    const first = regroup(state, { componentsMax: 1 });
    assertEquals(first.changed.map(({ key, members }) => [key, members.join("")]), [
      ["close a", "acd"],
      ["similar a", "acd"],
      ["related a", "acd"],
    ]);
    assertEquals(first.componentsLeft, 1);
    const second = regroup(state);
    assertEquals([second.changed, second.removed, second.componentsLeft], [[], [], 0]);
    assertEquals(membersAt(state, "close"), ["acd"]);
    assertEquals(scenesOf(state, node).map(({ tier }) => tier), [...SIMILAR_TIERS]);
    assertEquals(scenesOf(state, { ...node, hash: "b" as ContentHash }), []);
  },
});

/** A repeatable number from -`reach` to `reach`. */
function jitter(i: number, axis: number, reach: number): number {
  let mixed = Math.imul(i * 64 + axis + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 12)) >>> 0) % (2 * reach + 1) - reach;
}

Deno.test({
  name: "regroup() makes one scene of 50,000 near-identical frames, in bounded memory",
  permissions: "none",
  fn: () => {
    const state = createGrouping();
    const thresholds = {
      close: thresholdOfCosine(0.001),
      similar: thresholdOfCosine(0.02),
      related: thresholdOfCosine(0.04),
    };
    addModel(state, { id: MODEL, dimensions: 32, thresholds });
    for (let i = 0; i < 50_000; i++) {
      const vector = Array.from({ length: 32 }, (_, axis) => 5000 + jitter(i, axis, 60));
      addPhoto(state, { hash: `frame${i}`, vector });
    }
    const sizes = regroup(state).changed.map(({ tier, members }) => [tier, members.length]);
    assertEquals(sizes, [["close", 50_000], ["similar", 50_000], ["related", 50_000]]);
    const [graph] = state.graphs.values();
    assertEquals(graph!.adjacency.edgeCount, 0, "no edge of the crowd is kept");
    const far = squaredDistance(
      new Int16Array(32).fill(5060),
      new Int16Array(32).fill(4940),
    );
    for (const { diameter, isDiameterExact } of scenes(state)) {
      assert(!isDiameterExact && diameter <= far);
    }
    // One of them removed, one marked as different: the crowd stays a crowd.
    const node = { owner: OWNER, side: "visible", hash: "frame0" as ContentHash } as const;
    removeFile(state, node, "frame0-visible" as FileId);
    regroup(state);
    assertEquals(scenes(state).map(({ members }) => members.length), [49_999, 49_999, 49_999]);
  },
});
