import type { AlbumId, ContentHash, FileId, PlanId } from "./ids.ts";
import type { FileRecord, StoredObject } from "./file.ts";

/** Days in the trash before a purge, in milliseconds: 30 days. */
export const TRASH_AGE_MS: number = 30 * 24 * 60 * 60 * 1000;

/** What one entry was, so that a restore is exact. */
export interface TrashedEntry {
  readonly album: AlbumId;
  readonly name: string | null;
  /** Place in the album's manual order, or null when the album had none. */
  readonly orderIndex: number | null;
  readonly wasCover: boolean;
}

/** Why something is in the trash. */
export type TrashCause =
  | { readonly kind: "user" }
  | { readonly kind: "edit" }
  | {
    readonly kind: "plan";
    readonly plan: PlanId;
    readonly itemIndex: number;
    readonly keeper: FileId;
    readonly keeperHash: ContentHash;
  };

/** A removed file, or the version that an edit replaced. Its bytes count until it is purged. */
export interface TrashRecord {
  /** Grows by one with everything that enters the trash; `empty trash` is bounded by it. */
  readonly sequence: number;
  readonly content: "file" | "version";
  readonly file: FileId;
  readonly version: number;
  readonly contentHash: ContentHash | null;
  /** Where the bytes are now. */
  readonly objects: readonly StoredObject[];
  /** Folder libraries: where the bytes were, and go when the file is restored. */
  readonly homeObjects?: readonly StoredObject[];
  /** The file as it was, for `content: "file"`; restoring brings exactly this back. */
  readonly record: TrashedFile;
  readonly entries: readonly TrashedEntry[];
  readonly cause: TrashCause;
  /** True when the file was hidden by its flag or by all its entries. */
  readonly hidden: boolean;
  /** Witnessed time at which it entered the trash. */
  readonly trashedAtMs: number;
}

/** The parts of a file that a restore needs and the trash record does not have elsewhere. */
export type TrashedFile = Pick<
  FileRecord,
  "id" | "owner" | "kind" | "name" | "capture" | "facts" | "metadata" | "verified"
>;
