import type { Deadline } from "../protocol/effect.ts";
import type { Outcome } from "../protocol/incoming.ts";
import { RECEIPT_LEASE_MS, RECEIPT_MARGIN_MS, type ReceiptRecord } from "../library/device.ts";
import type { AssetId } from "../library/ids.ts";
import type { KeptReason } from "../messages/keeper_messages.ts";
import type { LibrarianReply } from "../messages/librarian_replies.ts";
import { ask } from "./asks.ts";
import { freeUpProblem } from "./asset_needs.ts";
import type { SentRequest } from "./keeper_events.ts";
import { REPORT_BATCH_SIZE, SEARCH_PAUSE_MS, SEARCHES_MAX } from "./keeper_limits.ts";
import type { AssetRemoval } from "./keeper_state.ts";
import { type KeeperTurn, portKey, type PortPurpose } from "./keeper_turn.ts";
import { errorIn } from "./local_hashing.ts";

/**
 * [Note: Acting on a receipt]
 *
 * A receipt lets the device remove one item for `RECEIPT_LEASE_MS` from when the librarian gave it.
 * The two have no clock in common, so the device counts from when it sent the request, which was
 * earlier, by its monotonic clock, and stops `RECEIPT_MARGIN_MS` early. After a reboot that clock
 * began anew and the receipt is worthless. The deadline travels with the removal itself: a removal
 * that waited in a queue, or that a restart repeats from the outbox, is refused by the port.
 *
 * When it is not known whether a removal took place, nobody may look before the deadline has
 * passed: until then the removal may still happen. Whenever something may be gone, the librarian is
 * told so, which keeps the content stored; it is told that the item was kept only when the item is
 * seen to be there.
 */

/** Until when a receipt that answers `request` may be acted on. */
export function deadlineOf(request: SentRequest): Deadline {
  return {
    bootId: request.bootId,
    monotonicMs: request.sentAtMs + RECEIPT_LEASE_MS - RECEIPT_MARGIN_MS,
  };
}

/** Takes the answer to a request for receipts. */
export function takeReceipts(turn: KeeperTurn, request: SentRequest, reply: LibrarianReply): void {
  if (reply.kind === "refused") {
    if (reply.code === "UNKNOWN_DEVICE") doubtRegistration(turn);
    turn.endAsk({ kind: "receipts" });
    return keepAsking(turn, reply.code);
  }
  if (reply.kind !== "receipts") {
    return turn.warn("UNEXPECTED_ANSWER", `${reply.kind} for receipts`);
  }
  const deadline = deadlineOf(request);
  const isInTime = deadline.bootId === turn.context.bootId &&
    turn.context.monotonicMs < deadline.monotonicMs;
  if (isInTime) turn.endAsk({ kind: "receipts" });
  for (const receipt of reply.given) {
    if (isInTime) takeReceipt(turn, receipt, deadline);
    else decline(turn, receipt);
  }
  for (const { asset, reason } of reply.refused) refuseReceipt(turn, asset, reason);
  // Too late to act on: what is left is asked for again, by the timer that is still set.
  if (isInTime) keepAsking(turn, "noAnswer");
}

/** Acts on a receipt if its item still waits for one, and nothing has changed for it since. */
function takeReceipt(turn: KeeperTurn, receipt: ReceiptRecord, deadline: Deadline): void {
  const { state } = turn;
  const { asset, id } = receipt;
  const removal = state.removals.get(asset);
  const isFitting = receipt.device === state.device && removal?.stage === "asking" &&
    removal.contentHash === receipt.contentHash;
  if (!isFitting) return decline(turn, receipt);
  const record = state.assets.get(asset);
  const problem = record?.asset.revision === removal.revision
    ? freeUpProblem(state, record)
    : "changed";
  if (problem !== null) {
    decline(turn, receipt);
    return turn.apply({ kind: "removalKept", asset, reason: problem, rehash: false });
  }
  turn.apply({ kind: "removalBegun", asset, receipt: id, deadline });
  removeNext(turn, asset);
}

function decline(turn: KeeperTurn, receipt: ReceiptRecord): void {
  const isInUse = turn.state.removals.get(receipt.asset)?.receipt === receipt.id ||
    turn.state.unreported.has(receipt.id);
  if (!isInUse) turn.apply({ kind: "receiptDeclined", receipt: receipt.id });
}

/** An item that the librarian does not have is offered again, whatever became of it there. */
function refuseReceipt(turn: KeeperTurn, asset: AssetId, reason: KeptReason): void {
  if (turn.state.removals.get(asset)?.stage !== "asking") return;
  turn.apply({ kind: "removalKept", asset, reason, rehash: false });
  if (reason === "unknownDevice" || reason === "outOfScope") doubtRegistration(turn);
  const isLost = reason === "notBackedUp" || reason === "hashMismatch" || reason === "unverified";
  if (isLost) turn.apply({ kind: "backupDoubted", asset });
}

function doubtRegistration(turn: KeeperTurn): void {
  if (turn.state.isRegistered) turn.apply({ kind: "registrationSettled", isKnown: false });
}

/** Keeps the items of the batch that got no answer of their own. */
function keepAsking(turn: KeeperTurn, reason: KeptReason): void {
  for (const asset of [...turn.state.batch.keys()]) {
    if (turn.state.removals.get(asset)?.stage !== "asking") continue;
    turn.apply({ kind: "removalKept", asset, reason, rehash: false });
  }
}

/** Removes one object after the other, so that a failure leaves as much as possible. */
function removeNext(turn: KeeperTurn, asset: AssetId): void {
  const removal = turn.state.removals.get(asset);
  if (removal === undefined || removal.deadline === null) return;
  const index = removal.isThere.indexOf(null);
  const object = removal.objects[index];
  if (object === undefined) return endRemoval(turn, asset, { outcome: "removed", reason: null });
  turn.request({
    kind: "remove",
    key: portKey({ action: "remove", serial: removal.serial, index, asset }),
    object: object.name,
    expectedHash: removal.parts[index] ?? null,
    deadline: removal.deadline,
  });
}

/** Takes the outcome of removing one local object. */
export function takeRemoval(
  turn: KeeperTurn,
  purpose: PortPurpose,
  outcome: Outcome<unknown>,
): void {
  const asset = purpose.asset as AssetId;
  const removal = turn.state.removals.get(asset);
  if (removal?.serial !== purpose.serial || removal.stage !== "removing") return;
  if (outcome.kind === "done") {
    turn.apply({ kind: "localObjectRemoved", asset, index: purpose.index });
    return removeNext(turn, asset);
  }
  switch (outcome.error) {
    case "changed":
      if (purpose.index === 0) {
        return endRemoval(turn, asset, { outcome: "kept", reason: "changed" });
      }
      return search(turn, asset);
    case "missing":
    case "gone":
    case "refused":
    case "corrupt":
      return search(turn, asset);
    case "ioError":
    case "timeout":
    case "failed":
    case "diskFull":
      return doubt(turn, asset, 0);
  }
}

/** Waits until the removal can no longer take place, and then looks. */
function doubt(turn: KeeperTurn, asset: AssetId, pauseMs: number): void {
  turn.apply({ kind: "removalDoubted", asset });
  const deadline = turn.state.removals.get(asset)?.deadline ?? null;
  turn.setTimer(`doubt/${asset}`, Math.max(pauseMs, remainingMs(turn, deadline)));
}

/** How long a removal with this deadline may still begin; 0 when not any more. */
function remainingMs(turn: KeeperTurn, deadline: Deadline | null): number {
  if (deadline === null || deadline.bootId !== turn.context.bootId) return 0;
  return Math.max(0, deadline.monotonicMs + 1 - turn.context.monotonicMs);
}

/** The wait is over, or a restart cut it short. */
export function endDoubt(turn: KeeperTurn, asset: AssetId): void {
  const removal = turn.state.removals.get(asset);
  if (removal?.stage !== "doubted") return;
  const leftMs = remainingMs(turn, removal.deadline);
  if (leftMs > 0) turn.setTimer(`doubt/${asset}`, leftMs);
  else search(turn, asset);
}

function search(turn: KeeperTurn, asset: AssetId): void {
  const serial = turn.nextSerial();
  turn.apply({ kind: "searchBegun", asset, serial });
  const objects = turn.state.removals.get(asset)?.objects ?? [];
  for (const [index, { name }] of objects.entries()) {
    const key = portKey({ action: "search", serial, index, asset });
    turn.request({ kind: "readObject", key, object: name, read: "stat" });
  }
}

/** Takes the answer on whether one object is still there. */
export function takeSearch(
  turn: KeeperTurn,
  purpose: PortPurpose,
  outcome: Outcome<unknown>,
): void {
  const asset = purpose.asset as AssetId;
  const removal = turn.state.removals.get(asset);
  if (removal?.serial !== purpose.serial || removal.stage !== "searching") return;
  const isGone = outcome.kind === "failed" &&
    (outcome.error === "missing" || outcome.error === "gone");
  if (outcome.kind === "failed" && !isGone) {
    if (removal.searches < SEARCHES_MAX) return doubt(turn, asset, SEARCH_PAUSE_MS);
    turn.warn("REMOVAL_UNCERTAIN", `${asset} may be gone: ${errorIn(outcome)}`);
    return endRemoval(turn, asset, { outcome: "removed", reason: "uncertain" });
  }
  turn.apply({ kind: "localObjectFound", asset, index: purpose.index, isThere: !isGone });
  const found = turn.state.removals.get(asset);
  if (found !== undefined && !found.isThere.includes(null)) judgeSearch(turn, asset, found);
}

function judgeSearch(turn: KeeperTurn, asset: AssetId, removal: AssetRemoval): void {
  if (!removal.isThere.includes(false)) {
    return endRemoval(turn, asset, { outcome: "kept", reason: "notRemoved" });
  }
  if (removal.isThere.includes(true)) {
    turn.warn("PARTLY_REMOVED", `${asset}: an object stays on the device, its picture is gone`);
  }
  endRemoval(turn, asset, { outcome: "removed", reason: null });
}

function endRemoval(
  turn: KeeperTurn,
  asset: AssetId,
  end: { outcome: "removed" | "kept"; reason: KeptReason | null },
): void {
  const receipt = turn.state.removals.get(asset)?.receipt ?? null;
  if (receipt === null) return;
  const { outcome, reason } = end;
  const rehash = reason === "changed" || reason === "uncertain";
  turn.apply({ kind: "removalEnded", asset, receipt, outcome, keptReason: reason, rehash });
}

/** Tells the librarian what came of receipts, when a batch is through or a message is full. */
export function startReport(turn: KeeperTurn): void {
  const { state } = turn;
  if (state.unreported.size === 0 || state.asks.has("report")) return;
  if (state.unreported.size < REPORT_BATCH_SIZE) {
    for (const asset of state.batch.keys()) {
      if (state.removals.get(asset)?.stage === "removing") return;
    }
  }
  ask(turn, { kind: "report", receipts: [...state.unreported.keys()].slice(0, REPORT_BATCH_SIZE) });
}
