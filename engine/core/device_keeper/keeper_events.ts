import type { ChannelContract, Deadline } from "../protocol/effect.ts";
import type { ActorId, MessageId } from "../protocol/ids.ts";
import type { StoredObject } from "../library/file.ts";
import type * as Id from "../library/ids.ts";
import type { AlbumTarget, KeptReason, LocalAsset } from "../messages/keeper_messages.ts";

/** What a device keeper writes to its journal. Each event is one small fact. */
export type KeeperEvent = ScopeEvent | AskEvent | BackupEvent | FreeUpEvent | DownloadEvent;

/** What the device holds, and what of it the user chose. */
export type ScopeEvent =
  | { readonly kind: "keeperStarted"; readonly device: Id.DeviceId }
  | { readonly kind: "albumsChosen"; readonly targets: readonly AlbumTarget[] }
  | { readonly kind: "assetSeen"; readonly asset: LocalAsset }
  /** The item is not on the device any more, and the keeper did not remove it. */
  | { readonly kind: "assetLeft"; readonly asset: Id.AssetId };

/** What a keeper wants of the librarian. Asked again until it is answered. */
export type AskPurpose =
  | { readonly kind: "register" }
  | { readonly kind: "offer"; readonly asset: Id.AssetId }
  | { readonly kind: "commit"; readonly asset: Id.AssetId }
  | { readonly kind: "abandon"; readonly reservation: Id.ReservationId }
  | { readonly kind: "receipts" }
  | { readonly kind: "report"; readonly receipts: readonly Id.ReceiptId[] }
  | { readonly kind: "find"; readonly asset: Id.AssetId };

/** One request as it was sent. A lease is counted from here, by the clock of this boot. */
export interface SentRequest {
  readonly id: MessageId;
  readonly bootId: string;
  readonly sentAtMs: number;
}

/** Requests to the librarian. */
export type AskEvent =
  | { readonly kind: "asked"; readonly purpose: AskPurpose; readonly request: SentRequest }
  /** Answered, or given up: later answers are for nobody. */
  | { readonly kind: "askEnded"; readonly purpose: AskPurpose }
  /** False when the librarian seems not to know the device or its albums. */
  | { readonly kind: "registrationSettled"; readonly isKnown: boolean };

/** The backup of one item: hashed, offered, written, committed. */
export type BackupEvent =
  | { readonly kind: "hashBegun"; readonly asset: Id.AssetId; readonly serial: number }
  | {
    readonly kind: "partHashed";
    readonly asset: Id.AssetId;
    readonly index: number;
    readonly contentHash: string;
  }
  /** The item changed while it was read: what was found is of no use. */
  | { readonly kind: "hashDropped"; readonly asset: Id.AssetId }
  | {
    readonly kind: "assetHashed";
    readonly asset: Id.AssetId;
    readonly revision: number;
    readonly contentHash: Id.ContentHash;
    /** Hash of each object that makes the content hash, in its order. */
    readonly parts: readonly string[];
  }
  | {
    readonly kind: "assetUnreadable";
    readonly asset: Id.AssetId;
    readonly revision: number;
    readonly reason: string;
  }
  /** What was being done for the item failed for now; it is tried again later. */
  | {
    readonly kind: "assetHeld";
    readonly asset: Id.AssetId;
    /** `room`: the library is full. */
    readonly cause: "room" | "failure";
    /** True when the local bytes must be read again first. */
    readonly rehash: boolean;
  }
  | { readonly kind: "holdTimerSet" }
  | { readonly kind: "heldReleased" }
  | {
    readonly kind: "uploadBegun";
    readonly asset: Id.AssetId;
    readonly serial: number;
    readonly reservation: Id.ReservationId;
    readonly album: Id.AlbumId;
    readonly replaces: Id.FileId | null;
    /** Names that the objects take in the library's store. */
    readonly storedObjects: readonly StoredObject[];
  }
  | { readonly kind: "uploadOpened"; readonly asset: Id.AssetId }
  | { readonly kind: "objectWritten"; readonly asset: Id.AssetId; readonly index: number }
  /** Another version of the item, or none, is wanted now. */
  | { readonly kind: "uploadDropped"; readonly asset: Id.AssetId }
  | {
    readonly kind: "assetBackedUp";
    readonly asset: Id.AssetId;
    readonly contentHash: Id.ContentHash;
    readonly file: Id.FileId;
    /**
     * The album that has it now; null after an edit, which leaves the file's albums as they are.
     */
    readonly album: Id.AlbumId | null;
  }
  | {
    readonly kind: "assetLeftOut";
    readonly asset: Id.AssetId;
    readonly revision: number;
    /** Null when no album at all takes the item. */
    readonly album: Id.AlbumId | null;
    readonly reason: string;
  }
  /** The librarian does not have what we took for backed up: it is offered again, as new. */
  | { readonly kind: "backupDoubted"; readonly asset: Id.AssetId };

/** The removal of items that the user confirmed. */
export type FreeUpEvent =
  | {
    readonly kind: "freeUpConfirmed";
    readonly request: MessageId;
    readonly client: ActorId;
    readonly channel: ChannelContract;
    /** Items to be removed, each once. */
    readonly assets: readonly Id.AssetId[];
    /** Items that end at once: kept for a reason, or gone already (null). */
    readonly settled: readonly {
      readonly asset: Id.AssetId;
      readonly keptReason: KeptReason | null;
    }[];
  }
  | { readonly kind: "rehashBegun"; readonly asset: Id.AssetId; readonly serial: number }
  | {
    readonly kind: "partRehashed";
    readonly asset: Id.AssetId;
    readonly index: number;
    readonly contentHash: string;
  }
  /** The item stays; nothing of it was touched. */
  | {
    readonly kind: "removalKept";
    readonly asset: Id.AssetId;
    readonly reason: KeptReason;
    /** True when the local bytes are not what we took them for. */
    readonly rehash: boolean;
  }
  /** From here on the item may be gone. */
  | {
    readonly kind: "removalBegun";
    readonly asset: Id.AssetId;
    readonly receipt: Id.ReceiptId;
    readonly deadline: Deadline;
  }
  | { readonly kind: "localObjectRemoved"; readonly asset: Id.AssetId; readonly index: number }
  /** It is not known whether the object went: after the deadline we look. */
  | { readonly kind: "removalDoubted"; readonly asset: Id.AssetId }
  | { readonly kind: "searchBegun"; readonly asset: Id.AssetId; readonly serial: number }
  | {
    readonly kind: "localObjectFound";
    readonly asset: Id.AssetId;
    readonly index: number;
    readonly isThere: boolean;
  }
  | {
    readonly kind: "removalEnded";
    readonly asset: Id.AssetId;
    readonly receipt: Id.ReceiptId;
    /** What the librarian is told; `removed` whenever something may be gone. */
    readonly outcome: "removed" | "kept";
    /** Why the user still has the item; null when it went. */
    readonly keptReason: KeptReason | null;
    readonly rehash: boolean;
  }
  /** A receipt that is not used. */
  | { readonly kind: "receiptDeclined"; readonly receipt: Id.ReceiptId }
  | { readonly kind: "removalsReported"; readonly receipts: readonly Id.ReceiptId[] }
  | { readonly kind: "freeUpEnded"; readonly request: MessageId };

/** The way back of a freed item. */
export type DownloadEvent =
  | {
    readonly kind: "downloadAsked";
    readonly asset: Id.AssetId;
    readonly request: MessageId;
    readonly client: ActorId;
    readonly channel: ChannelContract;
  }
  | {
    readonly kind: "downloadBegun";
    readonly asset: Id.AssetId;
    readonly serial: number;
    readonly contentHash: Id.ContentHash;
    /** The library's objects, and the names that their copies take on the device. */
    readonly sources: readonly StoredObject[];
    readonly objects: readonly StoredObject[];
  }
  | { readonly kind: "downloadWritten"; readonly asset: Id.AssetId; readonly index: number }
  | {
    readonly kind: "downloadChecked";
    readonly asset: Id.AssetId;
    readonly index: number;
    readonly contentHash: string;
  }
  | { readonly kind: "assetReturned"; readonly asset: Id.AssetId }
  /** It is tried again under other names, or, when `isFinal`, given up. */
  | { readonly kind: "downloadFailed"; readonly asset: Id.AssetId; readonly isFinal: boolean };
