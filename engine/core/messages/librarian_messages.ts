import type { ActorId, MessageId } from "../protocol/ids.ts";
import type { PlanFacts } from "../album_reconciler/plan_facts.ts";
import type { AlbumKind } from "../library/album.ts";
import type { BackupTarget, ReceiptRequest } from "../library/device.ts";
import type { LibraryKind } from "../library/events.ts";
import type {
  FileKind,
  MeasuredFacts,
  Metadata,
  PhotoFacts,
  StoredObject,
} from "../library/file.ts";
import type * as Id from "../library/ids.ts";
import type { MendedLink } from "../library/name_move.ts";
import type { KeepRule, Plan, PlanRefusal, PlanRequest, PlanScope } from "../library/plan.ts";
import type { PictureTraces } from "./engine_types.ts";

/**
 * Commands that a user, a device or an importer gives. Each is answered by one `LibrarianReply`.
 */
export type LibrarianCommand =
  | LibraryCommand
  | AlbumCommand
  | FileCommand
  | UploadCommand
  | TrashCommand
  | PlanCommand
  | DeviceCommand
  | LibrarianQuery;

/** The library as a whole. */
export type LibraryCommand =
  | {
    readonly kind: "makeLibrary";
    readonly library: Id.LibraryId;
    readonly libraryKind: LibraryKind;
    readonly owner: Id.OwnerId;
    readonly limitBytes: number;
    readonly favorites: Id.AlbumId;
    readonly uncategorized: Id.AlbumId;
  }
  | { readonly kind: "setLimit"; readonly limitBytes: number }
  /** The user says that the clock is right. */
  | { readonly kind: "trustClock" }
  /** Looks through what waits for time to pass, now and not when the timer says. */
  | { readonly kind: "sweep" };

/** Albums and their entries. */
export type AlbumCommand =
  | {
    readonly kind: "makeAlbum";
    readonly album: Id.AlbumId;
    readonly albumKind: Exclude<AlbumKind, "favorites" | "uncategorized">;
    /** Null for the library's owner. */
    readonly owner: Id.OwnerId | null;
    readonly name: string;
    readonly visibleToOthers: boolean;
    readonly mayAdd: boolean;
  }
  | { readonly kind: "renameAlbum"; readonly album: Id.AlbumId; readonly name: string }
  | {
    readonly kind: "shareAlbum";
    readonly album: Id.AlbumId;
    readonly visibleToOthers: boolean;
  }
  | {
    readonly kind: "arrangeAlbum";
    readonly album: Id.AlbumId;
    readonly cover: Id.FileId | null;
    readonly order: readonly Id.FileId[] | null;
  }
  /**
   * In a folder the names follow, after the answer, one entry after the other; what the folder
   * refuses stays. A file keeps its last name there: `LAST_ENTRY`.
   */
  | { readonly kind: "deleteAlbum"; readonly album: Id.AlbumId; readonly files: "keep" | "trash" }
  | { readonly kind: "addEntry"; readonly album: Id.AlbumId; readonly file: Id.FileId }
  | { readonly kind: "removeEntry"; readonly album: Id.AlbumId; readonly file: Id.FileId }
  | {
    readonly kind: "moveEntry";
    readonly from: Id.AlbumId;
    readonly to: Id.AlbumId;
    readonly file: Id.FileId;
  };

/** A file that is there already: found in a folder, or told by another service. */
export interface RecordedFile {
  readonly file: Id.FileId;
  /** Null for the library's owner. */
  readonly owner: Id.OwnerId | null;
  readonly fileKind: FileKind;
  readonly name: string;
  readonly capture: Id.CaptureId | null;
  readonly contentHash: Id.ContentHash | null;
  readonly objects: readonly StoredObject[];
  readonly facts: PhotoFacts;
  readonly metadata: Metadata;
  readonly entries: readonly { readonly album: Id.AlbumId; readonly name: string | null }[];
}

/** Telling of files, and saying things about them. */
export type FileCommand =
  /**
   * Adopts files whose bytes are where they are: in a folder, with another service, or in a store
   * that held them before. Files already known by id are left as they are.
   */
  | { readonly kind: "recordFiles"; readonly files: readonly RecordedFile[] }
  /** Folder libraries: what somebody else did to the folder since it was looked at last. */
  | {
    readonly kind: "syncFolder";
    /** Live files whose bytes are not there any more. */
    readonly gone: readonly Id.FileId[];
    /** Live files that have other bytes; as they are now. */
    readonly changed: readonly RecordedFile[];
    /** Live files that have other names now: all of them. */
    readonly renamed: readonly {
      readonly file: Id.FileId;
      readonly names: readonly { readonly album: Id.AlbumId; readonly name: string }[];
    }[];
  }
  /**
   * Folder libraries: names that are links to nothing lead to these live files from now on. The
   * answer comes before they do; what the folder refuses stays as it is.
   */
  | { readonly kind: "mendLinks"; readonly links: readonly MendedLink[] }
  | {
    readonly kind: "changeMetadata";
    readonly file: Id.FileId;
    readonly change: Partial<Metadata>;
  }
  | { readonly kind: "setFavorite"; readonly file: Id.FileId; readonly favorite: boolean }
  | {
    readonly kind: "markNotDuplicates";
    readonly left: Id.ContentHash;
    readonly right: Id.ContentHash;
  }
  /** A catalog's service gave the vectors of these contents, and they are kept. */
  | { readonly kind: "recordEmbeddings"; readonly contentHashes: readonly Id.ContentHash[] };

/** Storing new content, in three steps: offer, commit, or give up. */
export type UploadCommand =
  /**
   * Asks whether and where to store content. Answers: `alreadyStored` (linked into the album),
   * `removedBefore` (automatic backup leaves it), `restored`, or `uploadGranted`.
   */
  | {
    readonly kind: "offerUpload";
    readonly reservation: Id.ReservationId;
    readonly contentHash: Id.ContentHash;
    readonly objects: readonly StoredObject[];
    readonly target: BackupTarget;
    readonly intent: "automatic" | "explicit";
    readonly replaces: Id.FileId | null;
  }
  | {
    readonly kind: "commitUpload";
    readonly reservation: Id.ReservationId;
    readonly file: Id.FileId;
    readonly fileKind: FileKind;
    readonly name: string;
    readonly capture: Id.CaptureId | null;
    readonly contentHash: Id.ContentHash;
    readonly objects: readonly StoredObject[];
    readonly facts: PhotoFacts;
    readonly metadata: Metadata;
    readonly target: BackupTarget;
  }
  | { readonly kind: "abandonUpload"; readonly reservation: Id.ReservationId };

/** Removing, bringing back, and deleting for good. */
export type TrashCommand =
  | { readonly kind: "trashFiles"; readonly files: readonly Id.FileId[] }
  | { readonly kind: "restore"; readonly sequences: readonly number[] }
  | { readonly kind: "deleteForGood"; readonly sequences: readonly number[] }
  /** Acts on what was in the trash when the user pressed it: sequences up to `upTo`. */
  | { readonly kind: "emptyTrash"; readonly upTo: number };

/** The life of a clean-up: request, confirm, undo. */
export type PlanCommand =
  | { readonly kind: "requestPlan"; readonly request: PlanRequest }
  | {
    readonly kind: "requestExactPlan";
    readonly plan: Id.PlanId;
    readonly scope: PlanScope;
    readonly keepRules: readonly KeepRule[];
  }
  | { readonly kind: "confirmPlan"; readonly plan: Id.PlanId }
  | { readonly kind: "discardPlan"; readonly plan: Id.PlanId }
  | { readonly kind: "undoPlan"; readonly plan: Id.PlanId }
  /** A catalog's service reports what became of an item that it was asked to carry out. */
  | {
    readonly kind: "reportItem";
    readonly plan: Id.PlanId;
    readonly index: number;
    readonly outcome: "done" | "failed";
  };

/** What a device keeper asks and reports. */
export type DeviceCommand =
  | {
    readonly kind: "registerDevice";
    readonly device: Id.DeviceId;
    readonly chosenAlbums: readonly string[];
  }
  /**
   * Each new request gives new receipts, each with a lease of its own: the device counts it from
   * the moment when it sent this very request, and drops receipts whose request it does not know.
   */
  | {
    readonly kind: "requestReceipts";
    readonly device: Id.DeviceId;
    readonly items: readonly ReceiptRequest[];
  }
  | {
    readonly kind: "reportRemovals";
    readonly device: Id.DeviceId;
    readonly reports: readonly {
      readonly receipt: Id.ReceiptId;
      readonly outcome: "removed" | "kept";
    }[];
  };

/** Questions. They change nothing. */
export type LibrarianQuery =
  | { readonly kind: "readStorage" }
  | { readonly kind: "readPlan"; readonly plan: Id.PlanId }
  /** Where the bytes of a live file are. Refused with `UNKNOWN_FILE` when it is not live. */
  | { readonly kind: "readFile"; readonly file: Id.FileId }
  | { readonly kind: "readTrash"; readonly after: number; readonly limit: number }
  | {
    readonly kind: "proposeDecisions";
    readonly scenes: readonly (readonly Id.FileId[])[];
    readonly keepRules: readonly KeepRule[];
  };

/** What other actors tell the librarian. */
export type LibrarianReport =
  | {
    readonly kind: "takeWork";
    readonly work: "hash" | "embed";
    /** File ids (hash) or content hashes (embed) that the worker has in hand. */
    readonly inFlight: readonly string[];
    readonly limit: number;
  }
  | {
    readonly kind: "filesHashed";
    readonly results: readonly {
      readonly file: Id.FileId;
      readonly version: number;
      /** Null when the bytes could not be read; `reason` says why. */
      readonly contentHash: Id.ContentHash | null;
      readonly reason: string | null;
    }[];
  }
  | {
    readonly kind: "contentsEmbedded";
    readonly results: readonly {
      readonly contentHash: Id.ContentHash;
      readonly outcome: "embedded" | "notEmbeddable";
      readonly sharpness: number | null;
      readonly measured?: MeasuredFacts;
      readonly reason: string | null;
    }[];
  }
  /** Vectors that were recorded and cannot be found: they are made anew. */
  | { readonly kind: "embeddingsLost"; readonly contentHashes: readonly Id.ContentHash[] }
  /** Pictures that show the same as another were looked at, and compression has left traces. */
  | { readonly kind: "tracesFound"; readonly traces: readonly PictureTraces[] }
  | { readonly kind: "pullChanges"; readonly cursor: number; readonly limit: number }
  | {
    readonly kind: "planDrafted";
    readonly requestId: MessageId;
    readonly client: ActorId;
    readonly outcome:
      | { readonly kind: "plan"; readonly plan: Plan }
      | { readonly kind: "refused"; readonly refusal: PlanRefusal };
  }
  /** Sent by the librarian to itself: decide an item that needs no read. */
  | { readonly kind: "applyItem"; readonly plan: Id.PlanId; readonly index: number }
  /** Sent by the librarian to itself: undo the item at this place of the applied order. */
  | { readonly kind: "continueUndo"; readonly plan: Id.PlanId; readonly position: number };

/** What the librarian sends to other actors. */
export type LibrarianRequest =
  | { readonly kind: "workAvailable"; readonly work: "hash" | "embed" }
  | {
    readonly kind: "hashWork";
    readonly items: readonly {
      readonly file: Id.FileId;
      readonly version: number;
      readonly objects: readonly StoredObject[];
    }[];
  }
  | {
    readonly kind: "embedWork";
    readonly items: readonly {
      readonly contentHash: Id.ContentHash;
      readonly object: StoredObject;
    }[];
  }
  | {
    readonly kind: "changes";
    /** The cursor of the pull that this answers: the receiver drops an answer to any other. */
    readonly from: number;
    /** True when the receiver must forget all files first: its cursor is too old. */
    readonly reset: boolean;
    readonly next: number;
    readonly more: boolean;
    readonly files: readonly FileChange[];
    readonly notDuplicates: readonly (readonly [Id.ContentHash, Id.ContentHash])[];
  }
  | {
    readonly kind: "draftPlan";
    readonly requestId: MessageId;
    readonly client: ActorId;
    readonly facts: PlanFacts;
    readonly request: PlanRequest;
  };

/** What grouping needs to know of a file that changed. */
export interface FileChange {
  readonly file: Id.FileId;
  /** Null when the file is not to be searched: gone, foreign, unverified, not a picture, mixed. */
  readonly node: {
    readonly owner: Id.OwnerId;
    readonly side: "visible" | "hidden";
    readonly contentHash: Id.ContentHash;
    readonly embedded: boolean;
  } | null;
}
