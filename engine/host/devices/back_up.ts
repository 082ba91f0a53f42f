import { type ContentHash, identifier, nameInAlbum } from "@scenekeep/engine/core";
import { basename } from "@std/path";
import { CleanUpError } from "../clean_up/clean_up_error.ts";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { lookAtFolder } from "../scan/look_at_folder.ts";
import { folderPair } from "./device_folder.ts";
import {
  deviceName,
  type DeviceRecord,
  readDeviceRecord,
  withAlbums,
  writeDeviceRecord,
} from "./device_record.ts";
import {
  type DeviceListing,
  type DeviceUnit,
  deviceUnits,
  type LeftOutItem,
} from "./device_units.ts";
import { LibrarySession, type TransferOptions } from "./library_session.ts";
import type { ReceiptLine } from "./receipts_log.ts";
import type { PartOutcome, ShotPart, ShotVerdict } from "./store_shot.ts";

/** What to back up, and where. */
export interface BackUpOptions extends TransferOptions {
  /** The folder of the device. Nothing is written to it. */
  readonly device: string;
  /** What to call the device. @default the name of its folder */
  readonly name?: string | undefined;
  /**
   * Directories of the device to choose besides those that were chosen before, or all that it has.
   *
   * @default all at the first backup, none later
   */
  readonly albums?: readonly string[] | "all" | undefined;
}

/** What a backup came to. */
export interface BackUpResult {
  readonly device: string;
  /** Files whose bytes were copied, and how many bytes. */
  readonly stored: number;
  readonly storedBytes: number;
  /** Files whose bytes the library had; their album has a link to them now. */
  readonly linked: number;
  /** Files that were backed up before. */
  readonly already: number;
  /** Files that were removed from the library before, and are not brought back by themselves. */
  readonly removedBefore: readonly LeftOutItem[];
  /** Directories of the device that were never chosen. */
  readonly notChosen: readonly string[];
  /** Files that are neither pictures nor videos. */
  readonly otherFiles: number;
  /** Files that are backed up without all that the user attached to them. */
  readonly withoutAttributes: readonly string[];
  /** Files that are not backed up, one by one, and why. */
  readonly leftOut: readonly LeftOutItem[];
}

/**
 * Backs up a device into a folder library. What is new is copied, read again and only then named;
 * what the library has is linked; what its user removed from the library stays away. Doing it again
 * stores nothing again, and goes on where a stop or a crash left it.
 *
 * @throws {CleanUpError} With a code that says why nothing, or not all, happened.
 */
export async function backUp(options: BackUpOptions): Promise<BackUpResult> {
  const pair = await folderPair(options.device, options.root, "device");
  const name = deviceName(options.name ?? basename(pair.source));
  const listing = deviceUnits((await lookAtFolder(pair.source)).listing());
  await using session = await LibrarySession.open({ ...options, root: pair.library, makes: true });
  const record = choose(session, name, { listing, albums: options.albums });
  const chosen = new Map(record.albums.map(({ device, library }) => [device, library]));
  const units = listing.units.filter(({ album }) => chosen.has(album));
  const parts = units.flatMap((unit) => unit.parts);
  const stored = await session.contents(new Set(parts.map(({ sizeBytes }) => sizeBytes)));
  const tally = new Tally(name, listing, record);
  const shots = session.shots(stored);
  const { removedContents } = session.kept.state;
  const judge = ({ entry }: ShotPart, contentHash: string): ShotVerdict | null => {
    const path = stored.pathOf(contentHash);
    // Wherever the user has put it since: it is backed up.
    const isKnown = session.log.last(name, entry.path)?.contentHash === contentHash;
    if (path !== null) return isKnown ? { kind: "known", path } : null;
    const atMs = removedContents.get(identifier<ContentHash>(contentHash));
    if (atMs === undefined) return null;
    const day = new Date(atMs).toISOString().slice(0, 10);
    return { kind: "unwanted", reason: `it was removed from the library on ${day}` };
  };
  let done = 0;
  for (const unit of units) {
    session.checkStopped();
    options.onProgress?.({ done, total: parts.length });
    const shot = unit.parts.map((entry) => partOf(pair.source, unit, entry));
    // deno-lint-ignore no-await-in-loop -- one shot after the other
    const outcomes = await shots.store(chosen.get(unit.album) ?? "", shot, judge);
    for (const [{ entry }, outcome] of outcomes) {
      tally.take(entry, outcome);
      const isNews = outcome.kind !== "left" &&
        session.log.last(name, entry.path)?.contentHash !== outcome.contentHash;
      if (isNews) session.log.add(lineOf(name, entry, outcome), { isSynced: false });
    }
    done += unit.parts.length;
  }
  await session.tellLibrarian(stored);
  return tally;
}

/** The device as it is known, with what is chosen now; it is kept before anything else is done. */
function choose(
  session: LibrarySession,
  name: string,
  asked: { readonly listing: DeviceListing; readonly albums: BackUpOptions["albums"] },
): DeviceRecord {
  const { albums, listing } = asked;
  const known = readDeviceRecord(session.kept.root, name);
  const wanted = albums ?? (known === null ? "all" : []);
  const unknown = wanted === "all"
    ? undefined
    : wanted.find((album) => !listing.albums.includes(album));
  if (unknown !== undefined) {
    const has = listing.albums.map((album) => `"${album}"`).join(", ");
    throw new CleanUpError(
      "REFUSED",
      `Cannot choose "${unknown}": the device has no such directory with pictures. It has ${has}`,
    );
  }
  const before = known ?? { version: 1, name, albums: [] };
  const record = withAlbums(before, wanted === "all" ? listing.albums : wanted);
  const isSame = known !== null && record.albums.length === known.albums.length;
  if (!isSame) writeDeviceRecord(session.system, session.kept.root, record);
  return record;
}

function partOf(root: string, unit: DeviceUnit, entry: FolderEntry): ShotPart {
  const stem = nameInAlbum(unit.album, unit.stem);
  return { root, entry, stem, rest: entry.path.slice(unit.stem.length) };
}

function lineOf(
  device: string,
  { path, sizeBytes }: FolderEntry,
  outcome: PartOutcome & { readonly kind: ReceiptLine["action"] },
): ReceiptLine {
  const { contentHash, kind, modifiedNs, path: library } = outcome;
  return {
    at: new Date().toISOString(),
    device,
    action: kind,
    file: path,
    library,
    contentHash,
    sizeBytes,
    modifiedNs: `${modifiedNs}`,
  };
}

class Tally implements BackUpResult {
  readonly device: string;
  stored = 0;
  storedBytes = 0;
  linked = 0;
  already = 0;
  readonly removedBefore: LeftOutItem[] = [];
  readonly withoutAttributes: string[] = [];
  readonly notChosen: readonly string[];
  readonly otherFiles: number;
  readonly leftOut: LeftOutItem[];

  constructor(device: string, listing: DeviceListing, record: DeviceRecord) {
    const chosen = new Set(record.albums.map((album) => album.device));
    this.device = device;
    this.notChosen = listing.albums.filter((album) => !chosen.has(album));
    this.otherFiles = listing.otherFiles;
    this.leftOut = [...listing.leftOut];
  }

  take({ path, sizeBytes }: FolderEntry, outcome: PartOutcome): void {
    switch (outcome.kind) {
      case "stored":
        this.stored += 1;
        this.storedBytes += sizeBytes;
        if (!outcome.keepsAttributes) this.withoutAttributes.push(path);
        return;
      case "linked":
        this.linked += 1;
        return;
      case "found":
        this.already += 1;
        return;
      case "left": {
        const list = outcome.cause === "unwanted" ? this.removedBefore : this.leftOut;
        list.push({ file: path, reason: outcome.reason });
      }
    }
  }
}
