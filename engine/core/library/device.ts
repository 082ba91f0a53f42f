import type { AlbumId, AssetId, ContentHash, DeviceId, FileId, ReceiptId } from "./ids.ts";

/** How long a device may act on a receipt: 10 minutes by the librarian's clock. */
export const RECEIPT_LEASE_MS: number = 10 * 60 * 1000;

/** How long before the end of its lease a device stops using a receipt, by its own clock. */
export const RECEIPT_MARGIN_MS: number = 2 * 60 * 1000;

/** One device that backs up into the library. */
export interface DeviceRecord {
  readonly id: DeviceId;
  /** Device albums that the user chose for backup. Others are never in scope. */
  chosenAlbums: ReadonlySet<string>;
}

/**
 * Permission to remove one local item. Until the device reports, or the lease ends and the margin
 * has passed, the file is pinned: it is not purged.
 */
export interface ReceiptRecord {
  readonly id: ReceiptId;
  readonly device: DeviceId;
  readonly asset: AssetId;
  readonly file: FileId;
  readonly contentHash: ContentHash;
  /** Witnessed time of the grant. */
  readonly givenAtMs: number;
}

/** Why no receipt was given. */
export type ReceiptRefusal =
  | "notBackedUp"
  | "hashMismatch"
  | "inTrash"
  | "unverified"
  | "pendingWork"
  | "planPending"
  | "outOfScope"
  | "unknownDevice"
  | "clockSuspect";

/** What a device asks a receipt for. */
export interface ReceiptRequest {
  readonly asset: AssetId;
  readonly contentHash: ContentHash;
  readonly deviceAlbums: readonly string[];
}

/** Where a device's item belongs in the library. */
export interface BackupTarget {
  readonly album: AlbumId;
}
