import { type ContentHash, type FileId, identifier } from "@scenekeep/engine/core";
import { folderPair } from "../devices/device_folder.ts";
import type { LeftOutItem } from "../devices/device_units.ts";
import { directoryName } from "../devices/directory_name.ts";
import { LibrarySession, type TransferOptions } from "../devices/library_session.ts";
import type { PartOutcome, ShotPart, ShotVerdict } from "../devices/store_shot.ts";
import type { StoredContents } from "../devices/stored_contents.ts";
import { splitEnding } from "../folder/file_kinds.ts";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { lookAtFolder } from "../scan/look_at_folder.ts";
import { type ReadExport, splitPath } from "./exported_item.ts";
import type { ImportedFile } from "./fold_copies.ts";
import { albumDirectories, directoriesOf } from "./import_albums.ts";
import { takeMetadata } from "./imported_metadata.ts";
import { readExport } from "./read_export.ts";

/** What to import, and where. */
export interface ImportOptions extends TransferOptions {
  /** The folder of an unpacked export. Nothing is written to it. */
  readonly source: string;
  /** Told that the export is being read, before anything is stored. */
  readonly onReading?: (() => void) | undefined;
}

/** What an import came to. */
export interface ImportResult {
  readonly kind: ReadExport["kind"];
  /** Pictures, live ones and videos with different contents; files of the export, with copies. */
  readonly items: number;
  readonly copies: number;
  readonly albums: number;
  /** Files that were copied, and how many bytes. */
  readonly stored: number;
  readonly storedBytes: number;
  /** Links to what the library has, in albums that had it not. */
  readonly linked: number;
  /** Files that their albums had before. */
  readonly already: number;
  /** Items of which the library knows more now: words, people, place, time, favourite, archive. */
  readonly described: number;
  /** Values that the library has otherwise, and keeps. */
  readonly conflicts: readonly LeftOutItem[];
  /** What was in the trash of the export: it stays there. */
  readonly trashed: readonly string[];
  /** What was removed from the library before, and is not brought back. */
  readonly removedBefore: readonly LeftOutItem[];
  /** Files that were stored without all that the user attached to them. */
  readonly withoutAttributes: readonly string[];
  /** Files of the export that are no picture and describe none that is there. */
  readonly leftOver: readonly LeftOutItem[];
  /** Files that are not in the library though they should be, one by one, and why. */
  readonly leftOut: readonly LeftOutItem[];
}

/**
 * Imports an unpacked export of Google Takeout or Ente into a folder library. Each album becomes a
 * directory; a content is stored once, in the first of its albums, and linked in the others; what
 * is in no album goes to `Imported/YEAR`. Each file gets the time when it was taken. What else the
 * export says goes into the journal of the library. Doing it again changes nothing more.
 *
 * @throws {CleanUpError} With a code that says why nothing, or not all, happened.
 */
export async function importExport(options: ImportOptions): Promise<ImportResult> {
  const pair = await folderPair(options.source, options.root, "export");
  await using session = await LibrarySession.open({ ...options, root: pair.library, makes: true });
  options.onReading?.();
  const { entries } = (await lookAtFolder(pair.source)).listing();
  const lookedAtMs = Date.now();
  const read = await readExport(pair.source);
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const isTrashed = ({ metadata }: ImportedFile): boolean => metadata?.trashed === true;
  const wanted = read.files.filter((file) => !isTrashed(file));
  const sizes = new Set<number>();
  for (const file of wanted) {
    for (const { contentHash, entry } of partsOf(file, byPath)) {
      session.workers.hashes.put(entry, { contentHash, nowMs: lookedAtMs });
      sizes.add(entry.sizeBytes);
    }
  }
  const stored = await session.contents(sizes);
  const top = await topDirectories(pair.library);
  const directories = albumDirectories(wanted.flatMap(({ albums }) => albums), top);
  const work = new ImportWork(session, { root: pair.source, stored, directories, byPath });
  for (const [done, file] of wanted.entries()) {
    session.checkStopped();
    options.onProgress?.({ done, total: wanted.length });
    // deno-lint-ignore no-await-in-loop -- one item after the other
    await work.store(file);
  }
  const fileAt = await session.tellLibrarian(stored);
  const { conflicts, described } = await work.describe(wanted, fileAt);
  return {
    kind: read.kind,
    items: read.files.length,
    copies: read.items.length,
    albums: directories.size,
    ...work.counts,
    described,
    conflicts,
    trashed: read.files.filter(isTrashed)
      .flatMap(({ copies }) => copies.map(({ path }) => path)),
    removedBefore: work.removedBefore,
    withoutAttributes: work.withoutAttributes,
    leftOver: read.leftOver.map(({ path, reason }) => ({ file: path, reason })),
    leftOut: [
      ...read.unreadable.map(({ path, reason }) => ({ file: path, reason })),
      ...work.leftOut,
    ],
  };
}

class ImportWork {
  readonly counts = { stored: 0, storedBytes: 0, linked: 0, already: 0 };
  readonly removedBefore: LeftOutItem[] = [];
  readonly withoutAttributes: string[] = [];
  readonly leftOut: LeftOutItem[] = [];
  readonly #session: LibrarySession;
  readonly #from: {
    readonly root: string;
    readonly stored: StoredContents;
    readonly directories: ReadonlyMap<string, string>;
    readonly byPath: ReadonlyMap<string, FolderEntry>;
  };

  constructor(
    session: LibrarySession,
    from: {
      readonly root: string;
      readonly stored: StoredContents;
      readonly directories: ReadonlyMap<string, string>;
      readonly byPath: ReadonlyMap<string, FolderEntry>;
    },
  ) {
    this.#session = session;
    this.#from = from;
  }

  async store(file: ImportedFile): Promise<void> {
    const { byPath, directories, root, stored } = this.#from;
    const shots = this.#session.shots(stored);
    const { removedContents } = this.#session.kept.state;
    const takenAtMs = file.metadata?.takenAtMs ?? null;
    const modifiedNs = takenAtMs === null ? undefined : BigInt(takenAtMs) * 1_000_000n;
    const stem = stemOf(file);
    const shot: ShotPart[] = partsOf(file, byPath).map(({ entry }) => {
      const { ending, stem: ownStem } = splitName(entry.path);
      return { root, entry, stem: stem ?? ownStem, rest: ending, modifiedNs };
    });
    const judge = (_part: ShotPart, contentHash: string): ShotVerdict | null => {
      const atMs = removedContents.get(identifier<ContentHash>(contentHash));
      if (stored.pathOf(contentHash) !== null || atMs === undefined) return null;
      const day = new Date(atMs).toISOString().slice(0, 10);
      return { kind: "unwanted", reason: `it was removed from the library on ${day}` };
    };
    for (const [index, album] of directoriesOf(file, directories).entries()) {
      // deno-lint-ignore no-await-in-loop -- the first stores what the others link
      const outcomes = await shots.store(album, shot, judge);
      for (const [part, outcome] of outcomes) this.#take(part.entry, outcome, index === 0);
    }
  }

  /** Tells the librarian what the export says of each item, by the file that has its picture. */
  async describe(
    files: readonly ImportedFile[],
    fileAt: (path: string) => string | null,
  ): Promise<{ described: number; conflicts: LeftOutItem[] }> {
    const conflicts: LeftOutItem[] = [];
    let described = 0;
    for (const { contentHash, copies, metadata } of files) {
      const [still = ""] = contentHash.split(":");
      const path = this.#from.stored.pathOf(still);
      const file = path === null ? null : fileAt(path);
      if (metadata === null || file === null) continue;
      const id = identifier<FileId>(file);
      // deno-lint-ignore no-await-in-loop -- one command after the other
      const taken = await takeMetadata(this.#session.kept, id, metadata);
      if (taken.isChanged) described += 1;
      for (const reason of taken.conflicts) {
        conflicts.push({ file: copies[0]?.path ?? "", reason });
      }
    }
    return { described, conflicts };
  }

  #take(entry: FolderEntry, outcome: PartOutcome, isFirst: boolean): void {
    switch (outcome.kind) {
      case "stored":
        this.counts.stored += 1;
        this.counts.storedBytes += entry.sizeBytes;
        if (!outcome.keepsAttributes) this.withoutAttributes.push(entry.path);
        return;
      case "linked":
        this.counts.linked += 1;
        return;
      case "found":
        this.counts.already += 1;
        return;
      case "left": {
        const list = outcome.cause === "unwanted" ? this.removedBefore : this.leftOut;
        if (isFirst || outcome.cause === "failed") {
          list.push({ file: entry.path, reason: outcome.reason });
        }
      }
    }
  }
}

/** The files of an item: those of its first copy, with their contents. */
function partsOf(
  { contentHash, copies }: ImportedFile,
  byPath: ReadonlyMap<string, FolderEntry>,
): { readonly entry: FolderEntry; readonly contentHash: string }[] {
  const [first] = copies;
  const hashes = contentHash.split(":");
  return [first?.path, first?.video].flatMap((path, index) => {
    const entry = path === undefined || path === null ? undefined : byPath.get(path);
    const hash = hashes[index];
    return entry === undefined || hash === undefined ? [] : [{ entry, contentHash: hash }];
  });
}

/**
 * What the name of an item begins with: as it was where it was exported, which may be longer than
 * on the disk. Null for the name that it has there. An edit has the title of its original.
 */
function stemOf({ copies: [first], metadata }: ImportedFile): string | null {
  const title = metadata?.title ?? null;
  if (first === undefined || first.editOf !== null || title === null) return null;
  const titled = splitEnding(directoryName(title));
  return titled.ending === splitEnding(first.path).ending && titled.ending !== ""
    ? titled.stem
    : null;
}

function splitName(path: string): { readonly stem: string; readonly ending: string } {
  const { name } = splitPath(path);
  const { stem } = splitEnding(name);
  return { stem, ending: name.slice(stem.length) };
}

async function topDirectories(library: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { isDirectory, name } of Deno.readDir(library)) {
    if (isDirectory && !name.startsWith(".")) names.push(name);
  }
  return names;
}
