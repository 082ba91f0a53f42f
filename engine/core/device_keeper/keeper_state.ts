import type { ChannelContract, Deadline } from "../protocol/effect.ts";
import type { ActorId, MessageId } from "../protocol/ids.ts";
import type { StoredObject } from "../library/file.ts";
import type * as Id from "../library/ids.ts";
import type { KeptReason, LocalAsset } from "../messages/keeper_messages.ts";
import type { AskPurpose, SentRequest } from "./keeper_events.ts";

/** The hash of one revision of a local item. */
export interface HashedRevision {
  readonly revision: number;
  readonly contentHash: Id.ContentHash;
  /** Hash of each object that makes the content hash, in its order. */
  readonly parts: readonly string[];
}

/** Where an item is in the library. */
export interface AssetBackup {
  readonly file: Id.FileId;
  readonly contentHash: Id.ContentHash;
  /** Library albums in which the content is known to be, and by which file. */
  readonly homes: readonly { readonly album: Id.AlbumId; readonly file: Id.FileId }[];
  /**
   * True when other bytes under the item's id are an edit of the file. False once the item was
   * away: what comes back under the same id may be something else, and is stored beside the file.
   */
  readonly isSameItem: boolean;
}

/** Why a revision is not backed up. */
export interface LeftOut {
  readonly revision: number;
  /** Null for every album. */
  readonly album: Id.AlbumId | null;
  readonly reason: string;
}

/** One local item, as long as it is known: also after it was freed. Replaced, never changed. */
export interface AssetRecord {
  readonly asset: LocalAsset;
  /** `freed`: removed by the keeper. `gone`: by someone else. */
  readonly presence: "here" | "freed" | "gone";
  readonly hashed: HashedRevision | null;
  readonly unreadable: { readonly revision: number; readonly reason: string } | null;
  readonly backup: AssetBackup | null;
  readonly leftOut: readonly LeftOut[];
  /** Uploads begun for any revision; names the next. */
  readonly uploads: number;
  /** Failures since the revision was seen or something succeeded. */
  readonly failures: number;
  /** Times that the item was to come back; names the next copy. */
  readonly returns: number;
}

/** Local bytes being read. */
export interface LocalHashing {
  readonly serial: number;
  readonly revision: number;
  readonly objects: readonly StoredObject[];
  readonly parts: readonly (string | null)[];
}

/** An upload under way. */
export interface AssetUpload {
  readonly serial: number;
  /** The item as it was when the upload began. */
  readonly asset: LocalAsset;
  readonly contentHash: Id.ContentHash;
  readonly parts: readonly string[];
  readonly reservation: Id.ReservationId;
  readonly album: Id.AlbumId;
  readonly replaces: Id.FileId | null;
  readonly storedObjects: readonly StoredObject[];
  readonly written: readonly boolean[];
  readonly stage: "offering" | "writing" | "committing";
}

/** A confirmed removal. */
export interface AssetRemoval {
  readonly serial: number;
  /** The item as it was when its local bytes were read for the removal. */
  readonly revision: number;
  readonly objects: readonly StoredObject[];
  readonly parts: readonly (string | null)[];
  /** The hash that the user saw as backed up. */
  readonly contentHash: Id.ContentHash;
  readonly stage: "queued" | "hashing" | "asking" | "removing" | "doubted" | "searching";
  readonly receipt: Id.ReceiptId | null;
  readonly deadline: Deadline | null;
  /** Which objects are known to be gone or there; null for not known. */
  readonly isThere: readonly (boolean | null)[];
  readonly searches: number;
}

/** Who waits for an answer. */
export interface KeeperClient {
  readonly request: MessageId;
  readonly client: ActorId;
  readonly channel: ChannelContract;
}

/** One confirmed free-up. */
export interface FreeUp extends KeeperClient {
  /** Confirmed items that have not ended. */
  readonly open: number;
  readonly freedBytes: number;
}

/** What came of one item of one free-up; null as long as it has not ended. */
export interface FreeUpItem {
  readonly request: MessageId;
  readonly asset: Id.AssetId;
  readonly outcome: "removed" | { readonly kept: KeptReason } | null;
}

/** An item on its way back. */
export interface AssetDownload {
  readonly clients: readonly KeeperClient[];
  readonly serial: number;
  readonly stage: "queued" | "asking" | "copying";
  readonly contentHash: Id.ContentHash | null;
  readonly sources: readonly StoredObject[];
  readonly objects: readonly StoredObject[];
  readonly written: readonly boolean[];
  readonly parts: readonly (string | null)[];
  readonly failures: number;
}

/** A request that is repeated until it is answered. */
export interface OpenAsk {
  readonly purpose: AskPurpose;
  /** The latest requests, oldest first. */
  readonly requests: readonly SentRequest[];
  readonly attempts: number;
}

/** All that a device keeper knows. Records in the maps are replaced, never changed. */
export interface KeeperState {
  device: Id.DeviceId | null;
  /** True when the librarian has accepted the device and its albums. */
  isRegistered: boolean;
  /** Numbers what is asked of ports, so that an answer to something given up is recognised. */
  serial: number;
  /** Device album to library album. */
  readonly targets: Map<string, Id.AlbumId>;
  readonly assets: Map<Id.AssetId, AssetRecord>;
  /** How many items rely on a file. An edit of one must not take the others' bytes. */
  readonly sharers: Map<Id.FileId, number>;
  /** Items to be hashed, with their revision, in order. */
  readonly toHash: Map<Id.AssetId, number>;
  readonly hashing: Map<Id.AssetId, LocalHashing>;
  readonly toOffer: Map<Id.AssetId, number>;
  readonly uploads: Map<Id.AssetId, AssetUpload>;
  /** Items that wait to be tried again. */
  readonly held: Map<Id.AssetId, "room" | "failure">;
  isHoldTimerSet: boolean;
  /** Releases of held items since a backup succeeded. */
  holdRounds: number;
  /** Refusals for want of room since a backup succeeded or held items were released. */
  roomRefusals: number;
  readonly removals: Map<Id.AssetId, AssetRemoval>;
  /** Removals of the batch in hand. */
  readonly batch: Map<Id.AssetId, true>;
  readonly queuedRemovals: Map<Id.AssetId, true>;
  readonly freeUps: Map<MessageId, FreeUp>;
  readonly freeUpItems: Map<string, FreeUpItem>;
  /** Receipts whose end the librarian has not confirmed. */
  readonly unreported: Map<Id.ReceiptId, "removed" | "kept">;
  readonly downloads: Map<Id.AssetId, AssetDownload>;
  readonly asks: Map<string, OpenAsk>;
  /** Which ask a request belongs to. */
  readonly requests: Map<MessageId, string>;
}

/** A keeper before it is started. */
export function emptyKeeper(): KeeperState {
  return {
    device: null,
    isRegistered: false,
    serial: 0,
    targets: new Map(),
    assets: new Map(),
    sharers: new Map(),
    toHash: new Map(),
    hashing: new Map(),
    toOffer: new Map(),
    uploads: new Map(),
    held: new Map(),
    isHoldTimerSet: false,
    holdRounds: 0,
    roomRefusals: 0,
    removals: new Map(),
    batch: new Map(),
    queuedRemovals: new Map(),
    freeUps: new Map(),
    freeUpItems: new Map(),
    unreported: new Map(),
    downloads: new Map(),
    asks: new Map(),
    requests: new Map(),
  };
}

const MAP_FIELDS = [
  "targets",
  "assets",
  "sharers",
  "toHash",
  "hashing",
  "toOffer",
  "uploads",
  "held",
  "removals",
  "batch",
  "queuedRemovals",
  "freeUps",
  "freeUpItems",
  "unreported",
  "downloads",
  "asks",
  "requests",
] as const satisfies readonly (keyof KeeperState)[];

/** A copy on which events can be tried while `state` stays as it is. Constant time. */
export function draftOf(
  state: KeeperState,
  wrap: <K, V>(base: Map<K, V>) => Map<K, V>,
): KeeperState {
  return {
    ...state,
    targets: wrap(state.targets),
    assets: wrap(state.assets),
    sharers: wrap(state.sharers),
    toHash: wrap(state.toHash),
    hashing: wrap(state.hashing),
    toOffer: wrap(state.toOffer),
    uploads: wrap(state.uploads),
    held: wrap(state.held),
    removals: wrap(state.removals),
    batch: wrap(state.batch),
    queuedRemovals: wrap(state.queuedRemovals),
    freeUps: wrap(state.freeUps),
    freeUpItems: wrap(state.freeUpItems),
    unreported: wrap(state.unreported),
    downloads: wrap(state.downloads),
    asks: wrap(state.asks),
    requests: wrap(state.requests),
  };
}

/** The state as plain JSON. */
export function encodeKeeper(state: KeeperState): unknown {
  const plain: Record<string, unknown> = { ...state };
  for (const field of MAP_FIELDS) plain[field] = [...state[field]];
  return plain;
}

/** The state that `encodeKeeper` made plain. */
export function decodeKeeper(snapshot: unknown): KeeperState {
  const plain = snapshot as Record<string, readonly (readonly [unknown, unknown])[]>;
  const state: Record<string, unknown> = { ...plain };
  for (const field of MAP_FIELDS) state[field] = new Map(plain[field]);
  return state as unknown as KeeperState;
}
