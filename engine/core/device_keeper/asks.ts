import { unreachable } from "../protocol/invariant.ts";
import { NO_METADATA } from "../library/file.ts";
import type { DeviceId, FileId } from "../library/ids.ts";
import type { ReceiptRequest } from "../library/device.ts";
import type { LibrarianCommand } from "../messages/librarian_messages.ts";
import { askKey } from "./ask_key.ts";
import type { AskPurpose } from "./keeper_events.ts";
import {
  ABANDON_REQUESTS_MAX,
  LIBRARIAN_PATIENCE_MAX_MS,
  LIBRARIAN_PATIENCE_MS,
  RECEIPT_REQUESTS_MAX,
} from "./keeper_limits.ts";
import type { AssetUpload, KeeperState } from "./keeper_state.ts";
import type { KeeperTurn } from "./keeper_turn.ts";

/** Asks the librarian, now and until it answers. Nothing is asked that has become pointless. */
export function ask(turn: KeeperTurn, purpose: AskPurpose): void {
  const attempts = turn.state.asks.get(askKey(purpose))?.attempts ?? 0;
  const command = commandFor(turn.state, purpose);
  if (command === null || attempts >= requestsMax(purpose)) return giveUp(turn, purpose);
  turn.send(purpose, command, patienceMs(attempts));
}

/** Asks again when an answer has not come in time. */
export function askAgain(turn: KeeperTurn, key: string): void {
  const known = turn.state.asks.get(key);
  if (known !== undefined) ask(turn, known.purpose);
}

/** How long to wait for the answer to the request after `attempts` others. */
function patienceMs(attempts: number): number {
  let waitMs = LIBRARIAN_PATIENCE_MS;
  for (let attempt = 0; attempt < attempts && waitMs < LIBRARIAN_PATIENCE_MAX_MS; attempt += 1) {
    waitMs *= 2;
  }
  return Math.min(waitMs, LIBRARIAN_PATIENCE_MAX_MS);
}

function requestsMax(purpose: AskPurpose): number {
  if (purpose.kind === "abandon") return ABANDON_REQUESTS_MAX;
  return purpose.kind === "receipts" ? RECEIPT_REQUESTS_MAX : Number.MAX_SAFE_INTEGER;
}

function giveUp(turn: KeeperTurn, purpose: AskPurpose): void {
  turn.endAsk(purpose);
  if (purpose.kind !== "receipts") return;
  for (const asset of [...turn.state.batch.keys()]) {
    if (turn.state.removals.get(asset)?.stage !== "asking") continue;
    turn.apply({ kind: "removalKept", asset, reason: "noAnswer", rehash: false });
  }
}

function commandFor(state: KeeperState, purpose: AskPurpose): LibrarianCommand | null {
  const { device } = state;
  if (device === null) return null;
  switch (purpose.kind) {
    case "register":
      return { kind: "registerDevice", device, chosenAlbums: [...state.targets.keys()] };
    case "offer": {
      const upload = state.uploads.get(purpose.asset);
      return upload === undefined ? null : offerOf(upload);
    }
    case "commit": {
      const upload = state.uploads.get(purpose.asset);
      return upload === undefined ? null : commitOf(upload);
    }
    case "abandon":
      return { kind: "abandonUpload", reservation: purpose.reservation };
    case "receipts": {
      const items = receiptItems(state);
      return items.length === 0 ? null : { kind: "requestReceipts", device, items };
    }
    case "report":
      return reportOf(state, device, purpose);
    case "find": {
      const file = state.assets.get(purpose.asset)?.backup?.file;
      return file === undefined ? null : { kind: "readFile", file };
    }
    default:
      return unreachable(purpose);
  }
}

function offerOf(upload: AssetUpload): LibrarianCommand {
  return {
    kind: "offerUpload",
    reservation: upload.reservation,
    contentHash: upload.contentHash,
    objects: upload.storedObjects,
    target: { album: upload.album },
    intent: "automatic",
    replaces: upload.replaces,
  };
}

function commitOf(upload: AssetUpload): LibrarianCommand {
  const { asset } = upload;
  return {
    kind: "commitUpload",
    reservation: upload.reservation,
    file: upload.replaces ?? newFileOf(upload),
    fileKind: asset.fileKind,
    name: asset.name,
    capture: asset.capture,
    contentHash: upload.contentHash,
    objects: upload.storedObjects,
    facts: asset.facts,
    metadata: NO_METADATA,
    target: { album: upload.album },
  };
}

/** A reservation is made once and settles for one file: its name will do for the file, too. */
function newFileOf(upload: AssetUpload): FileId {
  return upload.reservation as string as FileId;
}

function receiptItems(state: KeeperState): ReceiptRequest[] {
  const items: ReceiptRequest[] = [];
  for (const asset of state.batch.keys()) {
    const removal = state.removals.get(asset);
    const record = state.assets.get(asset);
    if (removal?.stage !== "asking" || record === undefined) continue;
    const { deviceAlbums } = record.asset;
    items.push({ asset, contentHash: removal.contentHash, deviceAlbums });
  }
  return items;
}

function reportOf(
  state: KeeperState,
  device: DeviceId,
  purpose: AskPurpose & { kind: "report" },
): LibrarianCommand | null {
  const reports = purpose.receipts.flatMap((receipt) => {
    const outcome = state.unreported.get(receipt);
    return outcome === undefined ? [] : [{ receipt, outcome }];
  });
  return reports.length === 0 ? null : { kind: "reportRemovals", device, reports };
}
