import type { NameStep } from "../protocol/effect.ts";
import { identifier, type ObjectName } from "../protocol/ids.ts";
import { nameInAlbum, pathOf, pathOfEntry, pathOfObject } from "../library/entry_path.ts";
import type { FileRecord, StoredObject } from "../library/file.ts";
import type { AlbumId, FileId } from "../library/ids.ts";
import type { LibraryState } from "../library/state.ts";
import type { TrashedEntry, TrashRecord } from "../library/trash.ts";
import { nameKey } from "./indexes.ts";

/**
 * [Note: Names in a folder]
 *
 * In a folder library a file is called something in each of its albums. Where its bytes are, the
 * name is a file; elsewhere it is a link to that. An entry without a name (a favourite) is the
 * library's own record and has nothing on disk. When a file goes to the trash each of its names
 * goes to a slot of its own, so that each comes back as it was. While that is under way, or a plan
 * is, nothing else moves names (`isMovingNames`).
 */

/** Where the trash of a folder library is, below its root. */
export const TRASH_PLACE = ".scenekeep/trash/";

/** One thing that a trashed file takes with it: where it was, and its slot in the trash. */
interface Moved {
  readonly path: string;
  readonly slot: string;
  /** The entry that the name is of; null for objects beside the picture. */
  readonly album: AlbumId | null;
  readonly isLink: boolean;
  readonly object: StoredObject;
}

/** True while names are on their way and nothing else may move any. Linear in the plans. */
export function isMovingNames(state: LibraryState): boolean {
  if (state.libraryKind !== "folder") return false;
  if (state.nameMove !== null) return true;
  for (const { phase } of state.plans.values()) {
    if (phase === "applying" || phase === "undoing") return true;
  }
  return false;
}

/** True while what the record holds is on its way into the trash or out of it. */
export function isOnItsWay(state: LibraryState, record: TrashRecord): boolean {
  if (record.homeObjects === undefined) return false;
  const { nameMove } = state;
  const isMoved = nameMove !== null && "sequences" in nameMove &&
    nameMove.sequences.includes(record.sequence);
  if (isMoved) return true;
  if (record.cause.kind !== "plan") return false;
  const phase = state.plans.get(record.cause.plan)?.phase;
  return phase === "applying" || phase === "undoing";
}

/** What is in the trash for a file that goes there now: its bytes, then its links, in slots. */
export function trashSlots(
  file: FileRecord,
  trashed: { entries: readonly TrashedEntry[]; sequence: number },
): readonly StoredObject[] {
  return movedNames({ ...trashed, home: file.objects }).map(({ object }) => object);
}

/** All that a file takes to the trash, bytes first. */
function movedNames(
  trashed: {
    home: readonly StoredObject[];
    entries: readonly TrashedEntry[];
    sequence: number;
  },
): Moved[] {
  const { entries, home, sequence } = trashed;
  const physical = pathOf({ objects: home });
  const moved: Moved[] = [];
  const store = home[0]?.name.split("/")[0] ?? "";
  const slotted = (path: string, album: AlbumId | null, from: Omit<StoredObject, "name">): void => {
    const slot = `${sequence}.${moved.length}`;
    const name = identifier<ObjectName>(`${store}/${TRASH_PLACE}${slot}`);
    moved.push({ path, slot, album, isLink: from.role === "link", object: { ...from, name } });
  };
  for (const { name: _name, ...object } of home) {
    const path = pathOfObject({ ...object, name: _name }) ?? "";
    const at = entries.find((entry) =>
      entry.name !== null && pathOfEntry(entry.album, entry.name) === path
    );
    slotted(path, at?.album ?? null, object);
  }
  for (const { album, name } of entries) {
    if (name === null) continue;
    const path = pathOfEntry(album, name);
    if (path !== physical) slotted(path, album, { role: "link", sizeBytes: 0 });
  }
  return moved;
}

/**
 * The steps that take a file's names to the trash, links first. `standIns` says which file takes
 * the name in an album; elsewhere the name goes. Where `keeper` has the same content, or the
 * stand-in, its bytes are compared with those that go.
 */
export function trashSteps(
  file: Pick<FileRecord, "contentHash" | "objects">,
  trashed: {
    entries: readonly TrashedEntry[];
    sequence: number;
    standIns: ReadonlyMap<AlbumId, FileRecord>;
    keeper: FileRecord | null;
  },
): readonly NameStep[] {
  const copyOf = (other: FileRecord | null | undefined): FileRecord | null =>
    file.contentHash !== null && other?.contentHash === file.contentHash ? other : null;
  const steps = movedNames({ ...trashed, home: file.objects }).map((moved): NameStep => {
    const standIn = moved.album === null ? undefined : trashed.standIns.get(moved.album);
    const target = standIn === undefined ? null : pathOf(standIn);
    const same = copyOf(standIn) ?? copyOf(trashed.keeper);
    return {
      action: target === null ? "discard" : "replace",
      path: moved.path,
      target,
      slot: moved.slot,
      // A link must lead to the file that goes: another one under its name is not ours to move.
      expectedHash: moved.isLink ? imageHash(file) : hashOfObject(file, moved.object),
      sameAs: same !== null && moved.object.role === "original" ? pathOf(same) : null,
    };
  });
  return steps.reverse();
}

/** How a trashed file comes back under its names. */
export interface Homecoming {
  /** What the folder is asked for: bytes first. */
  readonly steps: readonly NameStep[];
  /** Entries of files that have the name as a link and give way. */
  readonly givingWay: readonly { readonly album: AlbumId; readonly file: FileId }[];
  /** Albums in which another file has the name by now. */
  readonly taken: ReadonlySet<AlbumId>;
  /** What stays behind in the trash: links whose name is taken. */
  readonly left: readonly StoredObject[];
}

/**
 * Says how a trashed file of a folder library comes back, or null when another file has its own
 * name by now. A link that stands where it was gives way: the name is the file's own.
 */
export function homecoming(state: LibraryState, record: TrashRecord): Homecoming | null {
  const { entries, homeObjects: home, sequence } = record;
  if (home === undefined) return { steps: [], givingWay: [], taken: new Set(), left: [] };
  const steps: NameStep[] = [];
  const givingWay: { album: AlbumId; file: FileId }[] = [];
  const taken = new Set<AlbumId>();
  const left: StoredObject[] = [];
  for (const moved of movedNames({ home, entries, sequence })) {
    const { album, isLink, object, path, slot } = moved;
    const holder = album === null ? null : holderOf(state, { album, path });
    const holds = holder === null ? null : pathOf(holder);
    if (holds === path) {
      if (!isLink || album === null) return null;
      taken.add(album);
      left.push(object);
      continue;
    }
    if (holder !== null && album !== null) givingWay.push({ album, file: holder.id });
    const expectedHash = hashOfObject(record, object);
    steps.push({ action: "restore", path, target: holds, slot, expectedHash, sameAs: null });
  }
  return { steps, givingWay, taken, left };
}

function holderOf(
  state: LibraryState,
  at: { album: AlbumId; path: string },
): FileRecord | null {
  const holder = state.names.get(nameKey(at.album, nameInAlbum(at.album, at.path)));
  return holder === undefined ? null : state.files.get(holder) ?? null;
}

/** The hash that an object must have; null where the library knows none. */
export function hashOfObject(
  file: Pick<FileRecord, "contentHash">,
  object: StoredObject,
): string | null {
  if (object.role === "original") return imageHash(file);
  return object.role === "video" ? file.contentHash?.split(":")[1] ?? null : null;
}

/** The hash of the picture of a file. */
export function imageHash(file: Pick<FileRecord, "contentHash">): string | null {
  return file.contentHash?.split(":")[0] ?? null;
}
