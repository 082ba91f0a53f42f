import type { ObjectName } from "../protocol/ids.ts";
import type { AlbumKind } from "./album.ts";
import type { ClockTrust } from "./clock_trust.ts";
import type { MeasuredFacts, Metadata, PhotoFacts, StoredObject } from "./file.ts";
import type { FileKind } from "./file.ts";
import type * as Id from "./ids.ts";
import type { MoveOfNames } from "./name_move.ts";
import type { ItemChanges, Plan, SkipReason } from "./plan.ts";
import type { TrashCause, TrashedEntry } from "./trash.ts";
import type { ReceiptRecord } from "./device.ts";
import type { ReservationRecord } from "./upload.ts";

/** Where the bytes of a library are, see domain §6. */
export type LibraryKind = "folder" | "stored" | "catalog";

/**
 * What can happen to a library. Each event is a small fact that stands for itself: whoever folds
 * them (the librarian, a checker, a reader of an old journal) needs no other knowledge.
 */
export type LibraryEvent =
  | LibraryMade
  | LimitSet
  | ClockWitnessed
  | AlbumEvent
  | FileEvent
  | UploadEvent
  | TrashEvent
  | NameEvent
  | PlanEvent
  | DeviceEvent;

/**
 * The first event of every journal. Favorites and uncategorized are made by events of their own.
 */
export interface LibraryMade {
  readonly kind: "libraryMade";
  readonly library: Id.LibraryId;
  readonly libraryKind: LibraryKind;
  readonly owner: Id.OwnerId;
  readonly limitBytes: number;
}

/** The user set how many bytes may be used. */
export interface LimitSet {
  readonly kind: "limitSet";
  readonly limitBytes: number;
}

/** A reading of the clocks, see [Note: Witnessed time]. */
export interface ClockWitnessed {
  readonly kind: "clockWitnessed";
  readonly trust: ClockTrust;
}

/** Albums and their entries. */
export type AlbumEvent =
  | {
    readonly kind: "albumMade";
    readonly album: Id.AlbumId;
    readonly albumKind: AlbumKind;
    readonly owner: Id.OwnerId;
    readonly name: string;
    readonly visibleToOthers: boolean;
    readonly mayAdd: boolean;
  }
  | { readonly kind: "albumRenamed"; readonly album: Id.AlbumId; readonly name: string }
  | {
    readonly kind: "albumShared";
    readonly album: Id.AlbumId;
    readonly visibleToOthers: boolean;
  }
  | {
    readonly kind: "albumArranged";
    readonly album: Id.AlbumId;
    readonly cover: Id.FileId | null;
    readonly order: readonly Id.FileId[] | null;
  }
  /** The album was empty of entries when it went; entry events come first. */
  | { readonly kind: "albumDeleted"; readonly album: Id.AlbumId }
  | {
    readonly kind: "entryAdded";
    readonly album: Id.AlbumId;
    readonly file: Id.FileId;
    readonly name: string | null;
  }
  | { readonly kind: "entryRemoved"; readonly album: Id.AlbumId; readonly file: Id.FileId };

/** Files, their versions, and what was found out about their contents. */
export type FileEvent =
  /** The file's first entries follow as `entryAdded` in the same turn. */
  | {
    readonly kind: "fileAdded";
    readonly file: Id.FileId;
    readonly owner: Id.OwnerId;
    readonly fileKind: FileKind;
    readonly name: string;
    readonly capture: Id.CaptureId | null;
    readonly contentHash: Id.ContentHash | null;
    readonly objects: readonly StoredObject[];
    readonly facts: PhotoFacts;
    readonly metadata: Metadata;
  }
  /**
   * Folder libraries: somebody else took the file away, or changed it, and then it is added again
   * in the same turn. It leaves all its albums; its bytes are not ours any more.
   */
  | { readonly kind: "fileVanished"; readonly file: Id.FileId }
  /** Folder libraries: the bytes have other names now, and are the same. */
  | {
    readonly kind: "fileMoved";
    readonly file: Id.FileId;
    readonly objects: readonly StoredObject[];
  }
  /** New bytes under the same id. The old version went to the trash by `versionTrashed` before. */
  | {
    readonly kind: "fileEdited";
    readonly file: Id.FileId;
    readonly version: number;
    readonly contentHash: Id.ContentHash | null;
    readonly objects: readonly StoredObject[];
    readonly facts: PhotoFacts;
  }
  /** The engine read the stored bytes of this version and found this hash. */
  | {
    readonly kind: "hashVerified";
    readonly file: Id.FileId;
    readonly version: number;
    readonly contentHash: Id.ContentHash;
  }
  /** The stored bytes could not be read, or are not what was promised; the file stays untouched. */
  | {
    readonly kind: "hashFailed";
    readonly file: Id.FileId;
    readonly version: number;
    readonly reason: string;
  }
  /** The content has an embedding now, or is known to have none. */
  | {
    readonly kind: "contentEmbedded";
    readonly contentHash: Id.ContentHash;
    readonly outcome: "embedded" | "notEmbeddable";
  }
  /** A recorded vector was lost; the content is embedded anew. */
  | { readonly kind: "embeddingLost"; readonly contentHash: Id.ContentHash }
  | {
    readonly kind: "factsMeasured";
    readonly contentHash: Id.ContentHash;
    readonly sharpness: number;
    /** Fills in what nothing had said of the picture before. */
    readonly measured?: MeasuredFacts;
  }
  /** Adds to what is known of a picture that was measured before. */
  | {
    readonly kind: "tracesFound";
    readonly contentHash: Id.ContentHash;
    readonly compressionSteps: number;
  }
  | {
    readonly kind: "metadataChanged";
    readonly file: Id.FileId;
    readonly metadata: Metadata;
  }
  | {
    readonly kind: "notDuplicatesMarked";
    readonly left: Id.ContentHash;
    readonly right: Id.ContentHash;
  };

/** Uploads and objects on their way out of the store. */
export type UploadEvent =
  | { readonly kind: "uploadReserved"; readonly reservation: ReservationRecord }
  /** The reservation is settled by the `fileAdded` or `fileEdited` of the same turn. */
  | { readonly kind: "uploadSettled"; readonly reservation: Id.ReservationId }
  /** Given up or expired: what may have been written must be removed. */
  | { readonly kind: "uploadAbandoned"; readonly reservation: Id.ReservationId }
  /** The store has removed the object for good. */
  | { readonly kind: "objectRemoved"; readonly object: ObjectName };

/** What enters the trash, comes back, and goes for good. */
export type TrashEvent =
  /** The file leaves all its albums; `entries` says which they were. */
  | {
    readonly kind: "fileTrashed";
    readonly sequence: number;
    readonly file: Id.FileId;
    readonly entries: readonly TrashedEntry[];
    readonly cause: TrashCause;
    /** Witnessed time. */
    readonly atMs: number;
    /** Wall clock, to tell the user when the content was removed. */
    readonly wallMs: number;
    /** True when the file was hidden: it comes back hidden. */
    readonly hidden: boolean;
    /** Folder libraries: where the bytes are in the trash. */
    readonly slots?: readonly StoredObject[];
  }
  | {
    readonly kind: "versionTrashed";
    readonly sequence: number;
    readonly file: Id.FileId;
    readonly atMs: number;
  }
  /** The file lives again; its entries follow as `entryAdded` in the same turn. */
  | { readonly kind: "fileRestored"; readonly sequence: number }
  /** Usage falls; the objects now await removal from the store. */
  | { readonly kind: "purged"; readonly sequence: number; readonly cause: "age" | "user" }
  /**
   * The purge of a removed copy is held: its keeper is not well. Cleared by the next good check.
   */
  | { readonly kind: "purgeHeld"; readonly sequence: number; readonly reason: string };

/** Folder libraries: names that are being moved on disk by the user's word. */
export type NameEvent =
  | { readonly kind: "namesMoving"; readonly move: MoveOfNames }
  /** The next thing of the move has been dealt with; the events of the same turn say how. */
  | { readonly kind: "namesMoved" };

/** The life of a plan, item by item, and the obligations that it makes. */
export type PlanEvent =
  | { readonly kind: "planProposed"; readonly plan: Plan; readonly atMs: number }
  | { readonly kind: "planDiscarded"; readonly plan: Id.PlanId }
  | { readonly kind: "planConfirmed"; readonly plan: Id.PlanId }
  /** Items up to, not including, `next` have been started. */
  | { readonly kind: "itemsStarted"; readonly plan: Id.PlanId; readonly next: number }
  /** The facts of the item (entries, metadata, trash) are events of the same turn, before this. */
  | {
    readonly kind: "itemApplied";
    readonly plan: Id.PlanId;
    readonly index: number;
    /** Where names or bytes elsewhere must follow: not done before `itemCarriedOut`. */
    readonly carryOut: boolean;
    readonly trashSequence: number | null;
    /** What the item changed besides, for undo. */
    readonly changes: ItemChanges;
  }
  | { readonly kind: "itemCarriedOut"; readonly plan: Id.PlanId; readonly index: number }
  /** It could not be carried out; what it changed was put back by events of the same turn. */
  | {
    readonly kind: "itemRevoked";
    readonly plan: Id.PlanId;
    readonly index: number;
    readonly reason: SkipReason;
  }
  | {
    readonly kind: "itemSkipped";
    readonly plan: Id.PlanId;
    readonly index: number;
    readonly reason: SkipReason;
  }
  | { readonly kind: "planFinished"; readonly plan: Id.PlanId }
  | { readonly kind: "undoStarted"; readonly plan: Id.PlanId }
  | {
    readonly kind: "itemUndone";
    readonly plan: Id.PlanId;
    readonly index: number;
    /** What stays as it is because the user changed it since, or because it was purged. */
    readonly stays: readonly string[];
  }
  | { readonly kind: "planUndone"; readonly plan: Id.PlanId }
  | {
    readonly kind: "obligationMade";
    readonly obligation: Id.ObligationId;
    readonly album: Id.AlbumId;
    readonly plan: Id.PlanId;
    readonly scene: Id.SceneId;
    readonly acceptable: readonly Id.FileId[];
  }
  | {
    readonly kind: "obligationExtended";
    readonly obligation: Id.ObligationId;
    readonly file: Id.FileId;
  }
  | {
    readonly kind: "obligationEnded";
    readonly obligation: Id.ObligationId;
    readonly reason: "userRemoved" | "albumDeleted" | "undone";
  };

/** Devices, and the receipts that they may remove local items by. */
export type DeviceEvent =
  | {
    readonly kind: "deviceRegistered";
    readonly device: Id.DeviceId;
    readonly chosenAlbums: readonly string[];
  }
  | { readonly kind: "receiptGiven"; readonly receipt: ReceiptRecord }
  /** `removed`: the file stays stored at least 30 days from `atMs`. */
  | {
    readonly kind: "receiptReported";
    readonly receipt: Id.ReceiptId;
    readonly outcome: "removed" | "kept";
    readonly atMs: number;
  }
  | { readonly kind: "receiptExpired"; readonly receipt: Id.ReceiptId; readonly atMs: number };
