import type { Outcome } from "../protocol/incoming.ts";
import { totalBytes } from "../library/file.ts";
import type { AssetId } from "../library/ids.ts";
import type { FreeUpFilter, KeptReason, LocalAsset } from "../messages/keeper_messages.ts";
import { contentObjects, joinContentHash } from "../hashing/content_objects.ts";
import { ask } from "./asks.ts";
import { freeUpProblem } from "./asset_needs.ts";
import { RECEIPT_BATCH_SIZE } from "./keeper_limits.ts";
import type { KeeperClient } from "./keeper_state.ts";
import { type KeeperTurn, portKey, type PortPurpose } from "./keeper_turn.ts";
import { errorIn, hashIn } from "./local_hashing.ts";

/** Says what could be freed. Linear in the number of items; changes nothing. */
export function reviewFreeUp(turn: KeeperTurn, client: KeeperClient, filter: FreeUpFilter): void {
  const { state } = turn;
  const assets: { asset: AssetId; sizeBytes: number }[] = [];
  let bytes = 0;
  for (const [asset, record] of state.assets) {
    if (freeUpProblem(state, record) !== null || state.removals.has(asset)) continue;
    if (!passes(record.asset, filter, turn.context.wallMs)) continue;
    const sizeBytes = totalBytes(contentObjects(record.asset.objects));
    assets.push({ asset, sizeBytes });
    bytes += sizeBytes;
  }
  turn.reply(client, { kind: "freeUpReview", assets, totalBytes: bytes });
}

function passes(asset: LocalAsset, filter: FreeUpFilter, wallMs: number): boolean {
  const { deviceAlbums, fileKinds, olderThanMs } = filter;
  if (fileKinds !== null && !fileKinds.includes(asset.fileKind)) return false;
  if (deviceAlbums !== null && !asset.deviceAlbums.some((album) => deviceAlbums.includes(album))) {
    return false;
  }
  if (olderThanMs === null) return true;
  const { takenAtMs } = asset.facts;
  return takenAtMs !== null && wallMs - takenAtMs >= olderThanMs;
}

/** Takes a confirmation. The answer follows when the last item has ended. */
export function confirmFreeUp(
  turn: KeeperTurn,
  client: KeeperClient,
  wanted: readonly AssetId[],
): void {
  const { state } = turn;
  const assets: AssetId[] = [];
  const settled: { asset: AssetId; keptReason: KeptReason | null }[] = [];
  for (const asset of new Set(wanted)) {
    const record = state.assets.get(asset);
    const problem = freeUpProblem(state, record);
    if (state.removals.has(asset) || problem === null) assets.push(asset);
    else if (record?.presence === "freed") settled.push({ asset, keptReason: null });
    else settled.push({ asset, keptReason: problem });
  }
  turn.apply({ kind: "freeUpConfirmed", ...client, assets, settled });
}

/** Begins the next batch once the one in hand has ended, or goes on with the one in hand. */
export function driveFreeUp(turn: KeeperTurn): void {
  const { state } = turn;
  if (state.batch.size === 0) startBatch(turn);
  let isAsking = false;
  for (const asset of state.batch.keys()) {
    const stage = state.removals.get(asset)?.stage;
    if (stage === "hashing") return;
    isAsking ||= stage === "asking";
  }
  if (isAsking && !state.asks.has("receipts")) ask(turn, { kind: "receipts" });
}

function startBatch(turn: KeeperTurn): void {
  const { state } = turn;
  for (const asset of [...firstOf(state.queuedRemovals.keys(), RECEIPT_BATCH_SIZE)]) {
    const record = state.assets.get(asset);
    const reason = freeUpProblem(state, record);
    if (reason !== null || record === undefined) {
      turn.apply({ kind: "removalKept", asset, reason: reason ?? "unknown", rehash: false });
      continue;
    }
    const serial = turn.nextSerial();
    turn.apply({ kind: "rehashBegun", asset, serial });
    for (const [index, { name }] of contentObjects(record.asset.objects).entries()) {
      const key = portKey({ action: "rehash", serial, index, asset });
      turn.request({ kind: "readObject", key, object: name, read: "hash" });
    }
  }
}

function* firstOf<Value>(values: Iterable<Value>, count: number): Iterable<Value> {
  let left = count;
  for (const value of values) {
    if (left === 0) return;
    left -= 1;
    yield value;
  }
}

/** Takes the hash that one local object has now, just before it may be removed. */
export function takeRehash(
  turn: KeeperTurn,
  purpose: PortPurpose,
  outcome: Outcome<unknown>,
): void {
  const asset = purpose.asset as AssetId;
  const removal = turn.state.removals.get(asset);
  if (removal?.serial !== purpose.serial || removal.stage !== "hashing") return;
  const contentHash = hashIn(outcome);
  if (contentHash === null) {
    const isGone = errorIn(outcome) === "missing" || errorIn(outcome) === "gone";
    const reason = isGone ? "notHere" : "unreadable";
    turn.apply({ kind: "removalKept", asset, reason, rehash: false });
    if (isGone) turn.apply({ kind: "assetLeft", asset });
    return;
  }
  const parts = removal.parts.map((part, at) => at === purpose.index ? contentHash : part);
  const known = parts.filter((part) => part !== null);
  if (known.length === parts.length && joinContentHash(known) !== removal.contentHash) {
    return turn.apply({ kind: "removalKept", asset, reason: "changed", rehash: true });
  }
  turn.apply({ kind: "partRehashed", asset, index: purpose.index, contentHash });
}

/** Answers the free-ups whose items have all ended. */
export function finishFreeUps(turn: KeeperTurn): void {
  const { state } = turn;
  for (const freeUp of [...state.freeUps.values()]) {
    if (freeUp.open > 0) continue;
    const removed: AssetId[] = [];
    const kept: { asset: AssetId; reason: KeptReason }[] = [];
    for (const { asset, outcome, request } of state.freeUpItems.values()) {
      if (request !== freeUp.request || outcome === null) continue;
      if (outcome === "removed") removed.push(asset);
      else kept.push({ asset, reason: outcome.kept });
    }
    const { freedBytes } = freeUp;
    turn.reply(freeUp, { kind: "freeUpDone", removed, kept, freedBytes });
    turn.apply({ kind: "freeUpEnded", request: freeUp.request });
  }
}
