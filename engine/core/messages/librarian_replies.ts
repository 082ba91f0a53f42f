import type { ReceiptRecord, ReceiptRefusal } from "../library/device.ts";
import type { StoredObject } from "../library/file.ts";
import type * as Id from "../library/ids.ts";
import type { Plan, PlanRefusal, SceneDecision, SkipReason } from "../library/plan.ts";
import type { PlanRecord, Usage } from "../library/state.ts";

/** Why a command was refused. Nothing of it happened. Stable. */
export type RefusalCode =
  | "UNKNOWN_LIBRARY"
  | "LIBRARY_EXISTS"
  | "UNKNOWN_ALBUM"
  | "ALBUM_EXISTS"
  | "ALBUM_PERMANENT"
  | "ALBUM_NOT_OWNED"
  | "UNKNOWN_FILE"
  | "FILE_EXISTS"
  | "FILE_NOT_OWNED"
  | "LAST_ENTRY"
  | "LIMIT_EXCEEDED"
  | "UNKNOWN_RESERVATION"
  | "RESERVATION_MISMATCH"
  | "UNKNOWN_PLAN"
  | "PLAN_EXISTS"
  | "PLAN_PHASE"
  | "PLAN_REFUSED"
  | "PLAN_PENDING"
  | "RECEIPT_PINNED"
  | "UNKNOWN_TRASH"
  | "UNKNOWN_DEVICE"
  | "WRONG_LIBRARY_KIND"
  | "INVALID";

/** The answer to a command. */
export type LibrarianReply =
  | { readonly kind: "accepted" }
  | {
    readonly kind: "refused";
    readonly code: RefusalCode;
    readonly detail: string;
    readonly refusal: PlanRefusal | null;
  }
  | { readonly kind: "uploadGranted"; readonly reservation: Id.ReservationId }
  | { readonly kind: "alreadyStored"; readonly file: Id.FileId }
  | { readonly kind: "restored"; readonly files: readonly Id.FileId[] }
  | { readonly kind: "removedBefore"; readonly atWallMs: number }
  | { readonly kind: "uploadCommitted"; readonly file: Id.FileId; readonly version: number }
  | { readonly kind: "planReady"; readonly plan: Plan }
  | {
    readonly kind: "purging";
    readonly purged: readonly number[];
    /** Held because a device relies on it, or because its keeper is not well. */
    readonly held: readonly number[];
  }
  | {
    readonly kind: "receipts";
    readonly given: readonly ReceiptRecord[];
    readonly refused: readonly { readonly asset: Id.AssetId; readonly reason: ReceiptRefusal }[];
  }
  | {
    readonly kind: "storage";
    readonly usage: Usage;
    readonly files: number;
    readonly albums: number;
    readonly inTrash: number;
    readonly toHash: number;
    readonly toEmbed: number;
  }
  | {
    readonly kind: "fileState";
    readonly file: Id.FileId;
    readonly version: number;
    readonly contentHash: Id.ContentHash | null;
    readonly objects: readonly StoredObject[];
  }
  | {
    readonly kind: "planState";
    readonly phase: PlanRecord["phase"];
    readonly applied: number;
    readonly skipped: readonly { readonly index: number; readonly reason: SkipReason }[];
    readonly undone: number;
    readonly stays: readonly string[];
    readonly plan: Plan;
  }
  | {
    readonly kind: "trashPage";
    readonly records: readonly {
      readonly sequence: number;
      readonly file: Id.FileId;
      readonly name: string;
      readonly sizeBytes: number;
      readonly trashedAtMs: number;
      readonly cause: "user" | "edit" | "plan";
    }[];
    readonly next: number | null;
  }
  | { readonly kind: "decisions"; readonly scenes: readonly (readonly SceneDecision[])[] };
