import { identifier, type MessageId } from "../protocol/ids.ts";
import { invariant } from "../protocol/invariant.ts";
import { RECEIPT_LEASE_MS, type ReceiptRecord, type ReceiptRefusal } from "../library/device.ts";
import { type StoredObject, totalBytes } from "../library/file.ts";
import type * as Id from "../library/ids.ts";
import type { LibrarianCommand } from "../messages/librarian_messages.ts";
import type { LibrarianReply } from "../messages/librarian_replies.ts";

/** A file as the model keeps it. */
export interface ModelFile {
  readonly id: Id.FileId;
  contentHash: Id.ContentHash;
  objects: readonly StoredObject[];
  version: number;
  readonly albums: Set<Id.AlbumId>;
}

/** A receipt as the model keeps it, with the true time of the grant. */
export interface ModelReceipt extends ReceiptRecord {
  readonly trueMs: number;
  outcome: "open" | "removed" | "kept";
}

type CommandOf<Kind extends LibrarianCommand["kind"]> = LibrarianCommand & { kind: Kind };

/** What a device keeper may expect of a librarian, written down as plainly as possible. */
export class ModelLibrarian {
  readonly albums: Set<Id.AlbumId> = new Set();
  readonly files: Map<Id.FileId, ModelFile> = new Map();
  /** Content that was removed, and when by the wall clock. */
  readonly removed: Map<Id.ContentHash, number> = new Map();
  readonly receipts: Map<Id.ReceiptId, ModelReceipt> = new Map();
  readonly reservations: Map<Id.ReservationId, CommandOf<"offerUpload">> = new Map();
  readonly devices: Map<Id.DeviceId, readonly string[]> = new Map();
  /** Contents that were stored although a live file had them. */
  readonly storedTwice: Id.ContentHash[] = [];
  limitBytes: number = Number.MAX_SAFE_INTEGER;
  readonly #applied = new Map<MessageId, LibrarianReply>();
  readonly #readObject: (name: StoredObject["name"]) => string | null;

  /** `readObject` gives the hash of an object in the library's store. */
  constructor(readObject: (name: StoredObject["name"]) => string | null) {
    this.#readObject = readObject;
  }

  /** Applies a command once; a redelivery gets the same answer. */
  receive(id: MessageId, command: LibrarianCommand, trueMs: number): LibrarianReply {
    const known = this.#applied.get(id);
    if (known !== undefined) return known;
    const reply = this.#apply(id, command, trueMs);
    this.#applied.set(id, reply);
    return reply;
  }

  /** The live file with this content, or undefined. */
  liveFile(contentHash: Id.ContentHash): ModelFile | undefined {
    return [...this.files.values()].find((file) => file.contentHash === contentHash);
  }

  /** Removes a file, as its owner does. */
  trash(file: ModelFile, wallMs: number): void {
    this.files.delete(file.id);
    this.removed.set(file.contentHash, wallMs);
  }

  #apply(id: MessageId, command: LibrarianCommand, trueMs: number): LibrarianReply {
    switch (command.kind) {
      case "registerDevice":
        this.devices.set(command.device, command.chosenAlbums);
        return { kind: "accepted" };
      case "offerUpload":
        return this.#offer(command);
      case "commitUpload":
        return this.#commit(command);
      case "abandonUpload":
        this.reservations.delete(command.reservation);
        return { kind: "accepted" };
      case "requestReceipts":
        return this.#giveReceipts(id, command, trueMs);
      case "reportRemovals":
        for (const { outcome, receipt } of command.reports) {
          const known = this.receipts.get(receipt);
          if (known?.outcome === "open") known.outcome = outcome;
        }
        return { kind: "accepted" };
      case "readFile": {
        const file = this.files.get(command.file);
        if (file === undefined) return refused("UNKNOWN_FILE");
        const { contentHash, objects, version } = file;
        return { kind: "fileState", file: file.id, version, contentHash, objects };
      }
      default:
        throw new RangeError(`No device keeper sends this: "${command.kind}"`);
    }
  }

  #offer(offer: CommandOf<"offerUpload">): LibrarianReply {
    const { contentHash, replaces, reservation, target } = offer;
    if (this.reservations.has(reservation)) return { kind: "uploadGranted", reservation };
    if (!this.albums.has(target.album)) return refused("UNKNOWN_ALBUM");
    if (replaces !== null && !this.files.has(replaces)) return refused("UNKNOWN_FILE");
    const stored = this.liveFile(contentHash);
    if (replaces !== null && this.files.get(replaces)?.contentHash === contentHash) {
      return { kind: "alreadyStored", file: replaces };
    }
    if (stored !== undefined && replaces === null) {
      stored.albums.add(target.album);
      return { kind: "alreadyStored", file: stored.id };
    }
    const atWallMs = this.removed.get(contentHash);
    if (atWallMs !== undefined && replaces === null) return { kind: "removedBefore", atWallMs };
    let usedBytes = totalBytes(offer.objects);
    for (const { objects } of this.files.values()) usedBytes += totalBytes(objects);
    for (const { objects } of this.reservations.values()) usedBytes += totalBytes(objects);
    if (usedBytes > this.limitBytes) return refused("LIMIT_EXCEEDED");
    this.reservations.set(reservation, offer);
    return { kind: "uploadGranted", reservation };
  }

  #commit(commit: CommandOf<"commitUpload">): LibrarianReply {
    const known = this.files.get(commit.file);
    const { contentHash, file, objects, reservation, target } = commit;
    const offer = this.reservations.get(reservation);
    if (offer === undefined) {
      const isOurs = known?.objects.some(({ name }) => name === objects[0]?.name) === true;
      if (!isOurs) return refused("UNKNOWN_RESERVATION");
      return { kind: "uploadCommitted", file, version: known.version };
    }
    const hashes = objects.map(({ name }) => this.#readObject(name));
    invariant(!hashes.includes(null), "COMMIT_UNWRITTEN", `${reservation} has not been written`);
    this.reservations.delete(reservation);
    if (offer.replaces !== null && known === undefined) return refused("UNKNOWN_FILE");
    const stored = this.liveFile(contentHash);
    if (stored !== undefined && offer.replaces === null) {
      stored.albums.add(target.album);
      return { kind: "alreadyStored", file: stored.id };
    }
    if (stored !== undefined) this.storedTwice.push(contentHash);
    // The hash that counts is that of the bytes that arrived, whatever was promised.
    const arrived = identifier<Id.ContentHash>(hashes.join(":"));
    const albums = known?.albums ?? new Set();
    const version = (known?.version ?? 0) + 1;
    if (offer.replaces === null) albums.add(target.album);
    this.files.set(file, { id: file, contentHash: arrived, objects, version, albums });
    return { kind: "uploadCommitted", file, version };
  }

  #giveReceipts(
    id: MessageId,
    request: CommandOf<"requestReceipts">,
    trueMs: number,
  ): LibrarianReply {
    const { device } = request;
    const chosen = this.devices.get(device);
    const given: ReceiptRecord[] = [];
    const refusals: { asset: Id.AssetId; reason: ReceiptRefusal }[] = [];
    for (const { asset, contentHash, deviceAlbums } of request.items) {
      const file = this.liveFile(contentHash);
      const isInScope = deviceAlbums.some((album) => chosen?.includes(album) === true);
      if (chosen === undefined) refusals.push({ asset, reason: "unknownDevice" });
      else if (!isInScope) refusals.push({ asset, reason: "outOfScope" });
      else if (file === undefined) {
        const reason = this.removed.has(contentHash) ? "inTrash" : "notBackedUp";
        refusals.push({ asset, reason });
      } else {
        const receipt: ReceiptRecord = {
          id: identifier(`${id}/${given.length}`),
          device,
          asset,
          file: file.id,
          contentHash,
          givenAtMs: trueMs,
        };
        given.push(receipt);
        this.receipts.set(receipt.id, { ...receipt, trueMs, outcome: "open" });
      }
    }
    return { kind: "receipts", given, refused: refusals };
  }

  /** Why an item with these bytes must not be removed now, or null when a receipt allows it. */
  removalProblem(asset: Id.AssetId, partHash: string, trueMs: number): string | null {
    const receipts = [...this.receipts.values()].filter((receipt) => receipt.asset === asset);
    const valid = receipts.find((receipt) =>
      receipt.outcome === "open" && trueMs <= receipt.trueMs + RECEIPT_LEASE_MS &&
      receipt.contentHash.split(":").includes(partHash)
    );
    if (valid !== undefined) return null;
    return `${asset} with ${partHash} at ${trueMs}: ${JSON.stringify(receipts)}`;
  }
}

function refused(code: (LibrarianReply & { kind: "refused" })["code"]): LibrarianReply {
  return { kind: "refused", code, detail: "", refusal: null };
}
