import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { compareText, type ContentHash, type FileId, type OwnerId } from "../library/ids.ts";
import { EDGES_MAX } from "./edge_list.ts";
import type { PairEvidence } from "./evidence.ts";
import {
  addFile,
  addModel,
  allNodes,
  createGrouping,
  type GroupingState,
  markNotDuplicates,
  removeFile,
  setEvidence,
  setVector,
  unmarkNotDuplicates,
  vectorOf,
} from "./grouping_state.ts";
import {
  exactGroups,
  filesOf,
  type GroupingChanges,
  regroup,
  scenes,
  scenesOf,
} from "./grouping_view.ts";
import { naiveScenes } from "./naive_scenes.ts";
import { type BarrierSide, type ModelId, type Scene, SIMILAR_TIERS } from "./scene.ts";

const OWNERS = ["ann", "bob"] as OwnerId[];
const SIDES = ["visible", "hidden"] as const;
const MODELS = ["m1", "m2"] as ModelId[];
const HASHES = [..."abcdefghijkl"] as ContentHash[];
const THRESHOLDS = { close: 1, similar: 4, related: 10 };

type Change =
  | { readonly kind: "addFile" | "removeFile"; readonly node: Node; readonly file: FileId }
  | { readonly kind: "setVector"; readonly vector: VectorGiven }
  | { readonly kind: "mark" | "unmark"; readonly pair: Pair }
  | { readonly kind: "evidence"; readonly model: ModelId; readonly pairs: readonly PairEvidence[] }
  | { readonly kind: "regroup"; readonly componentsMax: number };
interface Node {
  readonly owner: OwnerId;
  readonly side: BarrierSide;
  readonly hash: ContentHash;
}
interface VectorGiven {
  readonly owner: OwnerId;
  readonly hash: ContentHash;
  readonly model: ModelId;
  readonly vector: Int16Array;
}
interface Pair {
  readonly owner: OwnerId;
  readonly first: ContentHash;
  readonly second: ContentHash;
}

const OWNER = fc.constantFrom(OWNERS[0]!, OWNERS[0]!, OWNERS[0]!, OWNERS[1]!);
const SIDE = fc.constantFrom(SIDES[0], SIDES[0], SIDES[0], SIDES[1]);
const MODEL = fc.constantFrom(MODELS[0]!, MODELS[0]!, MODELS[0]!, MODELS[1]!);
const HASH = fc.constantFrom(...HASHES);
const FILE = fc.constantFrom("f1" as FileId, "f2" as FileId);
const NODE: fc.Arbitrary<Node> = fc.record({ owner: OWNER, side: SIDE, hash: HASH });
const VECTOR = fc.tuple(fc.nat(5), fc.nat(3)).map((values) => Int16Array.from(values));
const PAIR = fc.record({ owner: OWNER, first: HASH, second: HASH })
  .filter(({ first, second }) => first !== second);

const EVIDENCE: fc.Arbitrary<readonly PairEvidence[]> = fc.array(
  fc.tuple(HASH, HASH, fc.constantFrom(0, 1, 3, 4, 5, 9, 10, 11, 20, 2 ** 40))
    .filter(([first, second]) => first !== second),
  { maxLength: 12 },
);

const CHANGE: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ node: NODE, file: FILE })
      .map((given): Change => ({ kind: "addFile", ...given })),
  },
  {
    weight: 4,
    arbitrary: fc.record({ node: NODE, file: FILE })
      .map((given): Change => ({ kind: "removeFile", ...given })),
  },
  {
    weight: 8,
    arbitrary: fc.record({ owner: OWNER, hash: HASH, model: MODEL, vector: VECTOR })
      .map((vector): Change => ({ kind: "setVector", vector })),
  },
  { weight: 1, arbitrary: PAIR.map((pair): Change => ({ kind: "mark", pair })) },
  {
    weight: 1,
    arbitrary: fc.record({ model: MODEL, pairs: EVIDENCE })
      .map((given): Change => ({ kind: "evidence", ...given })),
  },
  { weight: 1, arbitrary: PAIR.map((pair): Change => ({ kind: "unmark", pair })) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 3 })
      .map((componentsMax): Change => ({ kind: "regroup", componentsMax })),
  },
);
const CHANGES = fc.array(CHANGE, { maxLength: 120, size: "max" });

function emptyState(edgeBudget: number): GroupingState {
  const state = createGrouping({ edgeBudget });
  for (const id of MODELS) addModel(state, { id, dimensions: 2, thresholds: THRESHOLDS });
  return state;
}

/** What somebody knows who has listened to every change. */
type Listener = Map<string, Scene>;

function listen(listener: Listener, { changed, removed }: GroupingChanges): void {
  const nameOf = ({ partition, key }: Pick<Scene, "partition" | "key">): string =>
    JSON.stringify([partition.owner, partition.side, partition.model, key]);
  for (const gone of removed) assert(listener.delete(nameOf(gone)), "what goes must have been");
  for (const scene of changed) listener.set(nameOf(scene), scene);
}

function apply(state: GroupingState, change: Change, listener: Listener): void {
  switch (change.kind) {
    case "addFile":
      addFile(state, change.node, change.file);
      break;
    case "removeFile":
      removeFile(state, change.node, change.file);
      break;
    case "setVector":
      setVector(state, change.vector);
      break;
    case "mark":
      markNotDuplicates(state, change.pair);
      break;
    case "unmark":
      unmarkNotDuplicates(state, change.pair);
      break;
    case "evidence":
      setEvidence(state, change);
      break;
    case "regroup":
      listen(listener, regroup(state, change));
      break;
  }
}

/** A state that was told in one go, in another order, what this one knows. */
function fresh(state: GroupingState): GroupingState {
  const other = emptyState(state.edgeBudget);
  for (const [owner, pairs] of state.notDuplicates) {
    for (const [first, others] of pairs) {
      for (const second of others) markNotDuplicates(other, { owner, first, second });
    }
  }
  const names = allNodes(state).sort((left, right) =>
    compareText(right.name.hash, left.name.hash) || compareText(left.name.side, right.name.side)
  );
  for (const { name, files } of names) {
    for (const file of files) addFile(other, name, file);
    for (const model of MODELS) {
      const vector = vectorOf(state, { ...name, model });
      if (vector !== null) setVector(other, { owner: name.owner, hash: name.hash, model, vector });
    }
  }
  for (const model of MODELS) setEvidence(other, { model, pairs: evidenceOf(state, model) });
  regroup(other);
  return other;
}

function evidenceOf(state: GroupingState, model: ModelId): PairEvidence[] {
  return [...state.evidence.get(model)!].flatMap(([first, row]) =>
    [...row].map(([second, distance]): PairEvidence => [first, second, distance])
  );
}

function assertTextbook(state: GroupingState): void {
  for (const owner of OWNERS) {
    for (const side of SIDES) {
      for (const model of MODELS) {
        const nodes = HASHES.flatMap((hash) => {
          const vector = vectorOf(state, { owner, hash, model });
          return vector === null || filesOf(state, { owner, side, hash }).length === 0
            ? []
            : [{ hash, vector }];
        });
        for (const tier of SIMILAR_TIERS) {
          const pairs = state.notDuplicates.get(owner);
          const expected = naiveScenes(
            nodes,
            THRESHOLDS[tier],
            (left, right) => pairs?.get(left)?.has(right) !== true,
            (left, right) => state.evidence.get(model)!.get(left)?.get(right) ?? null,
          );
          const actual = scenes(state).filter(({ partition, tier: other }) =>
            other === tier && partition.owner === owner && partition.side === side &&
            partition.model === model
          );
          assertEquals(actual.map(({ members }) => members), expected);
        }
      }
    }
  }
}

function assertFound(state: GroupingState): void {
  const all = scenes(state);
  for (const { name, files } of allNodes(state)) {
    const mine = all.filter(({ partition, members }) =>
      partition.owner === name.owner && partition.side === name.side && members.includes(name.hash)
    );
    assertEquals(scenesOf(state, name), mine);
    const group = exactGroups(state).find((other) =>
      other.owner === name.owner && other.side === name.side && other.hash === name.hash
    );
    assertEquals(group?.files.length ?? 1, files.size);
  }
}

for (const edgeBudget of [1, 40, 300, EDGES_MAX]) {
  Deno.test({
    name: `regroup() after any changes gives what a fresh run gives, with ${edgeBudget} edges`,
    permissions: "none",
    fn: () =>
      fc.assert(
        fc.property(CHANGES, (changes) => {
          const state = emptyState(edgeBudget);
          const listener: Listener = new Map();
          for (const change of changes) apply(state, change, listener);
          const { componentsLeft, ...last } = regroup(state);
          listen(listener, { componentsLeft, ...last });
          assertEquals(componentsLeft, 0);
          const other = fresh(state);
          assertEquals(scenes(state), scenes(other));
          assertEquals(exactGroups(state), exactGroups(other));
          assertEquals(new Set(listener.values()), new Set(scenes(state)));
          assertFound(state);
          if (edgeBudget === EDGES_MAX) assertTextbook(state);
        }),
        { numRuns: 150 },
      ),
  });
}

Deno.test({
  name: "regroup() gives the same for every order of arrival",
  permissions: "none",
  fn: () =>
    fc.assert(
      fc.property(
        fc.array(VECTOR, { minLength: 2, maxLength: 12 }).chain((vectors) =>
          fc.tuple(
            fc.constant(vectors),
            fc.shuffledSubarray([...vectors.keys()], { minLength: vectors.length }),
          )
        ),
        fc.constantFrom(5, 60, EDGES_MAX),
        ([vectors, order], edgeBudget) => {
          const run = (indexes: Iterable<number>): Scene[] => {
            const state = emptyState(edgeBudget);
            for (const i of indexes) {
              const node: Node = { owner: OWNERS[0]!, side: "visible", hash: HASHES[i]! };
              addFile(state, node, "f1" as FileId);
              setVector(state, { ...node, model: MODELS[0]!, vector: vectors[i]! });
            }
            regroup(state);
            return scenes(state);
          };
          assertEquals(run(order), run(vectors.keys()));
        },
      ),
      { numRuns: 200 },
    ),
});
