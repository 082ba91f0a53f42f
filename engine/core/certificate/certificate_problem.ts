import type { AlbumId, FileId, SceneId } from "../library/ids.ts";

/** What a plan gets wrong. Stable. */
export type CertificateProblemCode =
  | "PLAN_MALFORMED"
  | "REQUEST_CHANGED"
  | "FILE_STALE"
  | "FOREIGN_FILE"
  | "KEEPER_UNFIT"
  | "CONTENT_DIFFERS"
  | "DISTANCE_WRONG"
  | "SAMENESS_WRONG"
  | "SIDES_MIXED"
  | "SCENE_EMPTIED"
  | "SCENE_LOST"
  | "CONTENT_LOST"
  | "STAND_IN_NEEDLESS"
  | "STAND_IN_FORBIDDEN"
  | "STAND_IN_NOT_CLOSEST"
  | "PRECONDITION_MISSING"
  | "PRECONDITION_WRONG"
  | "PUBLISHED_WITHOUT_CONSENT"
  | "FAVORITE_LOST"
  | "SHOT_TORN"
  | "ACTION_WRONG"
  | "BYTES_WRONG"
  | "METADATA_LOST"
  | "METADATA_WRONG"
  | "TEXT_EXPOSED"
  | "LOSS_UNLISTED"
  | "CHOICE_IGNORED"
  | "PROOF_WRONG";

/** One thing that a plan gets wrong, and where. */
export interface CertificateProblem {
  /** What kind of mistake. */
  readonly code: CertificateProblemCode;
  /** What is wrong, in words. */
  readonly detail: string;
  /** Index of the item concerned, or null. */
  readonly item: number | null;
  /** The album concerned, or null. */
  readonly album: AlbumId | null;
  /** The scene concerned, or null. */
  readonly scene: SceneId | null;
  /** The file concerned, or null. */
  readonly file: FileId | null;
}

/** Where a problem is. */
export type ProblemPlace = Partial<Pick<CertificateProblem, "item" | "album" | "scene" | "file">>;

/** Collects problems. */
export class ProblemReport {
  readonly problems: CertificateProblem[] = [];

  /** Notes a problem unless `holds`. Returns `holds`. */
  expect(
    holds: boolean,
    code: CertificateProblemCode,
    problem: ProblemPlace & { readonly detail: string },
  ): boolean {
    if (!holds) {
      this.problems.push({ code, item: null, album: null, scene: null, file: null, ...problem });
    }
    return holds;
  }
}
