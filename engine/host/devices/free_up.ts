import { type DeviceId, identifier } from "@scenekeep/engine/core";
import { contentsOf } from "../reading/contents_of.ts";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { readFolder } from "../scan/read_folder.ts";
import { type DeviceUnit, deviceUnits, type LeftOutItem } from "./device_units.ts";
import type { LibrarySession } from "./library_session.ts";
import { type DeviceOptions, type OpenDevice, openDevice } from "./open_device.ts";
import { type FreeableFile, type FreeableShot, ShotRemoval } from "./remove_shot.ts";
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
export interface FreeUpOptions extends DeviceOptions {
  readonly filter?: FreeUpFilter | undefined;
  /** True when the user says that the clock of this machine is right. */
  readonly trustsClock?: boolean | undefined;
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

class FreeUpWork implements AsyncDisposable {
  readonly name: string;
  readonly #options: FreeUpOptions;
  readonly #opened: OpenDevice;

  private constructor(options: FreeUpOptions, opened: OpenDevice) {
    this.name = opened.record.name;
    this.#options = options;
    this.#opened = opened;
  }

  static async open(options: FreeUpOptions): Promise<FreeUpWork> {
    const work = new FreeUpWork(options, await openDevice(options));
    try {
      if (options.trustsClock === true) {
        await work.#session.kept.ask({ kind: "trustClock" }, "accepted");
      }
      return work;
    } catch (error) {
      await work[Symbol.asyncDispose]();
      throw error;
    }
  }

  get #session(): LibrarySession {
    return this.#opened.session;
  }

  /** What may go, by what is known without reading everything anew. */
  async survey(): Promise<
    { shots: FreeableShot[]; stays: LeftOutItem[]; stored: StoredContents }
  > {
    const { signal } = this.#options;
    const { workers } = this.#session;
    const folder = await readFolder(this.#opened.root);
    const targets = new Map(
      this.#opened.record.albums.map(({ device, library }) => [device, library]),
    );
    const units = deviceUnits(folder.listing).units
      .filter((unit) => targets.has(unit.album) && this.#isWanted(unit));
    const parts = units.flatMap((unit) => unit.parts);
    const paths = new Set(parts.map(({ path }) => path));
    const unreadable = new Map<string, string>();
    const onUnreadable = (path: string, reason: string): void => void unreadable.set(path, reason);
    const contents = await contentsOf(folder, { workers, paths, signal, onUnreadable });
    const stored = await this.#session.contents(new Set(parts.map(({ sizeBytes }) => sizeBytes)));
    const { log } = this.#session;
    const shots: FreeableShot[] = [];
    const stays: LeftOutItem[] = [];
    for (const unit of units) {
      const target = targets.get(unit.album) ?? "";
      const isKnown = ({ path }: FolderEntry, contentHash: string): boolean =>
        stored.pathOf(contentHash) !== null &&
        (stored.has(target, contentHash) || log.last(this.name, path)?.contentHash === contentHash);
      const files = unit.parts.map((entry) => {
        const contentHash = contents.get(entry.path) ?? "";
        return { file: entry.path, sizeBytes: entry.sizeBytes, contentHash };
      });
      const missing = unit.parts.filter((entry, index) =>
        !isKnown(entry, files[index]?.contentHash ?? "")
      );
      if (missing.length === 0) shots.push({ unit, files });
      for (const { path, sizeBytes } of missing.length === 0 ? [] : unit.parts) {
        const isOwn = missing.some((part) => part.path === path);
        const why = isOwn ? notBackedUp(stored, sizeBytes) : "a part of its shot is not backed up";
        stays.push({ file: path, reason: unreadable.get(path) ?? why });
      }
    }
    return { shots, stays, stored };
  }

  async remove(confirmed: readonly FreeableFile[]): Promise<FreeUpResult> {
    const wanted = new Map(confirmed.map(({ contentHash, file }) => [file, contentHash]));
    const { shots, stays: missing, stored } = await this.survey();
    await this.#session.tellLibrarian(stored);
    await this.#register();
    const removal = new ShotRemoval(this.#device, this.#session, this.#opened.items);
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
      const gone = await removal.remove(shot, stays);
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

  get #device(): DeviceId {
    return identifier<DeviceId>(this.name);
  }

  async #register(): Promise<void> {
    const chosenAlbums = this.#opened.record.albums.map(({ device }) => device);
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
}

/** A copy that rotted in the library is no copy; whoever puts it away can have a good one there. */
function notBackedUp({ unreadable }: StoredContents, sizeBytes: number): string {
  const suspect = unreadable.get(sizeBytes);
  if (suspect === undefined) return "it is not backed up";
  const { path, reason } = suspect;
  return `it is not backed up, or its copy in the library is "${path}": ${reason}: ` +
    "delete that copy and back up again";
}

function bytesOf(files: readonly FreeableFile[]): number {
  let bytes = 0;
  for (const { sizeBytes } of files) bytes += sizeBytes;
  return bytes;
}
