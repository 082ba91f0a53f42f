import type * as Id from "../library/ids.ts";
import type { ReviewedScene, ReviewTier, SceneDecision, SceneTier } from "../library/plan.ts";

/** What speaks for a scene besides vectors: its pictures that were compared. */
export interface SceneGrounds {
  /** How many pairs were; of the others their vectors alone speak. */
  readonly comparedPairs: number;
  /** The fewest and the most matching spots of such a pair. */
  readonly spotsMin: number;
  readonly spotsMax: number;
  /** Of them: the one is the other in a mirror; turned; without its border. */
  readonly mirroredPairs: number;
  readonly turnedPairs: number;
  readonly insidePairs: number;
}

/** Pairs of a scene that hold the same picture in other bytes. */
export interface SamePairs {
  /** The same compressed picture, with other metadata. */
  readonly imageData: number;
  /** Equal pixels, compressed otherwise. */
  readonly pixels: number;
}

/** A scene as grouping offers it for review: members in order of content hash and id. */
export interface OfferedScene {
  readonly id: Id.SceneId;
  /**
   * The surest tier that the scene belongs to: `exact` when its files are byte-equal, `sameImage`
   * or `samePixels` when any two hold the same picture.
   */
  readonly tier: SceneTier;
  /**
   * The largest distance of two members; a proven bound for scenes of thousands of members, and
   * where one is cut to what holds one picture.
   */
  readonly diameter: number;
  readonly members: readonly Id.FileId[];
  /** Absent where nothing was compared. */
  readonly grounds?: SceneGrounds;
  /** Absent where no two contents hold the same picture. */
  readonly same?: SamePairs;
}

/** What a client asks of grouping. */
export type GroupingCommand =
  /**
   * Freezes the scenes of a tier (nested: `related` includes closer ones as they are cut there) as
   * review `review`, after catching up with the library, and answers with the first page. Of the
   * tiers of one picture the scenes are what holds it in each of the closest scenes. Groups of
   * byte-equal files that are in no such scene are scenes of their own. Visible scenes come first.
   * A review that is open already is not frozen anew.
   */
  | {
    readonly kind: "openReview";
    readonly review: string;
    readonly tier: ReviewTier;
    readonly limit: number;
  }
  | {
    readonly kind: "readReview";
    readonly review: string;
    /** Scenes to skip: `next` of the page before. */
    readonly after: number;
    readonly limit: number;
  }
  /**
   * Turns decisions on every member of some scenes into scenes with the distances that a plan
   * needs, all as they were frozen.
   */
  | {
    readonly kind: "decideScenes";
    readonly review: string;
    readonly scenes: readonly {
      readonly id: Id.SceneId;
      readonly decisions: readonly SceneDecision[];
    }[];
  }
  | { readonly kind: "closeReview"; readonly review: string };

/**
 * Why a review cannot be had. Stable. `UNKNOWN_REVIEW`: never opened, closed, or dropped for newer
 * ones; open it again. `UNAVAILABLE`: the library or the vectors cannot be reached now; try later.
 */
export type ReviewRefusal =
  | "UNKNOWN_REVIEW"
  | "UNKNOWN_SCENE"
  | "DECISIONS_MISMATCH"
  | "TOO_MANY_PAIRS"
  | "UNAVAILABLE";

/** Grouping's answers. */
export type GroupingReply =
  | {
    readonly kind: "reviewPage";
    readonly review: string;
    readonly scenes: readonly OfferedScene[];
    readonly total: number;
    readonly next: number | null;
  }
  | { readonly kind: "scenesDecided"; readonly scenes: readonly ReviewedScene[] }
  | {
    readonly kind: "reviewRefused";
    readonly code: ReviewRefusal;
    readonly detail: string;
  }
  | { readonly kind: "reviewClosed"; readonly review: string };
