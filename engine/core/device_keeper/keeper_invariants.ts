import type { StateInvariant } from "../protocol/actor.ts";
import {
  DOWNLOAD_WINDOW_SIZE,
  LOCAL_HASH_WINDOW_SIZE,
  RECEIPT_BATCH_SIZE,
  UPLOAD_WINDOW_SIZE,
} from "./keeper_limits.ts";
import type { KeeperState } from "./keeper_state.ts";

/** What holds of a keeper between turns. Linear in what is under way, not in what is known. */
export const KEEPER_INVARIANTS: readonly StateInvariant<KeeperState>[] = [
  { id: "KEEPER-WINDOWS", check: windowProblem },
  { id: "KEEPER-QUEUES", check: queueProblem },
  { id: "KEEPER-RECEIPTS", check: receiptProblem },
  { id: "KEEPER-ASKS", check: askProblem },
];

function windowProblem(state: KeeperState): string | null {
  const downloads = [...state.downloads.values()].filter(({ stage }) => stage !== "queued");
  const windows = [
    ["hashing", state.hashing.size, LOCAL_HASH_WINDOW_SIZE],
    ["uploads", state.uploads.size, UPLOAD_WINDOW_SIZE],
    ["removals", state.batch.size, RECEIPT_BATCH_SIZE],
    ["downloads", downloads.length, DOWNLOAD_WINDOW_SIZE],
  ] as const;
  const over = windows.find(([, size, most]) => size > most);
  return over === undefined ? null : `${over[0]}: ${over[1]} at once, at most ${over[2]} fit`;
}

/** Nothing is in two places at once. */
function queueProblem(state: KeeperState): string | null {
  for (const asset of state.hashing.keys()) {
    if (state.uploads.has(asset)) return `${asset} is hashed and uploaded at once`;
  }
  for (const place of [state.hashing, state.uploads]) {
    for (const asset of place.keys()) {
      if (state.toHash.has(asset) || state.toOffer.has(asset) || state.held.has(asset)) {
        return `${asset} is in two places`;
      }
    }
  }
  return null;
}

/** Only what a receipt allows is being removed, and nothing of the batch waits in the queue. */
function receiptProblem(state: KeeperState): string | null {
  for (const asset of state.batch.keys()) {
    const removal = state.removals.get(asset);
    if (removal === undefined || state.queuedRemovals.has(asset)) {
      return `${asset} is in the batch, and ${removal === undefined ? "in no removal" : "queued"}`;
    }
    const isAllowed = removal.receipt !== null && removal.deadline !== null;
    if (isAllowed !== (removal.stage === "removing")) {
      return `${asset} is ${removal.stage} with receipt ${removal.receipt}`;
    }
    if (removal.receipt !== null && state.unreported.has(removal.receipt)) {
      return `${asset} is being removed on receipt ${removal.receipt}, which has ended`;
    }
  }
  return null;
}

function askProblem(state: KeeperState): string | null {
  let requests = 0;
  for (const [key, ask] of state.asks) {
    requests += ask.requests.length;
    const stray = ask.requests.find(({ id }) => state.requests.get(id) !== key);
    if (stray !== undefined) return `request ${stray.id} of ${key} is not known`;
  }
  return requests === state.requests.size ? null : "a request belongs to no ask";
}
