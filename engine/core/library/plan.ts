import type { AlbumId, ContentHash, FileId, LibraryId, PlanId, SceneId } from "./ids.ts";
import type { Metadata, StoredObject } from "./file.ts";
import type { PictureDigests, PictureSameness } from "./same_picture.ts";

/** Version of the plan document. Readers accept this and every earlier one. */
export const PLAN_FORMAT = "plan/1";

/**
 * How sure a scene is, the surest first: equal bytes; the same compressed picture with other
 * metadata; equal pixels; or one of the nested cuts of what looks alike (R10).
 */
export type SceneTier = "exact" | "sameImage" | "samePixels" | SimilarTier;

/** How near the members of a scene that looks alike are; nested, the closest first. */
export type SimilarTier = "close" | "similar" | "related";

/** What a review of pictures may be cut at: each is nested in those after it, `sameImage` first. */
export type ReviewTier = Exclude<SceneTier, "exact">;

/** What the user decided for one member of a scene. */
export interface SceneDecision {
  /** The member. */
  readonly file: FileId;
  /** What is to become of it. */
  readonly choice: "keep" | "delete";
  /** The content that the user saw. When given, a file that has other content by now stays. */
  readonly contentHash?: ContentHash;
  /** Of the picture in that content, where another member holds it too. */
  readonly digests?: PictureDigests;
}

/** One frozen scene under review. Distances are integers between any two members, see R9. */
export interface ReviewedScene {
  /** Names the scene within its plan or review. */
  readonly id: SceneId;
  /** How sure it is that the members show the same. */
  readonly tier: SceneTier;
  /** The largest distance between two members; 0 for exact copies. */
  readonly diameter: number;
  /** At least two; each file is in one scene of a request only. */
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
  /** Name of the plan to be; asking again under this name gives the same plan. */
  readonly plan: PlanId;
  /** Exact copies, or what looks alike. */
  readonly cleanup: "exact" | "similar";
  /** The whole library, or one album under review. */
  readonly scope: PlanScope;
  /** What the user reviewed. */
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
  | { readonly kind: "compression" }
  | { readonly kind: "oldest" }
  | { readonly kind: "largest" }
  | { readonly kind: "album"; readonly album: AlbumId }
  /** Lies in this directory of a folder library, or below it: a path without a slash at its end. */
  | { readonly kind: "folder"; readonly folder: string };

/** What must be true of one album when an item is applied, and what may be done to make it so. */
export interface AlbumPrecondition {
  /** The album that the file leaves. */
  readonly album: AlbumId;
  /** The scene that it must go on showing. */
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
  /** The keeper. */
  readonly file: FileId;
  /** What the keeper says before. */
  readonly before: Metadata;
  /** What the keeper says after. */
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
  /** Place in the plan, from 0. */
  readonly index: number;
  /** The scene that speaks for the file. */
  readonly scene: SceneId;
  /** Whether the file goes to the trash, or leaves one album and lives on. */
  readonly action: "trashFile" | "removeEntry";
  /** The file that goes. */
  readonly file: FileId;
  /** Its version when the plan was made. */
  readonly version: number;
  /** Its content when the plan was made. */
  readonly contentHash: ContentHash;
  /** For `removeEntry`: the album that loses the entry. */
  readonly fromAlbum: AlbumId | null;
  /** In whose favour it goes: a member that stays. */
  readonly keeper: FileId;
  /** The keeper's version when the plan was made. */
  readonly keeperVersion: number;
  /** The keeper's content when the plan was made; read back before anything goes. */
  readonly keeperHash: ContentHash;
  /** Distance of file and keeper, see R9; 0 for exact copies. */
  readonly distance: number;
  /** How it is the keeper's picture though its bytes are others; absent for any other pair. */
  readonly same?: PictureSameness;
  /** For every album that the file leaves, but uncategorized: who must be there. */
  readonly albums: readonly AlbumPrecondition[];
  /** What moves to the keeper; null when nothing does and nothing is left behind. */
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
  /** The file. */
  readonly file: FileId;
  /** Its scene. */
  readonly scene: SceneId;
  /** Why it stays. Stable. */
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
  /** The album. */
  readonly album: AlbumId;
  /** Each scene that it loses members of, before and after the plan. */
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
  /** Live and trash, before the plan. */
  readonly usageBeforeBytes: number;
  /** Trash counts, so usage does not fall before the purge. */
  readonly usageAfterApplyBytes: number;
  /** Once all that goes to the trash has been purged. */
  readonly usageAfterPurgeBytes: number;
  /** All objects of all files that go to the trash. */
  readonly bytesToTrash: number;
  /** Every album that the plan touches. */
  readonly albums: readonly AlbumProof[];
  /** Every file that goes, in whose favour, and how far apart they are. */
  readonly removed: readonly {
    readonly file: FileId;
    readonly contentHash: ContentHash;
    readonly keeper: FileId;
    readonly distance: number;
  }[];
  /** Every keeper whose metadata changes. */
  readonly merges: readonly MetadataMerge[];
  /** What the user loses with each file. */
  readonly lost: readonly { readonly file: FileId; readonly what: readonly string[] }[];
  /** Entries that show other people content which they did not see in that album. */
  readonly published: readonly { readonly album: AlbumId; readonly file: FileId }[];
}

/** A whole clean-up, ready to be confirmed. Plain JSON. */
export interface Plan {
  /** Version of this document. */
  readonly format: typeof PLAN_FORMAT;
  /** The library that it is for. */
  readonly library: LibraryId;
  /** Name of the plan. */
  readonly id: PlanId;
  /** Exact copies, or what looks alike. */
  readonly cleanup: "exact" | "similar";
  /** The whole library, or one album under review. */
  readonly scope: PlanScope;
  /** As the user reviewed them; ordered by scene, members by file. */
  readonly scenes: readonly ReviewedScene[];
  /** Where the user agreed to show similar photos and text to others. */
  readonly consentAlbums: readonly AlbumId[];
  /** The user's own keeper rules, strongest first. */
  readonly keepRules: readonly KeepRule[];
  /** What is done, item by item. */
  readonly items: readonly PlanItem[];
  /** What was marked for deletion and stays. */
  readonly keptInstead: readonly KeptInstead[];
  /** The proof. */
  readonly certificate: Certificate;
}

/** Why a request cannot become a plan. */
export interface PlanRefusal {
  /** What kind of refusal. Stable. */
  readonly code: "SCENE_EMPTY" | "SCENE_INVALID" | "NOTHING_TO_DO" | "TOO_LARGE";
  /** The scenes that are at fault, ordered by id. */
  readonly scenes: readonly SceneId[];
  /** What is wrong and what to do, in words. */
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
  /** Entries that were made. */
  readonly added: readonly EntryReference[];
  /** Entries that went while their file lives on. */
  readonly removed: readonly RemovedEntry[];
  /** The keeper's metadata, where it changed. */
  readonly merged:
    | { readonly file: FileId; readonly before: Metadata; readonly after: Metadata }
    | null;
  /** Albums whose cover or manual order followed. */
  readonly arranged: readonly {
    readonly album: AlbumId;
    readonly before: Arrangement;
    readonly after: Arrangement;
  }[];
}

/** One entry, named by its ends. */
export interface EntryReference {
  /** The album. */
  readonly album: AlbumId;
  /** The file in it. */
  readonly file: FileId;
}

/** An entry that went while its file lives on. */
export interface RemovedEntry extends EntryReference {
  /** In a folder: what the file was called there. Absent where it had no name. */
  readonly name?: string;
  /** In a folder: where the bytes were and went to, when it was they that had the name. */
  readonly moved?: { readonly from: readonly StoredObject[]; readonly to: readonly StoredObject[] };
}

/** An album's cover and manual order. */
export interface Arrangement {
  /** The cover, or null for none of the user's choice. */
  readonly cover: FileId | null;
  /** The manual order, or null for order by date. */
  readonly order: readonly FileId[] | null;
}
