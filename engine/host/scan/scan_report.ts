import type { Tier } from "@scenekeep/models";
import type { LostLink } from "../links/lost_link.ts";
import type { FolderPlan } from "./selected_plan.ts";

/** Files with the same bytes. */
export interface ExactGroup {
  /** BLAKE2b-512 in base64; null where the files were compared and no hash was asked for. */
  readonly hash: string | null;
  /** Of one of them. */
  readonly sizeBytes: number;
  /** The one that stays. */
  readonly keeper: string;
  /** Empty where no plan was asked for and the group is not among the first. */
  readonly why: string;
  /** All of them with the keeper, in order of path. */
  readonly files: readonly string[];
}

/** Pictures that show the same thing. */
export interface SimilarGroup {
  /** The surest tier that holds all of them together. */
  readonly tier: "sameImage" | "samePixels" | Tier;
  /**
   * The largest distance of two of them, as an integer |A−B|² of quantised vectors, or what stands
   * in its place for pictures that were compared.
   */
  readonly diameter: number;
  /** Which signals say that they show the same thing. */
  readonly grouped: string;
  readonly keeper: string;
  readonly why: string;
  /** All of them with the keeper, in order of path; exact copies are among them. */
  readonly files: readonly string[];
}

/** A name that takes no part, and why. */
export interface UnreadableFile {
  readonly file: string;
  readonly reason: string;
  /** What a link says, until it was looked whether it leads nowhere; not part of a report. */
  readonly target?: string;
}

/**
 * What a scan found. Paths are relative to the folder, with `/` between names; everything is in
 * order of path, so that the same folder gives the same bytes.
 */
export interface ScanReport {
  readonly exact: readonly ExactGroup[];
  readonly similar: readonly SimilarGroup[];
  readonly unreadable: readonly UnreadableFile[];
  /** Links that lead nowhere, and what would mend each: `deno task repair` does. */
  readonly lostLinks: readonly LostLink[];
  /** What a clean-up would do, with its certificate; null when there is nothing to win. */
  readonly plan: FolderPlan | null;
}

/** Numbers about a scan that are not the same each time, and counts for people. */
export interface ScanNumbers {
  readonly files: number;
  readonly albums: number;
  readonly bytes: number;
  /** Bytes of removed exact copies, and of all that the plan removes. */
  readonly exactBytesToWin: number;
  readonly bytesToWin: number;
  /** Pictures without anything on them, which are in no scene. */
  readonly blankPictures: number;
  readonly filesToRemove: number;
  /** Names that leave the directory that was looked at; their files live on elsewhere. */
  readonly namesToRemove: number;
  readonly elapsedMs: number;
}
