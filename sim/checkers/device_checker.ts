import {
  type AssetId,
  type ContentHash,
  type DeviceId,
  type EngineTypes,
  type LibraryEvent,
  RECEIPT_LEASE_MS,
  type ReceiptId,
  TRASH_AGE_MS,
} from "@scenekeep/engine/core";
import type { Observation } from "../world/observation.ts";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowLibrary } from "./shadow_library.ts";

interface Receipt {
  readonly id: ReceiptId;
  readonly device: DeviceId;
  readonly asset: AssetId;
  readonly contentHash: ContentHash;
  /** True virtual time of the grant. */
  readonly givenAtMs: number;
  isOpen: boolean;
}

/**
 * INV-DEVICE-1: no local item is removed without a valid receipt, and what a receipt covers stays
 * stored at least 30 days after the report.
 *
 * Times are true virtual times; no clock of the engine is believed.
 */
export class DeviceChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-DEVICE-1";
  readonly #receipts = new Map<ReceiptId, Receipt>();
  readonly #byAsset = new Map<string, Receipt[]>();
  /** True time until which content must stay stored, as a device has removed its copy. */
  readonly #pinnedUntilMs = new Map<ContentHash, number>();
  /** The same for each receipt that nobody has reported on: its device may be removing its copy. */
  readonly #leasedUntilMs = new Map<ContentHash, Map<ReceiptId, number>>();

  /** True when a device relies on this content at `nowMs`. */
  isPinned(contentHash: ContentHash | null, nowMs: number): boolean {
    if (contentHash === null) return false;
    if ((this.#pinnedUntilMs.get(contentHash) ?? 0) > nowMs) return true;
    const leases = this.#leasedUntilMs.get(contentHash)?.values() ?? [];
    return [...leases].some((untilMs) => untilMs > nowMs);
  }

  override afterTurn(turn: LibrarianTurn): void {
    for (const event of turn.events) this.#fold(event, turn.nowMs);
    const { shadow, nowMs } = turn;
    for (const { record } of shadow.delta.purged) {
      if (!this.isPinned(record.contentHash, nowMs)) continue;
      this.expect(
        isStored(shadow, record.contentHash!),
        `${record.sequence}`,
        () => `Trash ${record.sequence} was purged; a device relies on ${record.contentHash}`,
      );
    }
  }

  override observe(observation: Observation<EngineTypes>, watched: Watched): void {
    if (observation.kind !== "object" || observation.change !== "removed") return;
    const { object } = observation;
    if (watched.isOfLibrary(object)) return;
    // Objects of a device are called "device/asset/part".
    const [device, asset] = object.split("/");
    const removed = watched.deviceContents.get(object);
    if (device === undefined || asset === undefined || removed === undefined) return;
    this.#checkRemoval({ device, asset, removed }, watched);
  }

  override remembers(): unknown {
    return [this.#byAsset, this.#receipts, this.#pinnedUntilMs, this.#leasedUntilMs];
  }

  #checkRemoval(
    { device, asset, removed }: { device: string; asset: string; removed: ContentHash },
    { shadow, nowMs }: Watched,
  ): void {
    const receipts = this.#byAsset.get(`${device}/${asset}`) ?? [];
    const valid = receipts.find((receipt) =>
      receipt.isOpen && receipt.contentHash.split(":").includes(removed) &&
      nowMs <= receipt.givenAtMs + RECEIPT_LEASE_MS
    );
    this.expect(
      valid !== undefined,
      asset,
      () =>
        `Device ${device} removed ${asset} with content ${removed}; its receipts: ` +
        JSON.stringify(receipts),
    );
    this.expect(
      valid === undefined || isStored(shadow, valid.contentHash),
      asset,
      () => `Device ${device} removed ${asset}, whose content is not stored`,
    );
  }

  #fold(event: LibraryEvent, nowMs: number): void {
    if (event.kind === "receiptGiven") {
      const { id, device, asset, contentHash } = event.receipt;
      const receipt = { id, device, asset, contentHash, givenAtMs: nowMs, isOpen: true };
      this.#receipts.set(id, receipt);
      const key = `${device}/${asset}`;
      const known = this.#byAsset.get(key);
      if (known === undefined) this.#byAsset.set(key, [receipt]);
      else known.push(receipt);
      const leases = this.#leasedUntilMs.get(contentHash) ?? new Map<ReceiptId, number>();
      this.#leasedUntilMs.set(contentHash, leases.set(id, nowMs + RECEIPT_LEASE_MS));
    } else if (event.kind === "receiptReported") {
      const receipt = this.#receipts.get(event.receipt);
      if (receipt === undefined) return;
      receipt.isOpen = false;
      this.#receipts.delete(event.receipt);
      this.#leasedUntilMs.get(receipt.contentHash)?.delete(receipt.id);
      if (event.outcome === "removed") this.#pin(receipt.contentHash, nowMs + TRASH_AGE_MS);
    } else if (event.kind === "receiptExpired") {
      // A report may still come: the device may have acted in time and been cut off since.
      const receipt = this.#receipts.get(event.receipt);
      if (receipt !== undefined) receipt.isOpen = false;
    }
  }

  #pin(contentHash: ContentHash, untilMs: number): void {
    const known = this.#pinnedUntilMs.get(contentHash) ?? 0;
    if (untilMs > known) this.#pinnedUntilMs.set(contentHash, untilMs);
  }
}

function isStored(shadow: ShadowLibrary, contentHash: ContentHash): boolean {
  return shadow.filesByHash.has(contentHash) || shadow.trashByHash.has(contentHash);
}
