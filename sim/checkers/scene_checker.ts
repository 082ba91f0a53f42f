import {
  type ContentHash,
  type EngineTypes,
  type FileId,
  GROUPING,
  type GroupingReply,
  type OfferedScene,
  type PictureDigests,
  REVIEW_TIERS,
  type ReviewedScene,
  type ReviewTier,
  type SceneTier,
} from "@scenekeep/engine/core";
import type { Observation, TurnObservation } from "../world/observation.ts";
import {
  componentScenes,
  contentsOf,
  isSearched,
  type KnownDistance,
  sceneText,
  type SearchedNodes,
  searchedNodes,
  type VectorOf,
} from "./grouping_truth.ts";
import { naiveDistance } from "./naive_scenes.ts";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";

/** Largest squared distance of each tier. */
export interface TierLimits {
  readonly close: number;
  readonly similar: number;
  readonly related: number;
}

/** What tells the picture of a content from others; null where nothing does. */
export type DigestsOf = (hash: ContentHash) => PictureDigests | null;

/** A review on its way. */
interface Review {
  readonly tier: ReviewTier;
  readonly openedAtMs: number;
  readonly seen: Set<FileId>;
  readonly scenes: OfferedScene[];
  readonly known: Set<OfferedScene["id"]>;
}

/** Reviews with this prefix are opened when all is at rest, and must say all there is. */
export const FINAL_REVIEW = "final/";

/** Members of a scene up to which every pair is measured. */
const PAIRS_MEMBERS_MAX = 128;
/** Contents up to which the whole library is grouped anew by the oracle. */
const ORACLE_NODES_MAX = 600;
/** Components that are grouped anew where the library is larger. */
const ORACLE_SAMPLES = 8;
/** Members of a component that the oracle can group. */
const ORACLE_MEMBERS_MAX = 80;

/**
 * INV-GROUP-1: scenes partition the searched files, any two members are within the threshold, and
 * what is found is what complete-link over the whole library finds.
 *
 * Each scene that is offered is judged against the checkers' own model and the true vectors;
 * reviews that are opened at the end, when all is at rest, are compared with a naive oracle.
 */
export class SceneChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-GROUP-1";
  readonly #limits: TierLimits;
  readonly #vectorOf: VectorOf;
  readonly #knownDistance: KnownDistance;
  readonly #digestsOf: DigestsOf;
  readonly #reviews = new Map<string, Review>();
  readonly #nodes = new Map<"visible" | "hidden", SearchedNodes>();
  /** Since when a file is not searched; absent while it is. */
  readonly #unsearchedSinceMs = new Map<FileId, number>();
  /** When a file last changed sides, bytes or marks. */
  readonly #changedAtMs = new Map<FileId, number>();

  constructor(
    options: {
      limits: TierLimits;
      vectorOf: VectorOf;
      knownDistance: KnownDistance;
      digestsOf: DigestsOf;
    },
  ) {
    super();
    this.#limits = options.limits;
    this.#vectorOf = options.vectorOf;
    this.#knownDistance = options.knownDistance;
    this.#digestsOf = options.digestsOf;
  }

  override afterTurn(turn: LibrarianTurn): void {
    const { shadow, nowMs } = turn;
    for (const [id, before] of shadow.delta.files) {
      const file = shadow.files.get(id);
      if (isSearched(shadow, file)) this.#unsearchedSinceMs.delete(id);
      else if (!this.#unsearchedSinceMs.has(id)) this.#unsearchedSinceMs.set(id, nowMs);
      const isChanged = !before.live || file === undefined ||
        before.contentHash !== file.contentHash || before.side !== shadow.sideOf(file);
      if (isChanged) this.#changedAtMs.set(id, nowMs);
    }
  }

  override observe(observation: Observation<EngineTypes>, watched: Watched): void {
    if (observation.kind !== "turn" || observation.actor !== GROUPING) return;
    this.#noteOpening(observation, watched.nowMs);
    for (const effect of observation.effects) {
      if (effect.kind !== "reply") continue;
      const reply = effect.body as GroupingReply;
      if (reply.kind === "reviewPage") this.#checkPage(reply, watched);
      else if (reply.kind === "scenesDecided") this.#checkDecided(reply.scenes);
    }
  }

  override settle(watched: Watched): void {
    this.#nodes.clear();
    for (const [id, review] of this.#reviews) {
      if (id.startsWith(FINAL_REVIEW)) this.#checkComplete(review, watched);
    }
  }

  override remembers(): unknown {
    return [this.#reviews, this.#unsearchedSinceMs, this.#changedAtMs];
  }

  #noteOpening(turn: TurnObservation<EngineTypes>, nowMs: number): void {
    const { incoming } = turn;
    if (incoming?.kind !== "message") return;
    const { body } = incoming.envelope;
    if (body.kind !== "openReview" || this.#reviews.has(body.review)) return;
    const { tier } = body;
    this.#reviews.set(body.review, {
      tier,
      openedAtMs: nowMs,
      seen: new Set(),
      scenes: [],
      known: new Set(),
    });
  }

  #checkPage(page: GroupingReply & { kind: "reviewPage" }, watched: Watched): void {
    const review = this.#reviews.get(page.review);
    this.expect(review !== undefined, page.review, () => `Nobody opened review ${page.review}`);
    if (review === undefined) return;
    for (const scene of page.scenes) {
      // The same page may be read twice.
      if (review.known.has(scene.id)) continue;
      review.known.add(scene.id);
      review.scenes.push(scene);
      this.#checkScene(review, scene, watched);
    }
  }

  #checkScene(review: Review, scene: OfferedScene, { shadow }: Watched): void {
    const { openedAtMs, seen, tier } = review;
    const where = (): string => `Scene ${scene.id} of a ${tier} review`;
    const stranger = scene.members.find((id) =>
      (this.#unsearchedSinceMs.get(id) ?? openedAtMs) < openedAtMs
    );
    this.expect(
      stranger === undefined && scene.members.length > 1,
      scene.id,
      () => `${where()} holds ${stranger}, which is not searched, or is alone`,
    );
    const twice = scene.members.find((id) => seen.has(id));
    this.expect(twice === undefined, scene.id, () => `${where()} and another hold ${twice}`);
    for (const id of scene.members) seen.add(id);
    const steady = scene.members.filter((id) => (this.#changedAtMs.get(id) ?? 0) < openedAtMs);
    const sides = new Set(steady.map((id) => shadow.sideOf(shadow.files.get(id))));
    this.expect(sides.size < 2, scene.id, () => `${where()} crosses the barrier`);
    this.expect(
      scene.tier === "exact" || REVIEW_TIERS.indexOf(scene.tier) <= REVIEW_TIERS.indexOf(tier),
      scene.id,
      () => `${where()} is of tier ${scene.tier} only`,
    );
    const contents = contentsOf(shadow, steady);
    this.#checkDiameter(scene, contents, this.#limitOf(tier));
    this.#checkSameness(scene, contents);
  }

  #checkDiameter(scene: OfferedScene, hashes: readonly ContentHash[], limit: number): void {
    const members = [...new Set(hashes)].slice(0, PAIRS_MEMBERS_MAX).flatMap((hash) => {
      const vector = this.#vectorOf(hash);
      return vector === null ? [] : [{ hash, vector }];
    });
    let diameter = 0;
    for (const [index, left] of members.entries()) {
      for (let other = index + 1; other < members.length; other += 1) {
        const right = members[other]!;
        const known = this.#knownDistance(left.hash, right.hash);
        diameter = Math.max(diameter, known ?? naiveDistance(left.vector, right.vector));
      }
    }
    this.expect(
      diameter <= limit && diameter <= scene.diameter,
      scene.id,
      () => `Scene ${scene.id} spans ${diameter}; it says ${scene.diameter}, the limit is ${limit}`,
    );
  }

  /** A scene that is said to be one picture must be, as a review of such scenes says of each. */
  #checkSameness({ id, tier }: OfferedScene, hashes: readonly ContentHash[]): void {
    if (tier !== "sameImage" && tier !== "samePixels") return;
    const kind = tier === "sameImage" ? "imageData" : "pixels";
    const digests = new Set(hashes.map((hash) => this.#digestsOf(hash)?.[kind] ?? null));
    this.expect(
      digests.size < 2 && !digests.has(null),
      id,
      () => `Scene ${id} is of tier ${tier} and holds ${digests.size} pictures`,
    );
  }

  #checkDecided(scenes: readonly ReviewedScene[]): void {
    for (const scene of scenes) {
      const limit = this.#limitOf(scene.tier);
      const farthest = scene.distances.reduce(
        (most, [, , distance]) => Math.max(most, distance),
        0,
      );
      this.expect(
        farthest <= limit && farthest <= scene.diameter,
        scene.id,
        () => `Decided scene ${scene.id} has members ${farthest} apart, the limit is ${limit}`,
      );
    }
  }

  /** Contents of one picture look the same, or nearly. */
  #limitOf(tier: SceneTier): number {
    if (tier === "exact") return 0;
    return tier === "sameImage" || tier === "samePixels" ? this.#limits.close : this.#limits[tier];
  }

  /** At rest, a review must hold every scene there is. */
  #checkComplete(review: Review, watched: Watched): void {
    const { shadow } = watched;
    for (const side of ["visible", "hidden"] as const) {
      const offered = offeredScenes(shadow, review, side);
      const nodes = this.#nodesOf(watched, side);
      const { hashes } = nodes;
      const isSmall = hashes.length <= ORACLE_NODES_MAX;
      const step = isSmall ? 1 : Math.ceil(hashes.length / ORACLE_SAMPLES);
      const done = new Set<ContentHash>();
      for (let index = 0; index < hashes.length; index += step) {
        const start = hashes[index]!;
        if (done.has(start)) continue;
        const component = componentScenes(nodes, start, {
          threshold: this.#limitOf(review.tier),
          membersMax: ORACLE_MEMBERS_MAX,
          isForbidden: (left, right) => shadow.notDuplicates.get(left)?.has(right) === true,
          knownDistance: this.#knownDistance,
        });
        if (component === null) continue;
        for (const hash of component.members) done.add(hash);
        for (const scene of component.scenes) {
          const text = sceneText(scene.members);
          this.expect(
            offered.get(text.split(" ", 1)[0] ?? "") === text,
            scene.members[0] ?? "",
            () => `The ${review.tier} review lacks the scene ${text}`,
          );
        }
        this.#checkNothingMore(component, { offered, review });
      }
    }
  }

  /** What is searched on a side, at rest; the same for every tier. */
  #nodesOf({ shadow }: Watched, side: "visible" | "hidden"): SearchedNodes {
    const known = this.#nodes.get(side);
    if (known !== undefined) return known;
    const nodes = searchedNodes(shadow, side, this.#vectorOf);
    this.#nodes.set(side, nodes);
    return nodes;
  }

  /** No scene of a component may be offered that the oracle does not find. */
  #checkNothingMore(
    component: NonNullable<ReturnType<typeof componentScenes>>,
    offer: { offered: ReadonlyMap<string, string>; review: Review },
  ): void {
    const expected = new Set(component.scenes.map((scene) => sceneText(scene.members)));
    for (const member of component.members) {
      const text = offer.offered.get(member);
      if (text === undefined || !text.includes(" ")) continue;
      this.expect(
        expected.has(text),
        member,
        () => `The ${offer.review.tier} review has the scene ${text}, which is none`,
      );
    }
  }
}

/** The scenes of one side by their smallest content, as scenes of a side share no member. */
function offeredScenes(
  shadow: Watched["shadow"],
  review: Review,
  side: "visible" | "hidden",
): Map<string, string> {
  const offered = new Map<string, string>();
  for (const { members } of review.scenes) {
    const [first] = members;
    if (first === undefined || shadow.sideOf(shadow.files.get(first)) !== side) continue;
    const text = sceneText(contentsOf(shadow, members));
    offered.set(text.split(" ", 1)[0] ?? "", text);
  }
  return offered;
}
