import type { AlbumId, FileId, ObligationId, PlanId, SceneId } from "./ids.ts";

/**
 * A promise made by an applied plan: `album` keeps showing the scene, by one of `acceptable`.
 *
 * Ends when the user removes the last representative, deletes the album, or undoes the plan.
 */
export interface ObligationRecord {
  readonly id: ObligationId;
  readonly album: AlbumId;
  readonly plan: PlanId;
  readonly scene: SceneId;
  /** Kept members of the frozen scene, and what later confirmed plans put in their place. */
  readonly acceptable: Set<FileId>;
}
