import type { NameStep } from "../protocol/effect.ts";
import { identifier, type ObjectName } from "../protocol/ids.ts";
import type { AlbumRecord } from "../library/album.ts";
import { pathOf, pathOfEntry, pathOfObject } from "../library/entry_path.ts";
import type { FileRecord, StoredObject } from "../library/file.ts";
import { foldedName } from "../library/folded_name.ts";
import type { AlbumId } from "../library/ids.ts";
import type { EntryChange } from "../library/name_move.ts";
import type { LibraryState } from "../library/state.ts";
import { linksOf, nameStep, stepsOfMove } from "./home_moves.ts";
import { nameKey } from "./indexes.ts";

/** So often a number is tried for a name that is taken. */
const NUMBERS_MAX = 10_000;

/**
 * The name that a file gets in a directory: its own, or with a number that is free for all that
 * goes with it: `IMG_1 (2).jpg`. Null when there is none. Linear in the album.
 */
export function freeEntryName(
  state: LibraryState,
  entry: { album: AlbumRecord; file: FileRecord },
): string | null {
  const { album, file } = entry;
  const home = pathOf(file);
  if (home === null) return null;
  const taken = foldedNamesIn(state, album);
  const [stem, ending] = splitName(home.slice(home.lastIndexOf("/") + 1));
  for (let number = 1; number <= NUMBERS_MAX; number += 1) {
    const name = `${stem}${number === 1 ? "" : ` (${number})`}${ending}`;
    const path = pathOfEntry(album.id, name);
    const objects = objectsAt(file, path);
    const isFree = !state.lostNames.has(nameKey(album.id, name)) &&
      (objects ?? [{ name: `/${path}` }]).every((object) => {
        const at = object.name.slice(object.name.indexOf("/") + 1);
        return !taken.has(foldedName(at)) && !state.objectNames.has(identifier(object.name));
      });
    if (isFree) return name;
  }
  return null;
}

/** All that is called something in a directory, folded, with the directory. */
function foldedNamesIn(state: LibraryState, album: AlbumRecord): Set<string> {
  const taken = new Set<string>();
  for (const id of album.entries) {
    const file = state.files.get(id);
    const name = file?.entries.get(album.id) ?? null;
    if (name !== null) taken.add(foldedName(pathOfEntry(album.id, name)));
    for (const object of file?.objects ?? []) taken.add(foldedName(pathOfObject(object) ?? ""));
  }
  return taken;
}

/** What the folder is asked for, and where the bytes are then: null when they stay. */
export interface EntrySteps {
  readonly steps: readonly NameStep[];
  readonly objects: readonly StoredObject[] | null;
}

/**
 * How names follow a change of entries, or null when the file would be left without a name. A link
 * comes or goes. When the bytes leave, another name has them first, all others lead there next, and
 * the old name goes last.
 */
export function entrySteps(state: LibraryState, change: EntryChange): EntrySteps | null {
  const { from, to } = change;
  const file = state.files.get(change.file);
  const physical = file === undefined ? null : pathOf(file);
  if (file === undefined || physical === null) return null;
  const oldName = from === null ? null : file.entries.get(from) ?? null;
  const oldPath = from === null || oldName === null ? null : pathOfEntry(from, oldName);
  const newPath = to === null || to.name === null ? null : pathOfEntry(to.album, to.name);
  if (oldPath === physical) return homeSteps(state, { file, from, newPath });
  const steps: NameStep[] = [];
  if (newPath !== null) steps.push(nameStep({ action: "add", path: newPath, target: physical }));
  if (oldPath !== null) steps.push(nameStep({ action: "unlink", path: oldPath, target: physical }));
  return { steps, objects: null };
}

/** The steps by which the bytes leave a name. */
function homeSteps(
  state: LibraryState,
  leaving: { file: FileRecord; from: AlbumId | null; newPath: string | null },
): EntrySteps | null {
  const { file, from, newPath } = leaving;
  const links = linksOf(file, from);
  const heir = newPath ?? links.find((path) => mayHaveBytes(state, file, path)) ?? null;
  const objects = heir === null ? null : objectsAt(file, heir);
  if (objects === null) return null;
  const { contentHash, objects: before } = file;
  return { steps: stepsOfMove({ contentHash, from: before, to: objects, links }), objects };
}

/** A name of another ending would say of the bytes what they are not. */
function mayHaveBytes(state: LibraryState, file: FileRecord, path: string): boolean {
  const physical = pathOf(file) ?? "";
  if (foldedName(splitName(physical)[1]) !== foldedName(splitName(path)[1])) return false;
  const objects = objectsAt(file, path);
  return objects !== null && objects.every(({ name }) => !state.objectNames.has(name));
}

/** The objects of a file whose picture is at `path`: what has its stem goes along; null if not. */
function objectsAt(file: FileRecord, path: string): StoredObject[] | null {
  const physical = pathOf(file) ?? "";
  const [stem] = splitName(physical);
  const [newStem] = splitName(path);
  const objects: StoredObject[] = [];
  for (const object of file.objects) {
    const at = pathOfObject(object) ?? "";
    if (!at.startsWith(stem)) return null;
    const store = object.name.slice(0, object.name.length - at.length);
    const to = at === physical ? path : `${newStem}${at.slice(stem.length)}`;
    objects.push({ ...object, name: identifier<ObjectName>(`${store}${to}`) });
  }
  return objects;
}

/** Stem and ending; a dot at the beginning begins no ending. */
function splitName(path: string): [string, string] {
  const slash = path.lastIndexOf("/");
  const dot = path.lastIndexOf(".");
  return dot <= slash + 1 ? [path, ""] : [path.slice(0, dot), path.slice(dot)];
}
