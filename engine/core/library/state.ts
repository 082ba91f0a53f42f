import type { ObjectName } from "../protocol/ids.ts";
import type { AlbumRecord } from "./album.ts";
import { type ClockTrust, NO_CLOCK } from "./clock_trust.ts";
import type { DeviceRecord, ReceiptRecord } from "./device.ts";
import type { LibraryKind } from "./events.ts";
import type { FileRecord } from "./file.ts";
import type * as Id from "./ids.ts";
import type { LostName } from "./lost_name.ts";
import type { NameMove } from "./name_move.ts";
import type { ObligationRecord } from "./obligation.ts";
import type { ItemChanges, Plan, SkipReason } from "./plan.ts";
import type { SmallSet } from "./small_set.ts";
import type { TrashRecord } from "./trash.ts";
import type { ReservationRecord } from "./upload.ts";

/** What became of one item of a plan. */
export type ItemState =
  | { readonly kind: "waiting" }
  | {
    readonly kind: "applied";
    /** False while names or bytes elsewhere have yet to follow. */
    readonly carriedOut: boolean;
    readonly trashSequence: number | null;
    readonly changes: ItemChanges;
  }
  | { readonly kind: "skipped"; readonly reason: SkipReason }
  | { readonly kind: "undone"; readonly stays: readonly string[] };

/** One plan and how far it has come. */
export interface PlanRecord {
  readonly plan: Plan;
  phase: "proposed" | "applying" | "finished" | "undoing" | "undone" | "discarded";
  /** Items before this index have been started. */
  nextItem: number;
  /** Items whose state is final for the phase. */
  settledItems: number;
  readonly items: ItemState[];
  /** Files of each scene that the plan keeps. */
  readonly keptByScene: ReadonlyMap<Id.SceneId, readonly Id.FileId[]>;
  /** Indexes of applied items in the order in which they were applied; undo goes backwards. */
  readonly appliedOrder: number[];
}

/**
 * Something that grouping must hear of: a file that changed, by its id, or a pair that is no
 * duplicate. There is one for nearly every event, so the usual one is no object of its own.
 */
export type ChangeNotice =
  | Id.FileId
  | { readonly left: Id.ContentHash; readonly right: Id.ContentHash };

/** The ledger of bytes. `usage` is live plus trash. */
export interface Usage {
  limitBytes: number;
  liveBytes: number;
  trashBytes: number;
  reservedBytes: number;
  awaitingRemovalBytes: number;
  purgedBytes: number;
}

/** All that a librarian knows. Plain data; changed by `evolve` alone. */
export interface LibraryState {
  library: Id.LibraryId | null;
  libraryKind: LibraryKind;
  owner: Id.OwnerId | null;
  readonly files: Map<Id.FileId, FileRecord>;
  readonly filesByHash: Map<Id.ContentHash, SmallSet<Id.FileId>>;
  readonly filesByCapture: Map<Id.CaptureId, Set<Id.FileId>>;
  readonly albums: Map<Id.AlbumId, AlbumRecord>;
  /** Folder libraries: the file that has a name in a directory, by `ALBUM/NAME`. */
  readonly names: Map<string, Id.FileId>;
  /** Folder libraries: what is being moved on disk; null when nothing is. */
  nameMove: NameMove | null;
  readonly favorites: Map<Id.OwnerId, Id.AlbumId>;
  readonly uncategorized: Map<Id.OwnerId, Id.AlbumId>;
  readonly trash: Map<number, TrashRecord>;
  /** Trash records of kind `file` by file: at most one each. */
  readonly trashedFiles: Map<Id.FileId, number>;
  readonly purgesHeld: Map<number, string>;
  /** Folder libraries: files that were found gone, and nobody said that they may be. */
  readonly vanished: Set<Id.FileId>;
  /** Folder libraries: links whose file was found gone, by `ALBUM/NAME`, until a file has it. */
  readonly lostNames: Map<string, LostName>;
  nextTrashSequence: number;
  /** Content that was removed by the user or a plan, and when (wall clock, to tell the user). */
  readonly removedContents: Map<Id.ContentHash, number>;
  readonly usage: Usage;
  readonly reservations: Map<Id.ReservationId, ReservationRecord>;
  readonly awaitingRemoval: Map<ObjectName, number>;
  /** Every object name that is taken: live, in the trash, reserved, or awaiting removal. */
  readonly objectNames: Set<ObjectName>;
  /** Files whose bytes the engine has yet to read, in order of arrival. */
  readonly toHash: Map<Id.FileId, number>;
  /** Contents that have yet to be embedded, with one file that has the bytes. */
  readonly toEmbed: Map<Id.ContentHash, Id.FileId>;
  readonly embedded: Map<Id.ContentHash, "embedded" | "notEmbeddable">;
  readonly unreadable: Map<Id.FileId, string>;
  readonly devices: Map<Id.DeviceId, DeviceRecord>;
  readonly receipts: Map<Id.ReceiptId, ReceiptRecord>;
  readonly receiptsByFile: Map<Id.FileId, Set<Id.ReceiptId>>;
  /** Witnessed time before which a file must not be purged, because a device removed its copy. */
  readonly pins: Map<Id.FileId, number>;
  readonly plans: Map<Id.PlanId, PlanRecord>;
  readonly obligations: Map<Id.ObligationId, ObligationRecord>;
  readonly obligationsByAlbum: Map<Id.AlbumId, Set<Id.ObligationId>>;
  /** The obligations that a file helps to meet, in whatever album. */
  readonly obligationsByFile: Map<Id.FileId, Set<Id.ObligationId>>;
  /** Files that an applying plan has yet to remove. */
  readonly plannedRemovals: Map<Id.FileId, Id.PlanId>;
  readonly notDuplicates: Map<Id.ContentHash, Set<Id.ContentHash>>;
  /** What changed, oldest first; position `i` has number `changesBase + i`. */
  readonly changes: ChangeNotice[];
  changesBase: number;
  clock: ClockTrust;
}

/** A library before its first event. */
export function emptyLibrary(): LibraryState {
  return {
    library: null,
    libraryKind: "stored",
    owner: null,
    files: new Map(),
    filesByHash: new Map(),
    filesByCapture: new Map(),
    albums: new Map(),
    names: new Map(),
    nameMove: null,
    favorites: new Map(),
    uncategorized: new Map(),
    trash: new Map(),
    trashedFiles: new Map(),
    purgesHeld: new Map(),
    vanished: new Set(),
    lostNames: new Map(),
    nextTrashSequence: 1,
    removedContents: new Map(),
    usage: {
      limitBytes: 0,
      liveBytes: 0,
      trashBytes: 0,
      reservedBytes: 0,
      awaitingRemovalBytes: 0,
      purgedBytes: 0,
    },
    reservations: new Map(),
    awaitingRemoval: new Map(),
    objectNames: new Set(),
    toHash: new Map(),
    toEmbed: new Map(),
    embedded: new Map(),
    unreadable: new Map(),
    devices: new Map(),
    receipts: new Map(),
    receiptsByFile: new Map(),
    pins: new Map(),
    plans: new Map(),
    obligations: new Map(),
    obligationsByAlbum: new Map(),
    obligationsByFile: new Map(),
    plannedRemovals: new Map(),
    notDuplicates: new Map(),
    changes: [],
    changesBase: 0,
    clock: NO_CLOCK,
  };
}
