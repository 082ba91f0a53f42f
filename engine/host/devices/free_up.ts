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
import { basename } from "@std/path";
import { CleanUpError } from "../clean_up/clean_up_error.ts";
import { contentsOf } from "../clean_up/contents_of.ts";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { folderPath } from "../folder/folder_path.ts";
import { NameFailure } from "../folder/name_failure.ts";
import { isSameInode, type NameNode } from "../folder/name_node.ts";
import { readFolder } from "../scan/read_folder.ts";
import { type FolderPair, folderPair } from "./device_folder.ts";
import { DeviceItems, readAs } from "./device_items.ts";
import { deviceName, type DeviceRecord, readDeviceRecord } from "./device_record.ts";
import { type DeviceUnit, deviceUnits, type LeftOutItem } from "./device_units.ts";
import { LibrarySession, type TransferOptions } from "./library_session.ts";
import type { StoredContents } from "./stored_contents.ts";

/** Which items may go. */
export interface FreeUpFilter {
  /** Only what was modified more than so many days ago. */
  readonly olderThanDays?: number | undefined;
  /** Only pictures, live ones with their videos, or only videos. */
  readonly kind?: "photo" | "video" | undefined;
  /** Only this directory of the device. */
  readonly album?: string | undefined;
}

/** What to free, and of what. */
export interface FreeUpOptions extends TransferOptions {
  readonly device: string;
  /** What the device is called. @default the name of its folder */
  readonly name?: string | undefined;
  readonly filter?: FreeUpFilter | undefined;
  /** True when the user says that the clock of this machine is right. */
  readonly trustsClock?: boolean | undefined;
}

/** A file of a device that the library holds. */
export interface FreeableFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly contentHash: string;
}

/** What a free-up would do. */
export interface FreeUpReview {
  readonly device: string;
  readonly files: readonly FreeableFile[];
  readonly bytes: number;
  /** Files that the filter lets through and that stay, one by one, and why. */
  readonly stays: readonly LeftOutItem[];
}

/** What a free-up came to. */
export interface FreeUpResult {
  readonly device: string;
  readonly removed: readonly FreeableFile[];
  readonly freedBytes: number;
  /** Files that were to go and are where they were, one by one, and why. */
  readonly stays: readonly LeftOutItem[];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** How old a receipt may be when something is removed on it. */
const RECEIPT_USE_MS = RECEIPT_LEASE_MS - RECEIPT_MARGIN_MS;

/**
 * Says what could go from a device, and what must stay. Changes nothing on the device, but that
 * what an earlier free-up left half done is finished.
 *
 * @throws {CleanUpError} With a code that says why not.
 */
export async function reviewFreeUp(options: FreeUpOptions): Promise<FreeUpReview> {
  await using work = await FreeUpWork.open(options);
  const { shots, stays } = await work.survey();
  const files = shots.flatMap((shot) => shot.files);
  return { device: work.name, files, bytes: bytesOf(files), stays };
}

/**
 * Removes files from a device that the user has seen and confirmed. Right before a file goes its
 * bytes are read once more, the librarian gives a receipt for them, and the copy in the library is
 * read as well. Parts of one shot go together or stay together. What fails stays and is named.
 *
 * @throws {CleanUpError} With a code that says why nothing, or not all, happened.
 */
export async function freeUp(
  options: FreeUpOptions,
  confirmed: readonly FreeableFile[],
): Promise<FreeUpResult> {
  await using work = await FreeUpWork.open(options);
  return await work.remove(confirmed);
}

/** A shot whose every part the library holds. */
interface FreeableShot {
  readonly unit: DeviceUnit;
  readonly files: readonly FreeableFile[];
}

/** One part of a shot that goes: what was read of it, and on which receipt. */
interface GoingPart extends FreeableFile {
  readonly node: NameNode;
  readonly receipt: ReceiptRecord;
  readonly library: string;
}

class FreeUpWork implements AsyncDisposable {
  readonly name: string;
  readonly #options: FreeUpOptions;
  readonly #session: LibrarySession;
  readonly #record: DeviceRecord;
  readonly #pair: FolderPair;
  readonly #items: DeviceItems;

  private constructor(
    options: FreeUpOptions,
    parts: { session: LibrarySession; record: DeviceRecord; pair: FolderPair },
  ) {
    this.name = parts.record.name;
    this.#options = options;
    this.#session = parts.session;
    this.#record = parts.record;
    this.#pair = parts.pair;
    const { log, system, workers } = parts.session;
    this.#items = new DeviceItems(parts.pair.source, { log, system, hasher: workers });
  }

  static async open(options: FreeUpOptions): Promise<FreeUpWork> {
    const pair = await folderPair(options.device, options.root, "device");
    const name = deviceName(options.name ?? basename(pair.source));
    const record = readDeviceRecord(pair.library, name);
    if (record === null) throw neverBackedUp(name, pair.library);
    const session = await LibrarySession.open({ ...options, root: pair.library, makes: false });
    try {
      const work = new FreeUpWork(options, { session, record, pair });
      await work.#prepare();
      return work;
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What may go, by what is known without reading everything anew. */
  async survey(): Promise<
    { shots: FreeableShot[]; stays: LeftOutItem[]; stored: StoredContents }
  > {
    const { signal } = this.#options;
    const { workers } = this.#session;
    const folder = await readFolder(this.#pair.source);
    const targets = new Map(this.#record.albums.map(({ device, library }) => [device, library]));
    const units = deviceUnits(folder.listing).units
      .filter((unit) => targets.has(unit.album) && this.#isWanted(unit));
    const parts = units.flatMap((unit) => unit.parts);
    const paths = new Set(parts.map(({ path }) => path));
    const contents = await contentsOf(folder, { workers, paths, signal });
    const stored = await this.#session.contents(new Set(parts.map(({ sizeBytes }) => sizeBytes)));
    const latest = this.#session.log.latest(this.name);
    const shots: FreeableShot[] = [];
    const stays: LeftOutItem[] = [];
    for (const unit of units) {
      const target = targets.get(unit.album) ?? "";
      const isKnown = ({ path }: FolderEntry, contentHash: string): boolean =>
        stored.pathOf(contentHash) !== null &&
        (stored.has(target, contentHash) || latest.get(path)?.contentHash === contentHash);
      const files = unit.parts.map((entry) => {
        const contentHash = contents.get(entry.path) ?? "";
        return { file: entry.path, sizeBytes: entry.sizeBytes, contentHash };
      });
      const missing = unit.parts.filter((entry, index) =>
        !isKnown(entry, files[index]?.contentHash ?? "")
      );
      if (missing.length === 0) shots.push({ unit, files });
      for (const { path } of missing.length === 0 ? [] : unit.parts) {
        const isOwn = missing.some((part) => part.path === path);
        const reason = isOwn ? "it is not backed up" : "a part of its shot is not backed up";
        stays.push({ file: path, reason });
      }
    }
    return { shots, stays, stored };
  }

  async remove(confirmed: readonly FreeableFile[]): Promise<FreeUpResult> {
    const wanted = new Map(confirmed.map(({ contentHash, file }) => [file, contentHash]));
    const { shots, stays: missing, stored } = await this.survey();
    await this.#session.tellLibrarian(stored);
    await this.#register();
    const removed: FreeableFile[] = [];
    const stays: LeftOutItem[] = [];
    const seen = new Set<string>();
    let done = 0;
    for (const shot of shots) {
      const isSeen = shot.files.every(({ contentHash, file }) => wanted.get(file) === contentHash);
      if (!isSeen) continue;
      this.#session.checkStopped();
      this.#options.onProgress?.({ done, total: confirmed.length });
      // deno-lint-ignore no-await-in-loop -- one shot after the other, each on fresh receipts
      const gone = await this.#removeShot(shot, stays);
      removed.push(...gone);
      for (const { file } of shot.files) seen.add(file);
      done += shot.files.length;
    }
    const reasons = new Map(missing.map(({ file, reason }) => [file, reason]));
    for (const { file } of confirmed) {
      if (seen.has(file)) continue;
      stays.push({ file, reason: reasons.get(file) ?? "it is not as it was when it was shown" });
    }
    return { device: this.name, removed, freedBytes: bytesOf(removed), stays };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }

  /** Ends what an earlier life left half done, and tells the librarian of it. */
  async #prepare(): Promise<void> {
    const { kept, log } = this.#session;
    if (this.#options.trustsClock === true) await kept.ask({ kind: "trustClock" }, "accepted");
    const settled = this.#items.settle(log.latest(this.name));
    const reports = settled.flatMap(({ outcome, receipt }) =>
      receipt === null ? [] : [{ receipt: identifier<ReceiptRecord["id"]>(receipt), outcome }]
    );
    if (reports.length === 0) return;
    await kept.ask({ kind: "reportRemovals", device: this.#device, reports }, "accepted");
  }

  get #device(): DeviceId {
    return identifier<DeviceId>(this.name);
  }

  async #register(): Promise<void> {
    const chosenAlbums = this.#record.albums.map(({ device }) => device);
    const command = { kind: "registerDevice", device: this.#device, chosenAlbums } as const;
    await this.#session.kept.ask(command, "accepted");
  }

  #isWanted({ album, kind, parts }: DeviceUnit): boolean {
    const { album: only, kind: onlyKind, olderThanDays } = this.#options.filter ?? {};
    if (only !== undefined && album !== only) return false;
    if (onlyKind !== undefined && kind !== onlyKind) return false;
    if (olderThanDays === undefined) return true;
    const beforeMs = Date.now() - olderThanDays * DAY_MS;
    return parts.every(({ modifiedMs }) => modifiedMs < beforeMs);
  }

  async #removeShot(shot: FreeableShot, stays: LeftOutItem[]): Promise<FreeableFile[]> {
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
        const reason = `its copy in the library, "${library}": ${error.reason}`;
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
      device: this.name,
      file,
      library,
      contentHash,
      sizeBytes,
      modifiedNs: `${node.modifiedNs}`,
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
  unverified: "the library could not read its copy",
  pendingWork: "the library is at work on it",
  planPending: "a clean-up of the library would remove it",
  outOfScope: "its directory was never chosen for backup",
  unknownDevice: "the library does not know the device",
  clockSuspect: "the clock is not trusted: if it is right, say so with --trust-clock",
};

/** What says that a device was never backed up. */
export function neverBackedUp(name: string, library: string): CleanUpError {
  return new CleanUpError(
    "REFUSED",
    `No device called "${name}" was ever backed up into "${library}": back it up first, or say ` +
      "with --name what it was called",
  );
}

function bytesOf(files: readonly FreeableFile[]): number {
  let bytes = 0;
  for (const { sizeBytes } of files) bytes += sizeBytes;
  return bytes;
}
