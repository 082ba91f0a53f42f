import type { BackupTarget } from "../library/device.ts";
import type { FileKind, PhotoFacts, StoredObject } from "../library/file.ts";
import type * as Id from "../library/ids.ts";

/** What a device keeper writes to its journal. */
export type { KeeperEvent } from "../device_keeper/keeper_events.ts";

/** A local item as the device's own media scanner tells of it. */
export interface LocalAsset {
  readonly asset: Id.AssetId;
  /** Grows with each change of the local bytes. */
  readonly revision: number;
  readonly fileKind: FileKind;
  readonly name: string;
  readonly capture: Id.CaptureId | null;
  /** The item's bytes on the device: the original, and for a live photo the video too. */
  readonly objects: readonly StoredObject[];
  readonly facts: PhotoFacts;
  readonly deviceAlbums: readonly string[];
}

/** Where the items of one device album go in the library. */
export interface AlbumTarget {
  readonly deviceAlbum: string;
  readonly target: BackupTarget;
}

/** What the device and its user tell a device keeper. Sent on a local channel or by a client. */
export type KeeperCommand =
  /** Names the device, once. Again with the same device it only chooses the albums. */
  | {
    readonly kind: "startKeeper";
    readonly device: Id.DeviceId;
    readonly targets: readonly AlbumTarget[];
  }
  /** Device album to library album. An album that is not here is never in scope. */
  | { readonly kind: "chooseAlbums"; readonly targets: readonly AlbumTarget[] }
  /** New, changed or moved local items; an item told again unchanged changes nothing. */
  | { readonly kind: "assetsFound"; readonly assets: readonly LocalAsset[] }
  /** Items that the user deleted on the device. Nothing in the library is deleted for it. */
  | { readonly kind: "assetsGone"; readonly assets: readonly Id.AssetId[] }
  /** What could be freed now: nothing is removed. */
  | { readonly kind: "reviewFreeUp"; readonly filter: FreeUpFilter }
  /** The user has seen the review and confirms these items. Answered when all have ended. */
  | { readonly kind: "confirmFreeUp"; readonly assets: readonly Id.AssetId[] }
  /** The user wants a freed item back on the device. Answered when it is there, or cannot be. */
  | { readonly kind: "downloadAsset"; readonly asset: Id.AssetId }
  /** How far the backup is, with at most `limit` of the items that are left out. */
  | { readonly kind: "readBackup"; readonly limit: number };

/** Which items the user wants to free. Null does not narrow. */
export interface FreeUpFilter {
  /** Only items taken at least this many milliseconds ago; items of unknown date stay out. */
  readonly olderThanMs: number | null;
  readonly fileKinds: readonly FileKind[] | null;
  /** Only items that are in one of these device albums. */
  readonly deviceAlbums: readonly string[] | null;
}

/** Why a keeper cannot do what was asked. Stable. */
export type KeeperRefusal =
  | "NOT_STARTED"
  | "OTHER_DEVICE"
  | "UNKNOWN_ASSET"
  | "NOT_BACKED_UP"
  | "DOWNLOAD_FAILED";

/** Why a confirmed item was not removed. Stable; or the librarian's own refusal. */
export type KeptReason =
  | "unknown"
  | "notHere"
  | "outOfScope"
  | "notBackedUp"
  | "changed"
  | "unreadable"
  | "noAnswer"
  | "notRemoved"
  | "uncertain"
  | string;

/** A device keeper's answers. */
export type KeeperReply =
  | { readonly kind: "keeperAccepted" }
  | {
    readonly kind: "freeUpReview";
    readonly assets: readonly { readonly asset: Id.AssetId; readonly sizeBytes: number }[];
    readonly totalBytes: number;
  }
  | {
    readonly kind: "freeUpDone";
    readonly removed: readonly Id.AssetId[];
    readonly kept: readonly { readonly asset: Id.AssetId; readonly reason: KeptReason }[];
    readonly freedBytes: number;
  }
  | {
    readonly kind: "assetDownloaded";
    readonly asset: Id.AssetId;
    readonly objects: readonly StoredObject[];
  }
  | {
    readonly kind: "backupState";
    readonly backedUp: number;
    /** In scope and not yet backed up: to be hashed, offered, uploaded or tried again. */
    readonly waiting: number;
    readonly freed: number;
    readonly outOfScope: number;
    readonly leftOutCount: number;
    readonly leftOut: readonly { readonly asset: Id.AssetId; readonly reason: string }[];
  }
  | { readonly kind: "keeperRefused"; readonly code: KeeperRefusal; readonly detail: string };
