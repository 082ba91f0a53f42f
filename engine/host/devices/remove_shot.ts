import {
  type AssetId,
  type ContentHash,
  type DeviceId,
  type FileId,
  identifier,
  LIBRARIAN,
  RECEIPT_LEASE_MS,
  RECEIPT_MARGIN_MS,
  type ReceiptRecord,
  type ReceiptRefusal,
} from "@scenekeep/engine/core";
import { folderPath } from "../folder/folder_path.ts";
import { NameFailure } from "../folder/name_failure.ts";
import { isSameInode, type NameNode } from "../folder/name_node.ts";
import { type DeviceItems, readAs } from "./device_items.ts";
import type { DeviceUnit, LeftOutItem } from "./device_units.ts";
import type { LibrarySession } from "./library_session.ts";

/** A file of a device that the library holds. */
export interface FreeableFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly contentHash: string;
}

/** How old a receipt may be when something is removed on it. */
const RECEIPT_USE_MS = RECEIPT_LEASE_MS - RECEIPT_MARGIN_MS;

/** A shot whose every part the library holds. */
export interface FreeableShot {
  readonly unit: DeviceUnit;
  readonly files: readonly FreeableFile[];
}

/** One part of a shot that goes: what was read of it, and on which receipt. */
interface GoingPart extends FreeableFile {
  readonly node: NameNode;
  readonly receipt: ReceiptRecord;
  readonly library: string;
}

/**
 * Removes shots from a device, each on fresh receipts. Parts of one shot go together or stay
 * together; what fails stays and is named.
 */
export class ShotRemoval {
  readonly #device: DeviceId;
  readonly #session: LibrarySession;
  readonly #items: DeviceItems;

  constructor(device: DeviceId, session: LibrarySession, items: DeviceItems) {
    this.#device = device;
    this.#session = session;
    this.#items = items;
  }

  /** Removes a shot; returns the files that went, and adds the others to `stays`. */
  async remove(shot: FreeableShot, stays: LeftOutItem[]): Promise<FreeableFile[]> {
    const receipts = new Map<string, ReceiptRecord>();
    const removed: FreeableFile[] = [];
    try {
      const nodes = await this.#checkDevice(shot);
      const ask = new Stopwatch();
      const { given, refused: [refused] } = await this.#requestReceipts(shot);
      for (const receipt of given) receipts.set(receipt.asset, receipt);
      if (refused !== undefined) {
        throw new NameFailure("refused", refused.asset, REFUSALS[refused.reason]);
      }
      const parts = await this.#checkLibrary(shot, { nodes, receipts });
      for (const part of parts) {
        if (ask.elapsedMs() >= RECEIPT_USE_MS) {
          throw new NameFailure("timeout", part.file, "its receipt was too old: try again");
        }
        this.#removePart(part);
        removed.push(part);
      }
    } catch (error) {
      if (!(error instanceof NameFailure)) throw error;
      const gone = new Set(removed.map(({ file }) => file));
      for (const { file } of shot.files) {
        if (gone.has(file)) continue;
        const isOwn = error.path === file || shot.files.length === 1;
        const reason = isOwn ? error.reason : `of its shot "${error.path}": ${error.reason}`;
        stays.push({ file, reason });
      }
    } finally {
      const gone = new Set(removed.map(({ file }) => file));
      const reports = [...receipts.values()].map(({ asset, id }) => ({
        receipt: id,
        outcome: gone.has(asset) ? "removed" as const : "kept" as const,
      }));
      if (reports.length > 0) {
        const { kept } = this.#session;
        await kept.ask({ kind: "reportRemovals", device: this.#device, reports }, "accepted");
      }
    }
    return removed.map(({ contentHash, file, sizeBytes }) => ({ file, sizeBytes, contentHash }));
  }

  async #checkDevice({ files }: FreeableShot): Promise<Map<string, NameNode>> {
    const nodes = new Map<string, NameNode>();
    for (const { contentHash, file } of files) {
      // deno-lint-ignore no-await-in-loop -- one file after the other
      nodes.set(file, await this.#items.check(file, contentHash));
    }
    return nodes;
  }

  async #requestReceipts({ files, unit }: FreeableShot) {
    const items = files.map(({ contentHash, file }) => ({
      asset: identifier<AssetId>(file),
      contentHash: identifier<ContentHash>(contentHash),
      deviceAlbums: [unit.album],
    }));
    const { client } = this.#session.kept;
    const command = { kind: "requestReceipts", device: this.#device, items } as const;
    return await client.ask(LIBRARIAN, command, ["receipts"]);
  }

  /** Reads the library's own copy of each part. */
  async #checkLibrary(
    { files }: FreeableShot,
    known: {
      readonly nodes: ReadonlyMap<string, NameNode>;
      readonly receipts: ReadonlyMap<string, ReceiptRecord>;
    },
  ): Promise<GoingPart[]> {
    const parts: GoingPart[] = [];
    const { place, workers } = this.#session;
    for (const part of files) {
      const receipt = known.receipts.get(part.file);
      const node = known.nodes.get(part.file);
      const library = receipt === undefined ? null : this.#pathOfFile(receipt.file);
      if (receipt === undefined || node === undefined || library === null) {
        throw new NameFailure("refused", part.file, REFUSALS.notBackedUp);
      }
      try {
        const asked = { place, path: library, hasher: workers };
        // deno-lint-ignore no-await-in-loop -- one file after the other
        const copy = await readAs(part.contentHash, asked);
        if (isSameInode(copy, node)) {
          throw new NameFailure("refused", library, "it is the very file of the device");
        }
      } catch (error) {
        if (!(error instanceof NameFailure)) throw error;
        const isBad = error.error === "corrupt" || error.error === "changed";
        const advice = isBad ? ": delete that copy and back up again" : "";
        const reason = `its copy in the library, "${library}": ${error.reason}${advice}`;
        throw new NameFailure(error.error, part.file, reason);
      }
      parts.push({ ...part, node, receipt, library });
    }
    return parts;
  }

  #pathOfFile(file: FileId): string | null {
    const [object] = this.#session.kept.state.files.get(file)?.objects ?? [];
    return object === undefined ? null : folderPath(object.name);
  }

  #removePart({ contentHash, file, library, node, receipt, sizeBytes }: GoingPart): void {
    const facts = {
      device: this.#device,
      file,
      library,
      contentHash,
      sizeBytes,
      receipt: receipt.id,
    };
    this.#items.remove(facts, node);
  }
}

/** How long ago something was, by whichever clock says more: one may stand still in a sleep. */
class Stopwatch {
  readonly #startMs = performance.now();
  readonly #startWallMs = Date.now();

  elapsedMs(): number {
    return Math.max(performance.now() - this.#startMs, Date.now() - this.#startWallMs);
  }
}

const REFUSALS: Readonly<Record<ReceiptRefusal, string>> = {
  notBackedUp: "it is not backed up",
  hashMismatch: "the library has other bytes",
  inTrash: "the library has it in its trash, or has deleted it",
  unverified: "the library could not read its copy: delete that copy there and back up again",
  pendingWork: "the library is at work on it",
  planPending: "a clean-up of the library would remove it",
  outOfScope: "its directory was never chosen for backup",
  unknownDevice: "the library does not know the device",
  clockSuspect: "the clock is not trusted: if it is right, say so with --trust-clock",
};
