import type { AlbumId, ContentHash, FileId, LibraryId, PlanId, SceneId } from "./ids.ts";
import type { Metadata } from "./file.ts";

/** Version of the plan document. Readers accept this and every earlier one. */
export const PLAN_FORMAT = "plan/1";

/** How sure a scene is. The first three are exact tiers; only byte equality is known to core. */
export type SceneTier = "exact" | "close" | "similar" | "related";

/** What the user decided for one member of a scene. */
export interface SceneDecision {
  readonly file: FileId;
  readonly choice: "keep" | "delete";
  /** The content that the user saw. When given, a file that has other content by now stays. */
  readonly contentHash?: ContentHash;
}

/** One frozen scene under review. Distances are integers between any two members, see R9. */
export interface ReviewedScene {
  readonly id: SceneId;
  readonly tier: SceneTier;
  /** The largest distance between two members; 0 for exact copies. */
  readonly diameter: number;
  readonly members: readonly SceneDecision[];
  /**
   * Distance of pairs of members as `[left, right, distance]`, indexes into `members`; every pair
   * of a deleted and a kept member is there. Empty for exact copies, whose distances are 0.
   */
  readonly distances: readonly (readonly [number, number, number])[];
}

/** What a clean-up is about. */
export type PlanScope =
  | { readonly kind: "library" }
  | { readonly kind: "album"; readonly album: AlbumId };

/** What the user asks for. */
export interface PlanRequest {
  readonly plan: PlanId;
  readonly cleanup: "exact" | "similar";
  readonly scope: PlanScope;
  readonly scenes: readonly ReviewedScene[];
  /** Albums that others see in which similar stand-ins may appear. */
  readonly consentAlbums: readonly AlbumId[];
  /** The user's own keeper rules, strongest first. Empty for the default order. */
  readonly keepRules: readonly KeepRule[];
}

/** One rule of the user's keeper order. */
export type KeepRule =
  | { readonly kind: "favorite" }
  | { readonly kind: "raw" }
  | { readonly kind: "pixels" }
  | { readonly kind: "sharpness" }
  | { readonly kind: "oldest" }
  | { readonly kind: "largest" }
  | { readonly kind: "album"; readonly album: AlbumId };

/** What must be true of one album when an item is applied, and what may be done to make it so. */
export interface AlbumPrecondition {
  readonly album: AlbumId;
  readonly scene: SceneId;
  /** Must be in the album after the item, or the item is skipped. */
  readonly representative: FileId;
  /** The representative's content; other content does not stand for the scene. */
  readonly representativeHash: ContentHash;
  /** True when the librarian may add the representative if it is missing. */
  readonly mayAdd: boolean;
  /** True when adding it shows similar content to other people; the user has consented. */
  readonly publishes: boolean;
}

/**
 * A change of a keeper's metadata, and what it replaces. In an item: by that item alone, so that no
 * item relies on another. In a certificate: by all items of the plan, in their order.
 */
export interface MetadataMerge {
  readonly file: FileId;
  readonly before: Metadata;
  readonly after: Metadata;
  /** True when the keeper becomes a favourite because the removed copy was one. */
  readonly becomesFavorite: boolean;
  /** True when no caption, tag, name or place moves: others would see it without consent. */
  readonly textWithheld: boolean;
  /** Values of the removed copy that did not fit; they stay in the trash record. */
  readonly conflicts: readonly string[];
}

/** One deletion of a plan. No item relies on another having run (R18). */
export interface PlanItem {
  readonly index: number;
  readonly scene: SceneId;
  readonly action: "trashFile" | "removeEntry";
  readonly file: FileId;
  readonly version: number;
  readonly contentHash: ContentHash;
  /** For `removeEntry`: the album that loses the entry. */
  readonly fromAlbum: AlbumId | null;
  readonly keeper: FileId;
  readonly keeperVersion: number;
  readonly keeperHash: ContentHash;
  readonly distance: number;
  readonly albums: readonly AlbumPrecondition[];
  readonly merge: MetadataMerge | null;
  /** What the user loses with this file, in words a person reads. */
  readonly lost: readonly string[];
  /** All objects of the file. 0 when an entry goes but the file stays. */
  readonly bytesToTrash: number;
  /** Why the keeper was chosen over this file. */
  readonly why: string;
  /**
   * Indexes of the items of the same capture, ascending, without this one: one shot goes as a whole
   * or not at all. Each item is safe without them; only the shot would be torn.
   */
  readonly companions: readonly number[];
}

/** A file that the user marked for deletion and that stays, and why. */
export interface KeptInstead {
  readonly file: FileId;
  readonly scene: SceneId;
  readonly reason:
    | "favorite"
    | "albumNeedsConsent"
    | "albumNotWritable"
    | "hiddenBarrier"
    | "mixedVisibility"
    | "capturePart"
    | "otherOwner"
    | "unverified"
    | "contentChanged"
    | "removalPending"
    | "noKeeper"
    | "notThere";
  /** The album on whose account it stays, or null. */
  readonly album: AlbumId | null;
}

/** The scenes of one album before and after the plan. */
export interface AlbumProof {
  readonly album: AlbumId;
  readonly scenes: readonly {
    readonly scene: SceneId;
    readonly before: readonly FileId[];
    readonly after: readonly FileId[];
    /** Null only for `uncategorized`, where R5 holds instead. */
    readonly representative: FileId | null;
  }[];
}

/** What a plan does, stated so that it can be checked without the code that made it (§5). */
export interface Certificate {
  readonly usageBeforeBytes: number;
  /** Trash counts, so usage does not fall before the purge. */
  readonly usageAfterApplyBytes: number;
  readonly usageAfterPurgeBytes: number;
  readonly bytesToTrash: number;
  readonly albums: readonly AlbumProof[];
  readonly removed: readonly {
    readonly file: FileId;
    readonly contentHash: ContentHash;
    readonly keeper: FileId;
    readonly distance: number;
  }[];
  readonly merges: readonly MetadataMerge[];
  readonly lost: readonly { readonly file: FileId; readonly what: readonly string[] }[];
  readonly published: readonly { readonly album: AlbumId; readonly file: FileId }[];
}

/** A whole clean-up, ready to be confirmed. Plain JSON. */
export interface Plan {
  readonly format: typeof PLAN_FORMAT;
  readonly library: LibraryId;
  readonly id: PlanId;
  readonly cleanup: "exact" | "similar";
  readonly scope: PlanScope;
  /** As the user reviewed them; ordered by scene, members by file. */
  readonly scenes: readonly ReviewedScene[];
  readonly consentAlbums: readonly AlbumId[];
  readonly keepRules: readonly KeepRule[];
  readonly items: readonly PlanItem[];
  readonly keptInstead: readonly KeptInstead[];
  readonly certificate: Certificate;
}

/** Why a request cannot become a plan. */
export interface PlanRefusal {
  readonly code: "SCENE_EMPTY" | "SCENE_INVALID" | "NOTHING_TO_DO" | "TOO_LARGE";
  readonly scenes: readonly SceneId[];
  readonly detail: string;
  /** With `NOTHING_TO_DO`: what would have gone, and why it stays. */
  readonly keptInstead: readonly KeptInstead[];
}

/** Why an item was not applied. Nothing of it happened. */
export type SkipReason =
  | "fileChanged"
  | "fileGone"
  | "keeperChanged"
  | "keeperGone"
  | "keeperUnreadable"
  | "keeperHashMismatch"
  | "representativeMissing"
  | "favorite"
  | "barrier"
  | "pinned"
  | "busy"
  | "physicalFailure"
  | "cancelled";

/** What applying one item changed besides trashing: enough to take each change back. */
export interface ItemChanges {
  readonly added: readonly EntryReference[];
  readonly removed: readonly EntryReference[];
  readonly merged:
    | { readonly file: FileId; readonly before: Metadata; readonly after: Metadata }
    | null;
  readonly arranged: readonly {
    readonly album: AlbumId;
    readonly before: Arrangement;
    readonly after: Arrangement;
  }[];
}

/** One entry, named by its ends. */
export interface EntryReference {
  readonly album: AlbumId;
  readonly file: FileId;
}

/** An album's cover and manual order. */
export interface Arrangement {
  readonly cover: FileId | null;
  readonly order: readonly FileId[] | null;
}
