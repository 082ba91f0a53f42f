import { invariant, unreachable } from "../protocol/invariant.ts";
import { totalBytes } from "../library/file.ts";
import type { AssetId } from "../library/ids.ts";
import { contentObjects } from "../hashing/content_objects.ts";
import { requeue } from "./asset_needs.ts";
import { recordOf, setRecord } from "./keeper_records.ts";
import type { FreeUpEvent } from "./keeper_events.ts";
import type { AssetRemoval, FreeUpItem, KeeperState } from "./keeper_state.ts";
import { replaceAt } from "./replace_at.ts";

/** Folds an event of a free-up. */
export function evolveFreeUp(state: KeeperState, event: FreeUpEvent): void {
  switch (event.kind) {
    case "freeUpConfirmed":
      return confirm(state, event);
    case "rehashBegun":
      return beginRehash(state, event);
    case "partRehashed":
      return changeRemoval(state, event.asset, (removal) => {
        const parts = replaceAt(removal.parts, event.index, event.contentHash);
        const isRead = parts.every((part) => part !== null);
        return { ...removal, parts, stage: isRead ? "asking" : "hashing" };
      });
    case "removalKept":
      endRemoval(state, event.asset, { outcome: { kept: event.reason }, freedBytes: 0 });
      return event.rehash ? doubtHash(state, event.asset) : undefined;
    case "removalBegun":
      return changeRemoval(state, event.asset, (removal) => ({
        ...removal,
        stage: "removing",
        receipt: event.receipt,
        deadline: event.deadline,
        isThere: removal.objects.map(() => null),
      }));
    case "localObjectRemoved":
      return changeRemoval(state, event.asset, (removal) => ({
        ...removal,
        isThere: replaceAt(removal.isThere, event.index, false),
      }));
    case "removalDoubted":
      // It waits by itself; the rest of the batch goes on.
      state.batch.delete(event.asset);
      return changeRemoval(state, event.asset, (removal) => ({ ...removal, stage: "doubted" }));
    case "searchBegun":
      state.serial = event.serial;
      state.batch.delete(event.asset);
      return changeRemoval(state, event.asset, (removal) => ({
        ...removal,
        stage: "searching",
        serial: event.serial,
        searches: removal.searches + 1,
        isThere: removal.objects.map(() => null),
      }));
    case "localObjectFound":
      return changeRemoval(state, event.asset, (removal) => ({
        ...removal,
        isThere: replaceAt(removal.isThere, event.index, event.isThere),
      }));
    case "removalEnded":
      return finishRemoval(state, event);
    case "receiptDeclined":
      state.unreported.set(event.receipt, "kept");
      return;
    case "removalsReported":
      for (const receipt of event.receipts) state.unreported.delete(receipt);
      return;
    case "freeUpEnded":
      state.freeUps.delete(event.request);
      for (const [key, item] of state.freeUpItems) {
        if (item.request === event.request) state.freeUpItems.delete(key);
      }
      return;
    default:
      return unreachable(event);
  }
}

/** Names one item of one free-up. */
export function freeUpItemKey(item: { request: string; asset: string }): string {
  return `${item.request} ${item.asset}`;
}

function confirm(state: KeeperState, event: FreeUpEvent & { kind: "freeUpConfirmed" }): void {
  const { channel, client, request } = event;
  const open = event.assets.length;
  state.freeUps.set(request, { request, client, channel, open, freedBytes: 0 });
  for (const { asset, keptReason } of event.settled) {
    const outcome = keptReason === null ? "removed" : { kept: keptReason };
    state.freeUpItems.set(freeUpItemKey({ request, asset }), { request, asset, outcome });
  }
  for (const asset of event.assets) {
    state.freeUpItems.set(freeUpItemKey({ request, asset }), { request, asset, outcome: null });
    if (state.removals.has(asset)) continue;
    const record = recordOf(state, asset);
    invariant(record.hashed !== null, "FREE_UP_UNHASHED", `${asset} was not read`);
    state.queuedRemovals.set(asset, true);
    state.removals.set(asset, {
      serial: 0,
      revision: record.asset.revision,
      objects: contentObjects(record.asset.objects),
      parts: [],
      contentHash: record.hashed.contentHash,
      stage: "queued",
      receipt: null,
      deadline: null,
      isThere: [],
      searches: 0,
    });
  }
}

function beginRehash(state: KeeperState, event: FreeUpEvent & { kind: "rehashBegun" }): void {
  const { asset } = recordOf(state, event.asset);
  const objects = contentObjects(asset.objects);
  state.serial = event.serial;
  state.queuedRemovals.delete(event.asset);
  state.batch.set(event.asset, true);
  changeRemoval(state, event.asset, (removal) => ({
    ...removal,
    serial: event.serial,
    revision: asset.revision,
    objects,
    parts: objects.map(() => null),
    stage: "hashing",
  }));
}

function changeRemoval(
  state: KeeperState,
  id: AssetId,
  change: (removal: AssetRemoval) => AssetRemoval,
): void {
  const removal = state.removals.get(id);
  if (removal !== undefined) state.removals.set(id, change(removal));
}

function finishRemoval(state: KeeperState, event: FreeUpEvent & { kind: "removalEnded" }): void {
  const { asset, keptReason, outcome, receipt } = event;
  const removal = state.removals.get(asset);
  const wentAway = keptReason === null;
  const freedBytes = wentAway ? totalBytes(removal?.objects ?? []) : 0;
  state.unreported.set(receipt, outcome);
  const record = recordOf(state, asset);
  if (wentAway && record.asset.revision === removal?.revision) {
    setRecord(state, asset, { ...record, presence: "freed" });
  } else if (wentAway && record.backup !== null) {
    // A newer revision was told of since. It was not removed, and it is not the item that was.
    setRecord(state, asset, { ...record, backup: { ...record.backup, isSameItem: false } });
  }
  endRemoval(state, asset, {
    outcome: wentAway ? "removed" : { kept: keptReason },
    freedBytes,
  });
  if (event.rehash) doubtHash(state, asset);
  else requeue(state, asset);
}

function endRemoval(
  state: KeeperState,
  id: AssetId,
  end: { outcome: NonNullable<FreeUpItem["outcome"]>; freedBytes: number },
): void {
  state.removals.delete(id);
  state.batch.delete(id);
  state.queuedRemovals.delete(id);
  for (const [request, freeUp] of state.freeUps) {
    const key = freeUpItemKey({ request, asset: id });
    const item = state.freeUpItems.get(key);
    if (item === undefined || item.outcome !== null) continue;
    state.freeUpItems.set(key, { ...item, outcome: end.outcome });
    state.freeUps.set(request, {
      ...freeUp,
      open: freeUp.open - 1,
      freedBytes: freeUp.freedBytes + end.freedBytes,
    });
  }
}

function doubtHash(state: KeeperState, id: AssetId): void {
  setRecord(state, id, { ...recordOf(state, id), hashed: null });
  requeue(state, id);
}
