import type { ObjectName } from "../protocol/ids.ts";
import type { BackupTarget } from "../library/device.ts";
import type { FileKind, PhotoFacts, StoredObject } from "../library/file.ts";
import type * as Id from "../library/ids.ts";

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

/** What the device and its user tell a device keeper. Sent on a local channel or by a client. */
export type KeeperCommand =
  | {
    readonly kind: "startKeeper";
    readonly device: Id.DeviceId;
    readonly chosenAlbums: readonly string[];
  }
  | {
    readonly kind: "chooseAlbums";
    /** Device album to library album. An album that is not here is never in scope. */
    readonly targets: readonly { readonly deviceAlbum: string; readonly target: BackupTarget }[];
  }
  /** New or changed local items. */
  | { readonly kind: "assetsFound"; readonly assets: readonly LocalAsset[] }
  | { readonly kind: "assetsGone"; readonly assets: readonly Id.AssetId[] }
  /** What could be freed now: nothing is removed. */
  | { readonly kind: "reviewFreeUp"; readonly filter: FreeUpFilter }
  /** The user has seen the review and confirms these items. */
  | { readonly kind: "confirmFreeUp"; readonly assets: readonly Id.AssetId[] }
  /** The user views a freed item: it comes back to the device. */
  | { readonly kind: "downloadAsset"; readonly asset: Id.AssetId };

/** Which items the user wants to free. */
export interface FreeUpFilter {
  readonly olderThanMs: number | null;
  readonly fileKinds: readonly FileKind[] | null;
  readonly deviceAlbums: readonly string[] | null;
}

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
    readonly kept: readonly { readonly asset: Id.AssetId; readonly reason: string }[];
    readonly freedBytes: number;
  }
  | { readonly kind: "keeperRefused"; readonly code: string; readonly detail: string };

/** What a device keeper writes to its journal. */
export type KeeperEvent =
  | { readonly kind: "keeperStarted"; readonly device: Id.DeviceId }
  | {
    readonly kind: "albumsChosen";
    readonly targets: readonly { readonly deviceAlbum: string; readonly target: BackupTarget }[];
  }
  | { readonly kind: "assetSeen"; readonly asset: LocalAsset }
  | { readonly kind: "assetLeft"; readonly asset: Id.AssetId }
  | {
    readonly kind: "assetHashed";
    readonly asset: Id.AssetId;
    readonly revision: number;
    readonly contentHash: Id.ContentHash;
  }
  | {
    readonly kind: "assetUnreadable";
    readonly asset: Id.AssetId;
    readonly revision: number;
    readonly reason: string;
  }
  | {
    readonly kind: "uploadBegun";
    readonly asset: Id.AssetId;
    readonly reservation: Id.ReservationId;
    /** Names that the objects take in the library's store. */
    readonly storedObjects: readonly StoredObject[];
  }
  | {
    readonly kind: "assetBackedUp";
    readonly asset: Id.AssetId;
    readonly revision: number;
    readonly file: Id.FileId;
  }
  | { readonly kind: "assetLeftOut"; readonly asset: Id.AssetId; readonly reason: string }
  | {
    readonly kind: "removalBegun";
    readonly asset: Id.AssetId;
    readonly receipt: Id.ReceiptId;
  }
  | {
    readonly kind: "removalEnded";
    readonly asset: Id.AssetId;
    readonly receipt: Id.ReceiptId;
    readonly outcome: "removed" | "kept";
  }
  | { readonly kind: "removalReported"; readonly receipt: Id.ReceiptId }
  | {
    readonly kind: "assetReturned";
    readonly asset: Id.AssetId;
    readonly objects: readonly { readonly name: ObjectName; readonly sizeBytes: number }[];
  };
