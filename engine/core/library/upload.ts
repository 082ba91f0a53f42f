import type { ObjectName } from "../protocol/ids.ts";
import type { FileId, ReservationId } from "./ids.ts";
import type { StoredObject } from "./file.ts";

/** How long a reservation lasts without a commit: 1 day of witnessed time. */
export const RESERVATION_AGE_MS: number = 24 * 60 * 60 * 1000;

/** Bytes assumed for a thumbnail that is not made yet: the largest that a client may send. */
export const THUMBNAIL_BYTES_MAX: number = 100 * 1024;

/** Largest single object: 10 GiB. */
export const OBJECT_BYTES_MAX: number = 10 * 1024 * 1024 * 1024;

/** Room kept for an upload, and the object names that may already hold bytes of it. */
export interface ReservationRecord {
  readonly id: ReservationId;
  /** The most that the commit may settle for. */
  readonly reservedBytes: number;
  readonly objects: readonly StoredObject[];
  /** The file whose bytes this upload replaces, or null for a new file. */
  readonly replaces: FileId | null;
  readonly madeAtMs: number;
}

/** An object that no file owns any more and that the store still has to remove. */
export interface AwaitedRemoval {
  readonly object: ObjectName;
  readonly sizeBytes: number;
}
