import type { NameStep } from "../protocol/effect.ts";
import { pathOf, pathOfEntry } from "../library/entry_path.ts";
import type { FileRecord, StoredObject } from "../library/file.ts";
import type { AlbumId } from "../library/ids.ts";
import type { RemovedEntry } from "../library/plan.ts";
import type { LibraryState } from "../library/state.ts";
import { entrySteps } from "./entry_names.ts";
import { linksOf, nameStep, stepsOfMove, stepsOfReturn } from "./home_moves.ts";
import { nameKey } from "./indexes.ts";

/**
 * [Note: Names of removed entries]
 *
 * In the review of an album of a folder a photo may leave that directory and live on in others. Its
 * name there goes; where it has the bytes, another name has them first. The plan remembers both, so
 * that asking the folder again is asking for the same, and an undo puts the bytes where they were.
 */

/**
 * What is removed when a file leaves an album and lives on, or null where that cannot be: in a
 * folder another name must be able to have the bytes.
 */
export function removedEntry(
  state: LibraryState,
  leaving: { file: FileRecord; album: AlbumId },
): RemovedEntry | null {
  const { album, file } = leaving;
  const entry = { album, file: file.id };
  const name = file.entries.get(album) ?? null;
  if (state.libraryKind !== "folder" || name === null) return entry;
  const left = entrySteps(state, { file: file.id, from: album, to: null });
  if (left === null) return null;
  if (left.objects === null) return { ...entry, name };
  return { ...entry, name, moved: { from: file.objects, to: left.objects } };
}

/** The steps that take the name away: the same before the library says that it went and after. */
export function departureSteps(
  state: Pick<LibraryState, "files">,
  removed: RemovedEntry,
): readonly NameStep[] {
  const { album, moved, name } = removed;
  const file = state.files.get(removed.file);
  if (name === undefined || file === undefined) return [];
  const { contentHash } = file;
  if (moved !== undefined) {
    return stepsOfMove({ contentHash, ...moved, links: linksOf(file, album) });
  }
  const path = pathOfEntry(album, name);
  return [nameStep({ action: "unlink", path, target: pathOf(file) })];
}

/** How a name comes back that a plan took away. */
export interface EntryReturn {
  readonly name: string | null;
  readonly steps: readonly NameStep[];
  /** Where the bytes are then; null when they stay where they are. */
  readonly objects: readonly StoredObject[] | null;
}

/**
 * Says how an entry comes back that a plan has removed, or why it does not. Bytes that somebody has
 * moved on since stay where they are, and the name leads there.
 */
export function entryReturn(state: LibraryState, removed: RemovedEntry): EntryReturn | string {
  const { moved, name } = removed;
  const file = state.files.get(removed.file);
  const album = state.albums.get(removed.album);
  if (file === undefined || album === undefined) return "one of them is gone";
  if (album.entries.has(file.id)) return "it is there";
  if (name === undefined) return { name: null, steps: [], objects: null };
  const key = nameKey(album.id, name);
  if (state.names.has(key) || state.lostNames.has(key)) return "another file is called so by now";
  const physical = pathOf(file);
  const isOurs = moved !== undefined && isSamePlace(file.objects, moved.to) &&
    moved.from.every((object) => !state.objectNames.has(object.name));
  if (!isOurs) {
    const path = pathOfEntry(album.id, name);
    return { name, steps: [nameStep({ action: "add", path, target: physical })], objects: null };
  }
  const { contentHash } = file;
  const steps = stepsOfReturn({ contentHash, ...moved, links: linksOf(file, null) });
  return { name, steps, objects: moved.from };
}

function isSamePlace(now: readonly StoredObject[], then: readonly StoredObject[]): boolean {
  return now.length === then.length && now.every(({ name }, index) => name === then[index]?.name);
}
