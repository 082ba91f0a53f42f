import { identifier, type RequestKey } from "../protocol/ids.ts";
import type { Outcome } from "../protocol/incoming.ts";
import type { FileRecord, StoredObject } from "../library/file.ts";
import type { LibraryState } from "../library/state.ts";
import { TRASH_AGE_MS, type TrashRecord } from "../library/trash.ts";
import { isOnItsWay } from "./folder_names.ts";
import type { TurnDraft } from "./turn_draft.ts";

/** How often the trash, reservations and receipts are looked through: every 6 hours. */
export const SWEEP_INTERVAL_MS: number = 6 * 60 * 60 * 1000;

/** Records that one sweep turn handles; more follow in another turn at once. */
export const PURGES_PER_TURN_MAX = 256;

/** Keepers that a removed copy may have followed one after the other before we give up. */
const KEEPER_CHAIN_MAX = 64;

/**
 * True when a device relies on the content, by a receipt or by a removal less than 30 days old, or
 * while its names are being moved.
 */
export function isPinned(draft: TurnDraft, record: TrashRecord): boolean {
  if (isOnItsWay(draft.state, record)) return true;
  // A version, too: what the device had may be the content that an edit has replaced since.
  if (draft.state.receiptsByFile.has(record.file)) return true;
  return (draft.state.pins.get(record.file) ?? 0) > draft.witnessedMs;
}

/** True when 30 days of witnessed time have passed and nothing pins the record. */
export function isDue(draft: TurnDraft, record: TrashRecord): boolean {
  return draft.witnessedMs - record.trashedAtMs >= TRASH_AGE_MS && !isPinned(draft, record);
}

/**
 * Purges now, or first asks the store to read the keeper of a copy that a plan removed.
 *
 * The answer comes to `handlePurgeCheck`.
 */
export function requestPurge(
  draft: TurnDraft,
  record: TrashRecord,
  cause: "age" | "user",
): void {
  const keeper = keeperOf(draft.state, record);
  if (keeper.kind === "none") return emitPurge(draft, record, cause);
  const original = keeper.kind === "readable" ? originalOf(keeper.file) : undefined;
  if (original === undefined) {
    if (draft.state.purgesHeld.get(record.sequence) === "keeperUnreadable") return;
    draft.emit({ kind: "purgeHeld", sequence: record.sequence, reason: "keeperUnreadable" });
    draft.warn("PURGE_HELD", `Trash ${record.sequence} stays: its keeper cannot be read`);
    return;
  }
  draft.request({
    kind: "readObject",
    key: purgeKey(record.sequence, cause),
    object: original.name,
    read: "hash",
  });
}

/** Goes on with a purge once the keeper has been read. */
export function handlePurgeCheck(
  draft: TurnDraft,
  check: { sequence: number; cause: "age" | "user"; outcome: Outcome<unknown> },
): void {
  const record = draft.state.trash.get(check.sequence);
  if (record === undefined || isPinned(draft, record)) return;
  const keeper = keeperOf(draft.state, record);
  if (keeper.kind === "none") return emitPurge(draft, record, check.cause);
  const expected = keeper.kind === "readable" ? firstHash(keeper.file) : null;
  const found = check.outcome.kind === "done" ? hashIn(check.outcome.result) : null;
  if (expected !== null && found === expected) return emitPurge(draft, record, check.cause);
  const reason = check.outcome.kind === "failed" ? check.outcome.error : "keeperHashMismatch";
  draft.emit({ kind: "purgeHeld", sequence: record.sequence, reason });
  draft.warn("PURGE_HELD", `Trash ${record.sequence} stays: its keeper is not well: ${reason}`);
}

/** Takes the record out of the trash and asks the store to remove its objects. */
function emitPurge(draft: TurnDraft, record: TrashRecord, cause: "age" | "user"): void {
  draft.emit({ kind: "purged", sequence: record.sequence, cause });
  for (const object of record.objects) requestRemoval(draft, object);
  const hash = record.contentHash;
  if (hash !== null && !draft.state.filesByHash.has(hash) && draft.state.embedded.has(hash)) {
    draft.request({
      kind: "compute",
      key: identifier(`erase/${record.sequence}`),
      job: { kind: "eraseVectors", contentHashes: [hash] },
    });
  }
}

/** Asks the store to remove an object that no file owns any more. */
export function requestRemoval(draft: TurnDraft, object: StoredObject): void {
  draft.request({
    kind: "remove",
    key: identifier(`remove/${object.name}`),
    object: object.name,
    expectedHash: null,
  });
}

type KeeperState =
  /** No keeper to mind: none there was, or the user deleted it. */
  | { readonly kind: "none" }
  | { readonly kind: "readable"; readonly file: FileRecord }
  | { readonly kind: "unreadable" };

/**
 * Who stands for a removed copy now: its keeper, or what a later plan kept in the keeper's place.
 */
function keeperOf(state: LibraryState, record: TrashRecord): KeeperState {
  let current = record;
  for (let step = 0; step < KEEPER_CHAIN_MAX; step += 1) {
    if (current.cause.kind !== "plan") return { kind: "none" };
    const live = state.files.get(current.cause.keeper);
    if (live !== undefined) {
      return state.unreadable.has(live.id)
        ? { kind: "unreadable" }
        : { kind: "readable", file: live };
    }
    const sequence = state.trashedFiles.get(current.cause.keeper);
    const next = sequence === undefined ? undefined : state.trash.get(sequence);
    if (next === undefined) {
      // A name that is not found may be a disk that is away: nobody said that it may go.
      return state.vanished.has(current.cause.keeper) ? { kind: "unreadable" } : { kind: "none" };
    }
    current = next;
  }
  return { kind: "unreadable" };
}

function originalOf(file: FileRecord): StoredObject | undefined {
  return file.objects.find((object) => object.role === "original");
}

/** The hash of the original alone: a live photo's content hash has the video's behind a colon. */
export function firstHash(file: FileRecord): string | null {
  if (file.contentHash === null) return null;
  return file.contentHash.split(":")[0] ?? null;
}

/** The content hash in what a `readObject` returned, or null. */
export function hashIn(result: unknown): string | null {
  if (typeof result !== "object" || result === null || !("contentHash" in result)) return null;
  return typeof result.contentHash === "string" ? result.contentHash : null;
}

function purgeKey(sequence: number, cause: "age" | "user"): RequestKey {
  return identifier(`purge/${sequence}/${cause}`);
}
