import type * as Id from "../library/ids.ts";
import type { ReviewedScene, SceneDecision, SceneTier } from "../library/plan.ts";

/** A scene as grouping offers it for review: members in order of content hash and id. */
export interface OfferedScene {
  readonly id: Id.SceneId;
  readonly tier: SceneTier;
  readonly diameter: number;
  readonly members: readonly Id.FileId[];
}

/** What a client asks of grouping. */
export type GroupingCommand =
  /**
   * Freezes the scenes of a tier (nested: `related` includes closer ones as they are cut there) as
   * review `review`, after catching up with the library, and answers with the first page.
   */
  | {
    readonly kind: "openReview";
    readonly review: string;
    readonly tier: Exclude<SceneTier, "exact">;
    readonly limit: number;
  }
  | {
    readonly kind: "readReview";
    readonly review: string;
    readonly after: number;
    readonly limit: number;
  }
  /** Turns decisions into scenes with the distances that a plan needs. */
  | {
    readonly kind: "decideScenes";
    readonly review: string;
    readonly scenes: readonly {
      readonly id: Id.SceneId;
      readonly decisions: readonly SceneDecision[];
    }[];
  }
  | { readonly kind: "closeReview"; readonly review: string };

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
    readonly code: "UNKNOWN_REVIEW" | "UNKNOWN_SCENE" | "DECISIONS_MISMATCH";
    readonly detail: string;
  }
  | { readonly kind: "reviewClosed"; readonly review: string };
