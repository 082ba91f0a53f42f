import type { Branded } from "../protocol/ids.ts";

/** One account's photos; the unit of ownership and of concurrency. */
export type LibraryId = Branded<"LibraryId">;
/** Who owns a file or an album. */
export type OwnerId = Branded<"OwnerId">;
/** One item of a library, the same over every edit. */
export type FileId = Branded<"FileId">;
/** One album. In a folder library: the directory's path, `.` for the root. */
export type AlbumId = Branded<"AlbumId">;
/** Files that are one shot and move together. */
export type CaptureId = Branded<"CaptureId">;
/** BLAKE2b-512 of the plaintext in base64; a live photo has `image:video`. */
export type ContentHash = Branded<"ContentHash">;
/** One proposed clean-up. */
export type PlanId = Branded<"PlanId">;
/** One scene of one plan or review: stable in the plan, not over regrouping. */
export type SceneId = Branded<"SceneId">;
/** A phone or computer that backs up into the library. */
export type DeviceId = Branded<"DeviceId">;
/** One local item on a device. */
export type AssetId = Branded<"AssetId">;
/** Permission to remove one local item, for a while. */
export type ReceiptId = Branded<"ReceiptId">;
/** Room kept for one upload, for a while. */
export type ReservationId = Branded<"ReservationId">;
/** A promise that an album keeps showing a scene. */
export type ObligationId = Branded<"ObligationId">;

/** Orders ids and hashes by code unit, the same on every machine. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
