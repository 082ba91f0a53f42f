import { invariant } from "../protocol/invariant.ts";
import type { DeviceEvent } from "../library/events.ts";
import type { ReceiptId } from "../library/ids.ts";
import type { LibraryState } from "../library/state.ts";
import { TRASH_AGE_MS } from "../library/trash.ts";
import { addToIndex, removeFromIndex } from "./indexes.ts";

/** Applies an event about devices and their receipts. */
export function evolveDevice(state: LibraryState, event: DeviceEvent): void {
  switch (event.kind) {
    case "deviceRegistered":
      state.devices.set(event.device, {
        id: event.device,
        chosenAlbums: new Set(event.chosenAlbums),
      });
      return;
    case "receiptGiven": {
      const { receipt } = event;
      invariant(!state.receipts.has(receipt.id), "RECEIPT_TWICE", receipt.id);
      state.receipts.set(receipt.id, receipt);
      addToIndex(state.receiptsByFile, { key: receipt.file, value: receipt.id });
      return;
    }
    case "receiptReported":
      endReceipt(state, { id: event.receipt, pinFromMs: pinStart(event) });
      return;
    case "receiptExpired":
      // Whether the device removed its item before the lease ended is unknown: assume that it did.
      endReceipt(state, { id: event.receipt, pinFromMs: event.atMs });
      return;
  }
}

function pinStart(event: DeviceEvent & { kind: "receiptReported" }): number | null {
  return event.outcome === "removed" ? event.atMs : null;
}

function endReceipt(
  state: LibraryState,
  ended: { id: ReceiptId; pinFromMs: number | null },
): void {
  const receipt = state.receipts.get(ended.id);
  invariant(receipt !== undefined, "RECEIPT_MISSING", ended.id);
  state.receipts.delete(ended.id);
  removeFromIndex(state.receiptsByFile, { key: receipt.file, value: receipt.id });
  if (ended.pinFromMs === null) return;
  const until = ended.pinFromMs + TRASH_AGE_MS;
  const known = state.pins.get(receipt.file) ?? 0;
  const exists = state.files.has(receipt.file) || state.trashedFiles.has(receipt.file);
  if (exists && until > known) state.pins.set(receipt.file, until);
}
