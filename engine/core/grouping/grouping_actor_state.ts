import type { ChannelContract } from "../protocol/effect.ts";
import type { ActorId, MessageId, RequestKey } from "../protocol/ids.ts";
import type { ContentHash, FileId, OwnerId } from "../library/ids.ts";
import type { ReviewTier, SceneTier } from "../library/plan.ts";
import type { ContentDigests, LookedPair } from "../messages/engine_types.ts";
import { type LookState, nothingLooked, setLooked } from "./grouping_actor_look.ts";
import type { GroupingRules } from "./grouping_actor_turn.ts";
import {
  addFile,
  addModel,
  createGrouping,
  type GroupingModel,
  type GroupingState,
  markNotDuplicates,
  setVector,
  vectorOf,
} from "./grouping_state.ts";
import type { BarrierSide } from "./scene.ts";

/** Reviews that are open at the same time; the oldest is dropped for a new one. */
export const REVIEWS_MAX = 8;

/** Who waits for an answer. */
export interface ReviewClient {
  readonly request: MessageId;
  readonly client: ActorId;
  readonly channel: ChannelContract;
}

/** A review that is to be opened once grouping has caught up. */
export interface WaitingReview extends ReviewClient {
  readonly review: string;
  readonly tier: ReviewTier;
  readonly limit: number;
  /** The first run of catching up that began after the request. */
  readonly run: number;
}

/** A scene as it was when its review was opened. Its name is its place in the review. */
export interface FrozenScene {
  readonly owner: OwnerId;
  readonly tier: SceneTier;
  readonly diameter: number;
  /** The contents, ascending by code unit. */
  readonly hashes: readonly ContentHash[];
  /** The files of each content, ascending by id. */
  readonly files: readonly (readonly FileId[])[];
  /** Pairs of its contents that were compared; absent where none was. */
  readonly looked?: readonly LookedPair[];
  /** Its contents that hold the picture of another one; absent where none does. */
  readonly same?: readonly ContentDigests[];
}

/** An open review. */
export interface FrozenReview {
  readonly tier: ReviewTier;
  readonly scenes: readonly FrozenScene[];
  /**
   * Vectors that the library has lost since the review was opened, by {@linkcode vectorKey}. All
   * others are those that grouping has: what was recorded first stays.
   */
  readonly vectors: Map<string, Int16Array>;
}

/** Names the vector of a content of an owner. */
export function vectorKey(owner: OwnerId, hash: ContentHash): string {
  return `${owner.length} ${owner} ${hash}`;
}

/** Where a file is to be searched. */
export interface FileNode {
  readonly owner: OwnerId;
  readonly side: BarrierSide;
  readonly contentHash: ContentHash;
}

/** What the grouping actor knows. All of it can be had again from the librarian and the port. */
export interface GroupingActorState {
  grouping: GroupingState;
  readonly files: Map<FileId, FileNode>;
  /** Pairs that are not duplicates, and the owners that they have been marked for. */
  readonly pairs: (readonly [ContentHash, ContentHash])[];
  readonly owners: Set<OwnerId>;
  /** Changes of the library up to here are known. */
  cursor: number;
  phase: "idle" | "pulling" | "loading" | "looking" | "regrouping";
  /** Numbers the runs of catching up. */
  run: number;
  /** Grows with everything that arrives in a run. */
  progress: number;
  progressSeen: number;
  readonly toLoad: Set<ContentHash>;
  readonly loads: Map<RequestKey, readonly ContentHash[]>;
  loadFailures: number;
  isLoadTimerSet: boolean;
  requestsMade: number;
  /** Contents whose recorded vector cannot be found. */
  readonly lost: Set<ContentHash>;
  /** Null where the port does not compare pictures. */
  readonly look: LookState | null;
  readonly waiting: WaitingReview[];
  readonly reviews: Map<string, FrozenReview>;
}

/** The state of an actor that knows nothing yet. */
export function emptyGroupingActor(
  { looksAgain, model }: Pick<GroupingRules, "looksAgain" | "model">,
): GroupingActorState {
  return {
    grouping: groupingFor(model),
    files: new Map(),
    pairs: [],
    owners: new Set(),
    cursor: 0,
    phase: "idle",
    run: 0,
    progress: 0,
    progressSeen: 0,
    toLoad: new Set(),
    loads: new Map(),
    loadFailures: 0,
    isLoadTimerSet: false,
    requestsMade: 0,
    lost: new Set(),
    look: looksAgain ? nothingLooked() : null,
    waiting: [],
    reviews: new Map(),
  };
}

/** An empty grouping of one model. */
export function groupingFor(model: GroupingModel): GroupingState {
  const grouping = createGrouping();
  addModel(grouping, model);
  return grouping;
}

/** The state as plain JSON: what grouping was told, from which the scenes follow. */
export function encodeGroupingActor(state: GroupingActorState, model: GroupingModel): unknown {
  const vectors = new Map<string, readonly [OwnerId, ContentHash, readonly number[]]>();
  for (const { contentHash, owner } of state.files.values()) {
    const key = vectorKey(owner, contentHash);
    if (vectors.has(key)) continue;
    const vector = vectorOf(state.grouping, { owner, hash: contentHash, model: model.id });
    if (vector !== null) vectors.set(key, [owner, contentHash, [...vector]]);
  }
  const { look, ...told } = state;
  return {
    ...told,
    ...(look === null ? {} : { look }),
    grouping: [...vectors.values()],
    files: [...state.files],
    owners: [...state.owners],
    toLoad: [...state.toLoad],
    loads: [...state.loads],
    lost: [...state.lost],
    reviews: [...state.reviews].map(([name, { scenes, tier, vectors }]) => [
      name,
      { scenes, tier, vectors: [...vectors].map(([hash, vector]) => [hash, [...vector]]) },
    ]),
  };
}

type Entries<Key, Value> = readonly (readonly [Key, Value])[];

/**
 * The state that `encodeGroupingActor` made plain. Every scene is to be found again: a regrouping
 * comes before any review.
 */
export function decodeGroupingActor(snapshot: unknown, rules: GroupingRules): GroupingActorState {
  const { model } = rules;
  const plain = snapshot as
    & Omit<
      GroupingActorState,
      | "grouping"
      | "files"
      | "owners"
      | "toLoad"
      | "loads"
      | "lost"
      | "look"
      | "reviews"
    >
    & {
      readonly grouping: readonly (readonly [OwnerId, ContentHash, readonly number[]])[];
      readonly files: Entries<FileId, FileNode>;
      readonly owners: readonly OwnerId[];
      readonly toLoad: readonly ContentHash[];
      readonly loads: Entries<RequestKey, readonly ContentHash[]>;
      readonly lost: readonly ContentHash[];
      readonly look?: LookState;
      readonly reviews: Entries<string, {
        readonly scenes: readonly FrozenScene[];
        readonly tier: ReviewTier;
        readonly vectors: Entries<string, readonly number[]>;
      }>;
    };
  const grouping = groupingFor(model);
  for (const [file, { contentHash, owner, side }] of plain.files) {
    addFile(grouping, { owner, side, hash: contentHash }, file);
  }
  for (const [owner, hash, vector] of plain.grouping) {
    setVector(grouping, { owner, hash, model: model.id, vector: Int16Array.from(vector) });
  }
  for (const owner of plain.owners) {
    for (const [first, second] of plain.pairs) {
      markNotDuplicates(grouping, { owner, first, second });
    }
  }
  const { look } = plain;
  const state: GroupingActorState = {
    ...plain,
    look: look === undefined ? emptyGroupingActor(rules).look : { ...nothingLooked(), ...look },
    grouping,
    pairs: [...plain.pairs],
    waiting: [...plain.waiting],
    files: new Map(plain.files),
    owners: new Set(plain.owners),
    toLoad: new Set(plain.toLoad),
    loads: new Map(plain.loads),
    lost: new Set(plain.lost),
    reviews: new Map(plain.reviews.map(([name, { scenes, tier, vectors }]) => [
      name,
      {
        scenes,
        tier,
        vectors: new Map(vectors.map(([key, vector]) => [key, Int16Array.from(vector)])),
      },
    ])),
  };
  setLooked({ rules, state });
  return state;
}
