import type { ContentHash, OwnerId, SceneId } from "../library/ids.ts";
import type { ReviewedScene, ReviewTier, SceneDecision } from "../library/plan.ts";
import type { GroupingCommand, ReviewRefusal } from "../messages/grouping_messages.ts";
import { squaredDistance } from "./distance.ts";
import { pairDistances } from "./evidence.ts";
import { groundsOf, LookedPairs } from "./grouping_actor_look.ts";
import {
  type FrozenReview,
  type FrozenScene,
  type ReviewClient,
  REVIEWS_MAX,
  vectorKey,
} from "./grouping_actor_state.ts";
import type { GroupingTurn } from "./grouping_actor_turn.ts";
import { cutToSame, samePairs, SamePictures, tierOfSame } from "./same_pictures.ts";
import { graphOf, vectorOf } from "./grouping_state.ts";
import { exactGroups, filesOf, scenesOfTier } from "./grouping_view.ts";
import { cutOfReview, type ExactGroup, type Scene, tierOfDiameter } from "./scene.ts";

/** Scenes of one page. */
export const PAGE_SCENES_MAX = 1000;

/** Pairs whose distance one answer tells: some 30 MiB. */
export const DECIDED_PAIRS_MAX = 1_000_000;

/**
 * Freezes the scenes of a tier as they are now.
 *
 * Time and memory: linear in the scenes of the tier and their members, but for sorting; what the
 * scenes say is shared, not copied. Vectors are kept only as the library loses them, see
 * {@linkcode keepVector}.
 */
export function freezeReview(turn: GroupingTurn, review: string, tier: ReviewTier): void {
  const { state } = turn;
  const cut = cutOfReview(tier);
  const similar = scenesOfTier(state.grouping, cut);
  const exact = exactGroups(state.grouping);
  const scenes: FrozenScene[] = [];
  const looked = new LookedPairs(state.look?.pairs ?? []);
  const same = new SamePictures(state.look?.digests ?? []);
  for (const side of ["visible", "hidden"] as const) {
    // Of whole scenes grouping knows who is in one.
    const inParts = new Set<string>();
    for (const scene of similar) {
      if (scene.partition.side !== side) continue;
      for (const frozen of cutScenes(frozenScene(turn, scene, { looked, same }), tier)) {
        scenes.push(frozen);
        if (tier === cut) continue;
        for (const hash of frozen.hashes) inParts.add(vectorKey(frozen.owner, hash));
      }
    }
    for (const group of exact) {
      if (group.side !== side) continue;
      const isShown = tier === cut
        ? isInScene(turn, group, tier)
        : inParts.has(vectorKey(group.owner, group.hash));
      if (!isShown) scenes.push(frozenGroup(group));
    }
  }
  state.reviews.set(review, { tier, scenes, vectors: new Map() });
  for (const oldest of state.reviews.keys()) {
    if (state.reviews.size <= REVIEWS_MAX) return;
    state.reviews.delete(oldest);
  }
}

function isInScene(
  turn: GroupingTurn,
  { hash, owner, side }: ExactGroup,
  tier: ReviewTier,
): boolean {
  const graph = graphOf(turn.state.grouping, { owner, side, model: turn.rules.model.id });
  return graph?.scenesOfHash.get(hash)?.some((scene) => scene.tier === tier) === true;
}

/** The scene itself, or where one picture each is asked for, what holds one. */
function cutScenes(scene: FrozenScene, tier: ReviewTier): FrozenScene[] {
  if (tier !== "sameImage" && tier !== "samePixels") return [scene];
  return cutToSame(scene.same ?? [], tier).map((same): FrozenScene => {
    const hashes = same.map(({ contentHash }) => contentHash);
    const inside = new Set(hashes);
    const looked = scene.looked?.filter(({ first, second }) =>
      inside.has(first) && inside.has(second)
    );
    return {
      owner: scene.owner,
      tier: tierOfSame(same.length, same) ?? tier,
      diameter: scene.diameter,
      hashes,
      files: scene.files.filter((_, place) => inside.has(scene.hashes[place]!)),
      same,
      ...(looked === undefined || looked.length === 0 ? {} : { looked }),
    };
  });
}

function frozenScene(
  turn: GroupingTurn,
  scene: Scene,
  { looked, same }: { readonly looked: LookedPairs; readonly same: SamePictures },
): FrozenScene {
  const { grouping } = turn.state;
  const { diameter, members, partition } = scene;
  const { owner, side } = partition;
  const pairs = looked.within(members);
  const digests = same.among(members);
  return {
    owner,
    tier: tierOfSame(members.length, digests) ??
      tierOfDiameter(turn.rules.model.thresholds, diameter),
    diameter,
    hashes: members,
    files: members.map((hash) => filesOf(grouping, { owner, side, hash })),
    ...(pairs.length === 0 ? {} : { looked: pairs }),
    ...(digests.length === 0 ? {} : { same: digests }),
  };
}

function frozenGroup({ files, hash, owner }: ExactGroup): FrozenScene {
  return { owner, tier: "exact", diameter: 0, hashes: [hash], files: [files] };
}

/**
 * Keeps the vector of a content for the reviews that are open, before grouping loses it: a review
 * is decided on the distances that it was frozen with.
 */
export function keepVector(turn: GroupingTurn, owner: OwnerId, hash: ContentHash): void {
  const { grouping, reviews } = turn.state;
  if (reviews.size === 0) return;
  const vector = vectorOf(grouping, { owner, hash, model: turn.rules.model.id });
  if (vector === null) return;
  const key = vectorKey(owner, hash);
  for (const { vectors } of reviews.values()) if (!vectors.has(key)) vectors.set(key, vector);
}

/** Keeps the vectors of all that open reviews show, before grouping forgets everything. */
export function keepVectorsOfReviews(turn: GroupingTurn): void {
  for (const { scenes } of turn.state.reviews.values()) {
    for (const { hashes, owner, tier } of scenes) {
      if (tier !== "exact") { for (const hash of hashes) keepVector(turn, owner, hash); }
    }
  }
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
    scenes: known.scenes.slice(start, end).map((scene, place) => {
      const { diameter, files, looked, tier } = scene;
      const same = samePairs(scene.same ?? []);
      const grounds = groundsOf(looked ?? [], turn.rules.model.thresholds.similar);
      return {
        id: sceneId(review, start + place),
        tier,
        diameter,
        members: files.flat(),
        ...(grounds === null ? {} : { grounds }),
        ...(same === null ? {} : { same }),
      };
    }),
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
    const scene = known.scenes[placeOfScene(review, id)];
    if (scene === undefined) return refuse(turn, client, "UNKNOWN_SCENE", id);
    const members = decidedMembers(scene, decisions);
    if (members === null) {
      const detail =
        `Scene ${id} needs one decision on each of its ${scene.files.flat().length} members`;
      return refuse(turn, client, "DECISIONS_MISMATCH", detail);
    }
    if (scene.tier !== "exact") pairsLeft -= pairsOf(members);
    if (pairsLeft < 0) {
      const detail = `Decide fewer scenes at once: at most ${DECIDED_PAIRS_MAX} pairs fit`;
      return refuse(turn, client, "TOO_MANY_PAIRS", detail);
    }
    const { diameter, tier } = scene;
    const measure = { turn, review: known, scene };
    const distances = tier === "exact" ? [] : distancesOf(measure, members);
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
  if (choices.size !== decisions.length) return null;
  const digestsOf = new Map(scene.same?.map(({ contentHash, digests }) => [contentHash, digests]));
  const members: SceneDecision[] = [];
  for (const [place, contentHash] of scene.hashes.entries()) {
    const digests = digestsOf.get(contentHash);
    for (const file of scene.files[place]!) {
      const choice = choices.get(file);
      if (choice === undefined) return null;
      // What the user saw is what was frozen, whatever the file holds by now.
      members.push({ file, choice, contentHash, ...(digests === undefined ? {} : { digests }) });
    }
  }
  return members.length === choices.size ? members : null;
}

function pairsOf(members: readonly SceneDecision[]): number {
  let kept = 0;
  for (const { choice } of members) if (choice === "keep") kept += 1;
  return kept * (members.length - kept);
}

/** Where the distances of a scene come from. */
interface Measure {
  readonly turn: GroupingTurn;
  readonly review: FrozenReview;
  readonly scene: FrozenScene;
}

/** The distance of every pair of a deleted and a kept member, in order of their places. */
function distancesOf(
  measure: Measure,
  members: readonly SceneDecision[],
): (readonly [number, number, number])[] {
  const distances: (readonly [number, number, number])[] = [];
  const known = pairDistances(
    (measure.scene.looked ?? []).map((pair) => [pair.first, pair.second, pair.distance] as const),
  );
  const vectors = members.map(({ contentHash }) =>
    contentHash === undefined ? null : frozenVector(measure, contentHash)
  );
  for (const [left, first] of members.entries()) {
    for (let right = left + 1; right < members.length; right += 1) {
      const second = members[right]!;
      if (first.choice === second.choice) continue;
      const isSame = first.contentHash === second.contentHash;
      const compared = isSame ? undefined : known.get(first.contentHash!)?.get(second.contentHash!);
      distances.push([
        left,
        right,
        // The diameter bounds what cannot be measured, which no scene ever needs.
        isSame
          ? 0
          : compared ?? distanceOrNull(vectors[left]!, vectors[right]!) ?? measure.scene.diameter,
      ]);
    }
  }
  return distances;
}

/** The vector that a content had when its review was frozen. */
function frozenVector({ review, scene, turn }: Measure, hash: ContentHash): Int16Array | null {
  const { owner } = scene;
  return review.vectors.get(vectorKey(owner, hash)) ??
    vectorOf(turn.state.grouping, { owner, hash, model: turn.rules.model.id });
}

function distanceOrNull(left: Int16Array | null, right: Int16Array | null): number | null {
  return left === null || right === null ? null : squaredDistance(left, right);
}

/** Names the scene at a place of a review, counted from 0. */
function sceneId(review: string, place: number): SceneId {
  return `${review}/${place + 1}` as SceneId;
}

/** The place of a scene in its review; -1 for a name that is none of its. */
function placeOfScene(review: string, id: SceneId): number {
  const number = Number(id.slice(review.length + 1));
  return Number.isSafeInteger(number) && sceneId(review, number - 1) === id ? number - 1 : -1;
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
