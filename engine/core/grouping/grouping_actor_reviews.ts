import type { ContentHash, FileId, SceneId } from "../library/ids.ts";
import type { ReviewedScene, SceneDecision } from "../library/plan.ts";
import type { GroupingCommand, ReviewRefusal } from "../messages/grouping_messages.ts";
import { squaredDistance } from "./distance.ts";
import {
  type FrozenMember,
  type FrozenReview,
  frozenReview,
  type FrozenScene,
  type ReviewClient,
  REVIEWS_MAX,
} from "./grouping_actor_state.ts";
import type { GroupingTurn } from "./grouping_actor_turn.ts";
import { vectorOf } from "./grouping_state.ts";
import { exactGroups, filesOf, scenes } from "./grouping_view.ts";
import { type BarrierSide, type SimilarTier, tierOfDiameter } from "./scene.ts";

/** Scenes of one page. */
export const PAGE_SCENES_MAX = 1000;

/** Pairs whose distance one answer tells: some 30 MiB. */
export const DECIDED_PAIRS_MAX = 1_000_000;

/** Freezes the scenes of a tier as they are now. */
export function freezeReview(turn: GroupingTurn, review: string, tier: SimilarTier): void {
  const { state } = turn;
  const frozen = [
    ...frozenScenes(turn, { review, tier, side: "visible" }),
    ...frozenScenes(turn, { review, tier, side: "hidden" }),
  ].map((scene, place) => ({ ...scene, id: `${review}/${place + 1}` as SceneId }));
  state.reviews.set(
    review,
    frozenReview({ tier, scenes: frozen, vectors: frozenVectors(turn, tier) }),
  );
  for (const oldest of state.reviews.keys()) {
    if (state.reviews.size <= REVIEWS_MAX) return;
    state.reviews.delete(oldest);
  }
}

/** The vectors of all scenes of a tier. Reviews that hold the same vector share its memory. */
function frozenVectors(turn: GroupingTurn, tier: SimilarTier): Map<ContentHash, Int16Array> {
  const { grouping, reviews } = turn.state;
  const model = turn.rules.model.id;
  const vectors = new Map<ContentHash, Int16Array>();
  for (const scene of scenes(grouping)) {
    if (scene.tier !== tier) continue;
    for (const hash of scene.members) {
      const vector = vectorOf(grouping, { owner: scene.partition.owner, hash, model });
      if (vector === null) continue;
      const known = [...reviews.values()].flatMap((review) => review.vectors.get(hash) ?? []);
      const same = known.find((other) => squaredDistance(other, vector) === 0);
      vectors.set(hash, same ?? vector);
    }
  }
  return vectors;
}

function frozenScenes(
  turn: GroupingTurn,
  wanted: { review: string; tier: SimilarTier; side: BarrierSide },
): FrozenScene[] {
  const { grouping } = turn.state;
  const { side, tier } = wanted;
  const id = wanted.review as SceneId;
  const frozen: FrozenScene[] = [];
  const covered = new Set<FileId>();
  for (const scene of scenes(grouping)) {
    if (scene.tier !== tier || scene.partition.side !== side) continue;
    const { owner } = scene.partition;
    const members = scene.members.flatMap((hash): FrozenMember[] =>
      filesOf(grouping, { owner, side, hash }).map((file) => ({ file, contentHash: hash }))
    );
    for (const { file } of members) covered.add(file);
    const { diameter } = scene;
    const narrowest = tierOfDiameter(turn.rules.model.thresholds, diameter);
    frozen.push({ id, tier: narrowest, diameter, members });
  }
  for (const group of exactGroups(grouping)) {
    const [first] = group.files;
    if (group.side !== side || first === undefined || covered.has(first)) continue;
    const members = group.files.map((file) => ({ file, contentHash: group.hash }));
    frozen.push({ id, tier: "exact", diameter: 0, members });
  }
  return frozen;
}

/** Answers with one page of a review. */
export function readReview(
  turn: GroupingTurn,
  client: ReviewClient,
  page: { review: string; after: number; limit: number },
): void {
  const { review } = page;
  const known = turn.state.reviews.get(review);
  if (known === undefined) return refuse(turn, client, "UNKNOWN_REVIEW", review);
  const start = Math.max(0, Math.trunc(page.after));
  const end = start + Math.min(Math.max(1, Math.trunc(page.limit)), PAGE_SCENES_MAX);
  const total = known.scenes.length;
  turn.reply(client, {
    kind: "reviewPage",
    review,
    scenes: known.scenes.slice(start, end).map(({ diameter, id, members, tier }) => ({
      id,
      tier,
      diameter,
      members: members.map(({ file }) => file),
    })),
    total,
    next: end < total ? end : null,
  });
}

/** Answers with the decided scenes and their distances. */
export function decideScenes(
  turn: GroupingTurn,
  client: ReviewClient,
  command: GroupingCommand & { kind: "decideScenes" },
): void {
  const { review } = command;
  const known = turn.state.reviews.get(review);
  if (known === undefined) return refuse(turn, client, "UNKNOWN_REVIEW", review);
  const decided: ReviewedScene[] = [];
  let pairsLeft = DECIDED_PAIRS_MAX;
  for (const { decisions, id } of command.scenes) {
    const scene = known.scenes[known.placeOfScene.get(id) ?? -1];
    if (scene === undefined) return refuse(turn, client, "UNKNOWN_SCENE", id);
    const members = decidedMembers(scene, decisions);
    if (members === null) {
      const detail =
        `Scene ${id} needs one decision on each of its ${scene.members.length} members`;
      return refuse(turn, client, "DECISIONS_MISMATCH", detail);
    }
    if (scene.tier !== "exact") pairsLeft -= pairsOf(members);
    if (pairsLeft < 0) {
      const detail = `Decide fewer scenes at once: at most ${DECIDED_PAIRS_MAX} pairs fit`;
      return refuse(turn, client, "TOO_MANY_PAIRS", detail);
    }
    const { diameter, tier } = scene;
    const distances = tier === "exact" ? [] : distancesOf(known, scene, members);
    decided.push({ id, tier, diameter, members, distances });
  }
  turn.reply(client, { kind: "scenesDecided", scenes: decided });
}

/** The decisions in the order of the members, or null when they are not one for each. */
function decidedMembers(
  scene: FrozenScene,
  decisions: readonly SceneDecision[],
): SceneDecision[] | null {
  const choices = new Map(decisions.map(({ choice, file }) => [file, choice]));
  if (decisions.length !== scene.members.length || choices.size !== decisions.length) return null;
  const members: SceneDecision[] = [];
  for (const { contentHash, file } of scene.members) {
    const choice = choices.get(file);
    if (choice === undefined) return null;
    // What the user saw is what was frozen, whatever the file holds by now.
    members.push({ file, choice, contentHash });
  }
  return members;
}

function pairsOf(members: readonly SceneDecision[]): number {
  let kept = 0;
  for (const { choice } of members) if (choice === "keep") kept += 1;
  return kept * (members.length - kept);
}

/** The distance of every pair of a deleted and a kept member, in order of their places. */
function distancesOf(
  review: FrozenReview,
  scene: FrozenScene,
  members: readonly SceneDecision[],
): (readonly [number, number, number])[] {
  const distances: (readonly [number, number, number])[] = [];
  for (const [left, first] of members.entries()) {
    for (let right = left + 1; right < members.length; right += 1) {
      if (first.choice === members[right]?.choice) continue;
      distances.push([left, right, distanceIn(review, scene, [left, right])]);
    }
  }
  return distances;
}

/** 0 for equal content. The diameter bounds what cannot be measured, which no scene ever needs. */
function distanceIn(
  review: FrozenReview,
  scene: FrozenScene,
  pair: readonly [number, number],
): number {
  const [left, right] = pair.map((place) => scene.members[place]?.contentHash);
  if (left === undefined || right === undefined || left === right) return 0;
  const first = review.vectors.get(left);
  const second = review.vectors.get(right);
  if (first === undefined || second === undefined) return scene.diameter;
  return squaredDistance(first, second);
}

/** Answers that a review cannot be had. */
export function refuse(
  turn: GroupingTurn,
  client: ReviewClient,
  code: ReviewRefusal,
  detail: string,
): void {
  turn.reply(client, { kind: "reviewRefused", code, detail });
}
