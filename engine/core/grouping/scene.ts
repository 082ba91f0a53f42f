/**
 * What grouping finds, and where it looks.
 *
 * @module
 */

import type { Branded } from "../protocol/ids.ts";
import type { ContentHash, FileId, OwnerId } from "../library/ids.ts";
import type { ReviewTier, SimilarTier } from "../library/plan.ts";

export type { SimilarTier };

/**
 * Names a model together with its preprocessing. Vectors of different models are never compared.
 */
export type ModelId = Branded<"ModelId">;

/** The two sides of the barrier between hidden and visible files. */
export type BarrierSide = "hidden" | "visible";

/** The tiers, the closest first. */
export const SIMILAR_TIERS: readonly SimilarTier[] = ["close", "similar", "related"];

/** What a review may be cut at, the surest first. */
export const REVIEW_TIERS: readonly ReviewTier[] = ["sameImage", "samePixels", ...SIMILAR_TIERS];

/** The tier whose scenes hold those of a review: the closest holds those of one picture. */
export function cutOfReview(tier: ReviewTier): SimilarTier {
  return tier === "sameImage" || tier === "samePixels" ? "close" : tier;
}

/** The largest distance of two members of a scene, by tier; ascending, at most `THRESHOLD_MAX`. */
export type TierThresholds = Readonly<Record<SimilarTier, number>>;

/** Where grouping looks for scenes: never across owners, the barrier, or models. */
export interface Partition {
  readonly owner: OwnerId;
  readonly side: BarrierSide;
  readonly model: ModelId;
}

/**
 * Names a scene within its partition by its tier and its smallest content hash. The same contents
 * give the same key; a key may live on with other members.
 */
export type SceneKey = Branded<"SceneKey">;

/** Contents that show the same thing: any two are within the threshold of the tier. */
export interface Scene {
  readonly key: SceneKey;
  readonly partition: Partition;
  readonly tier: SimilarTier;
  /** Content hashes, ascending by code unit; at least two. */
  readonly members: readonly ContentHash[];
  /** The largest integer distance of two members. */
  readonly diameter: number;
  /** False where the diameter is only a proven upper bound: scenes of thousands of members. */
  readonly isDiameterExact: boolean;
  /**
   * The threshold at which this part of a very large component was cut, where that of the tier was
   * out of reach; null for every other scene. See [Note: Large components].
   */
  readonly reducedThreshold: number | null;
  /**
   * True where a crowd too large for a complete-link tree was parted by the pairs that are marked
   * as not duplicates; false for every other scene. See [Note: Large components].
   */
  readonly isPartedByMarks: boolean;
}

/** Byte-equal files on one side of the barrier. */
export interface ExactGroup {
  readonly owner: OwnerId;
  readonly side: BarrierSide;
  readonly hash: ContentHash;
  /** At least two, ascending by code unit. */
  readonly files: readonly FileId[];
}

/** Names a scene within its partition. */
export function sceneKey(tier: SimilarTier, smallest: ContentHash): SceneKey {
  return `${tier} ${smallest}` as SceneKey;
}

/**
 * The narrowest tier that a scene of this diameter belongs to: the scene of that tier has the same
 * members.
 */
export function tierOfDiameter(thresholds: TierThresholds, diameter: number): SimilarTier {
  return SIMILAR_TIERS.find((tier) => diameter <= thresholds[tier]) ?? "related";
}

/** Whether two scenes say the same. */
export function isSameScene(left: Scene, right: Scene): boolean {
  return left.key === right.key && left.diameter === right.diameter &&
    left.isDiameterExact === right.isDiameterExact &&
    left.reducedThreshold === right.reducedThreshold &&
    left.isPartedByMarks === right.isPartedByMarks &&
    left.members.length === right.members.length &&
    left.members.every((hash, i) => hash === right.members[i]);
}
