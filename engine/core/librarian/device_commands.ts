import { identifier } from "../protocol/ids.ts";
import { unreachable } from "../protocol/invariant.ts";
import type {
  DeviceRecord,
  ReceiptRecord,
  ReceiptRefusal,
  ReceiptRequest,
} from "../library/device.ts";
import type { FileRecord } from "../library/file.ts";
import type * as Id from "../library/ids.ts";
import type { LibraryState } from "../library/state.ts";
import type { DeviceCommand } from "../messages/librarian_messages.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";

/** Most items of one receipt request. */
export const RECEIPTS_PER_REQUEST_MAX = 256;

/** Handles what devices ask and report. */
export function handleDeviceCommand(draft: TurnDraft, asker: Asker, command: DeviceCommand): void {
  switch (command.kind) {
    case "registerDevice":
      if (!sameScope(draft.state.devices.get(command.device), command.chosenAlbums)) {
        draft.emit({
          kind: "deviceRegistered",
          device: command.device,
          chosenAlbums: command.chosenAlbums,
        });
      }
      return draft.reply(asker, { kind: "accepted" });
    case "requestReceipts":
      return requestReceipts(draft, asker, command);
    case "reportRemovals":
      return reportRemovals(draft, asker, command);
    default:
      return unreachable(command);
  }
}

function sameScope(device: DeviceRecord | undefined, albums: readonly string[]): boolean {
  if (device === undefined || device.chosenAlbums.size !== albums.length) return false;
  return albums.every((album) => device.chosenAlbums.has(album));
}

function requestReceipts(
  draft: TurnDraft,
  asker: Asker,
  command: DeviceCommand & { kind: "requestReceipts" },
): void {
  if (command.items.length > RECEIPTS_PER_REQUEST_MAX) {
    return draft.refuse(asker, "INVALID", `At most ${RECEIPTS_PER_REQUEST_MAX} items`);
  }
  const device = draft.state.devices.get(command.device);
  const given: ReceiptRecord[] = [];
  const refused: { asset: Id.AssetId; reason: ReceiptRefusal }[] = [];
  for (const item of command.items) {
    const found = receiptFor(draft, device, item);
    if (typeof found === "string") {
      refused.push({ asset: item.asset, reason: found });
      continue;
    }
    given.push({
      id: identifier(`${asker.id}/${given.length}`),
      device: command.device,
      asset: item.asset,
      file: found.id,
      contentHash: item.contentHash,
      givenAtMs: draft.witnessedMs,
    });
  }
  if (given.length > 0) draft.emitClock();
  for (const receipt of given) draft.emit({ kind: "receiptGiven", receipt });
  draft.reply(asker, { kind: "receipts", given, refused });
}

/** The live, complete, own file that holds exactly these bytes, or why there is none to rely on. */
function receiptFor(
  draft: TurnDraft,
  device: DeviceRecord | undefined,
  item: ReceiptRequest,
): FileRecord | ReceiptRefusal {
  const { state } = draft;
  if (device === undefined) return "unknownDevice";
  if (draft.clockSuspect) return "clockSuspect";
  if (!item.deviceAlbums.some((album) => device.chosenAlbums.has(album))) return "outOfScope";
  let refusal: ReceiptRefusal = state.removedContents.has(item.contentHash)
    ? "inTrash"
    : "notBackedUp";
  let best: FileRecord | null = null;
  for (const id of state.filesByHash.get(item.contentHash) ?? []) {
    const file = state.files.get(id);
    if (file === undefined || file.owner !== state.owner) continue;
    const problem = unreliable(state, file);
    if (problem !== null) refusal = problem;
    else if (best === null || file.id < best.id) best = file;
  }
  return best ?? refusal;
}

function unreliable(state: LibraryState, file: FileRecord): ReceiptRefusal | null {
  if (!file.verified || state.unreadable.has(file.id)) return "unverified";
  if (state.plannedRemovals.has(file.id)) return "planPending";
  for (const reservation of state.reservations.values()) {
    if (reservation.replaces === file.id) return "pendingWork";
  }
  return null;
}

function reportRemovals(
  draft: TurnDraft,
  asker: Asker,
  command: DeviceCommand & { kind: "reportRemovals" },
): void {
  let reported = 0;
  for (const report of command.reports) {
    const receipt = draft.state.receipts.get(report.receipt);
    // An expired receipt already pins its file as if the item had been removed.
    if (receipt === undefined || receipt.device !== command.device) continue;
    if (reported === 0) draft.emitClock();
    reported += 1;
    draft.emit({
      kind: "receiptReported",
      receipt: receipt.id,
      outcome: report.outcome,
      atMs: draft.witnessedMs,
    });
  }
  draft.reply(asker, { kind: "accepted" });
}
