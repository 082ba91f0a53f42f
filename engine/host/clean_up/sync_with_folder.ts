import {
  type AlbumId,
  type ContentHash,
  type FileId,
  type FileRecord,
  identifier,
  type RecordedFile,
} from "@scenekeep/engine/core";
import { inodeKey } from "../folder/folder_entry.ts";
import { FOLDER_STORE } from "../folder/folder_library.ts";
import { folderPath } from "../folder/folder_path.ts";
import { type ReadFolder, readFolder } from "../scan/read_folder.ts";
import type { KeptLibrary } from "./kept_library.ts";

/** Files told by one command: a turn of some milliseconds. */
const FILES_PER_COMMAND = 500;

/** A folder as the library knows it by now. */
export interface SyncedFolder {
  readonly folder: ReadFolder;
  /** The file that has its bytes under a path, by any of its names that are not links. */
  readonly fileAt: (path: string) => FileId | null;
}

/**
 * Looks at the folder and tells the library what somebody else did to it: files that are new, gone
 * or changed, and names. What is in the trash stays there, whatever has its name by now.
 *
 * @param contentAt The content of a path as it is now, where it was read; null elsewhere. A file
 * that was not read and has the size that it had is taken to be what it was. One that is gone and
 * was read under another name has moved: what the library knows of it stays.
 */
export async function syncWithFolder(
  kept: KeptLibrary,
  contentAt: (path: string) => string | null,
  folder?: ReadFolder,
): Promise<SyncedFolder> {
  const read = folder ?? await readFolder(kept.root);
  const difference = differenceTo(kept, read, contentAt);
  await makeAlbums(kept, read);
  const { changed, fresh, gone, renamed } = difference;
  for (const part of inParts(gone)) {
    // deno-lint-ignore no-await-in-loop -- what is gone makes room for what is new
    await kept.ask({ kind: "syncFolder", gone: part, changed: [], renamed: [] }, "accepted");
  }
  for (const part of inParts(renamed)) {
    // deno-lint-ignore no-await-in-loop -- in order
    await kept.ask({ kind: "syncFolder", gone: [], changed: [], renamed: part }, "accepted");
  }
  for (const part of inParts(changed)) {
    // deno-lint-ignore no-await-in-loop -- in order
    await kept.ask({ kind: "syncFolder", gone: [], changed: part, renamed: [] }, "accepted");
  }
  for (const part of inParts(fresh)) {
    // deno-lint-ignore no-await-in-loop -- in order
    await kept.ask({ kind: "recordFiles", files: part }, "accepted");
  }
  await tellHashes(kept, contentAt);
  return { folder: read, fileAt: (path) => difference.idAt.get(path) ?? null };
}

/** What is otherwise than the library believes. */
interface Difference {
  readonly gone: FileId[];
  readonly changed: RecordedFile[];
  readonly renamed: { file: FileId; names: { album: AlbumId; name: string }[] }[];
  readonly fresh: RecordedFile[];
  /** Files by the paths of their bytes. */
  readonly idAt: ReadonlyMap<string, FileId>;
}

function differenceTo(
  kept: KeptLibrary,
  read: ReadFolder,
  contentAt: (path: string) => string | null,
): Difference {
  const { files, trashedFiles } = kept.state;
  const found = filesByPath(read);
  const idOf = new Map<RecordedFile, FileId>();
  const gone: FileId[] = [];
  const changed: RecordedFile[] = [];
  const renamed: Difference["renamed"] = [];
  const unreadable = new Set(read.listing.unreadable.map(({ path }) => path));
  for (const known of files.values()) {
    const [object] = known.objects;
    const path = object === undefined ? null : folderPath(object.name);
    // What cannot be looked at is not gone.
    if (path !== null && isAtOrBelow(path, unreadable)) continue;
    const now = path === null ? undefined : found.get(path);
    if (path === null || object === undefined || now === undefined || idOf.has(now)) {
      gone.push(known.id);
      continue;
    }
    idOf.set(now, known.id);
    const content = contentAt(path);
    const isOther = now.objects[0]?.sizeBytes !== object.sizeBytes ||
      (content !== null && known.contentHash !== null && content !== known.contentHash);
    const names = namesOf(now);
    if (isOther) changed.push(toldAs(now, known.id, path));
    else if (!hasNames(known.entries, names)) renamed.push({ file: known.id, names });
  }
  const fresh: RecordedFile[] = [];
  const moved = new MovedFiles(gone.flatMap((id) => files.get(id) ?? []));
  for (const file of read.library.files) {
    if (idOf.has(file)) continue;
    const same = moved.take(file, contentAt(file.file));
    if (same !== null) {
      idOf.set(file, same);
      changed.push(toldAs(file, same, file.file));
      continue;
    }
    // The name of a file in the trash may be another file's by now.
    let id = file.file;
    for (let number = 2; files.has(id) || trashedFiles.has(id); number += 1) {
      id = identifier<FileId>(`${file.file}//${number}`);
    }
    idOf.set(file, id);
    fresh.push({ ...file, file: id });
  }
  const idAt = new Map<string, FileId>();
  for (const [path, file] of found) {
    const id = idOf.get(file);
    if (id !== undefined) idAt.set(path, id);
  }
  return { gone: gone.filter((id) => !moved.taken.has(id)), changed, renamed, fresh, idAt };
}

/** Files that are gone, and may be elsewhere under another name: the same file for all it was. */
class MovedFiles {
  readonly taken: Set<FileId> = new Set();
  readonly #byContent = new Map<string, FileRecord[]>();

  constructor(gone: readonly FileRecord[]) {
    for (const file of gone) {
      if (file.contentHash === null) continue;
      const known = this.#byContent.get(file.contentHash);
      if (known === undefined) this.#byContent.set(file.contentHash, [file]);
      else known.push(file);
    }
  }

  /** Which file a new one is that holds this; null for none. One with the same name goes first. */
  take(found: RecordedFile, content: string | null): FileId | null {
    const known = content === null ? undefined : this.#byContent.get(content);
    if (known === undefined) return null;
    const named = known.findIndex(({ name }) => name === found.name);
    const [file] = known.splice(Math.max(0, named), 1);
    if (file === undefined) return null;
    this.taken.add(file.id);
    return file.id;
  }
}

/** True when a path, or a directory on the way to it, is among these. */
function isAtOrBelow(path: string, paths: ReadonlySet<string>): boolean {
  if (paths.size === 0) return false;
  for (let at = path.length; at > 0; at = path.lastIndexOf("/", at - 1)) {
    if (paths.has(path.slice(0, at))) return true;
  }
  return false;
}

/** Every name that leads to bytes without a link, with the file that has them. */
function filesByPath({ library, listing }: ReadFolder): Map<string, RecordedFile> {
  const byInode = new Map<string, RecordedFile>();
  for (const file of library.files) {
    const entry = library.entries.get(file.file);
    if (entry !== undefined) byInode.set(inodeKey(entry), file);
  }
  const found = new Map<string, RecordedFile>();
  for (const entry of listing.entries) {
    const file = entry.kind === "file" ? byInode.get(inodeKey(entry)) : undefined;
    if (file !== undefined) found.set(entry.path, file);
  }
  return found;
}

function toldAs(file: RecordedFile, id: FileId, path: string): RecordedFile {
  const objects = file.objects.map((object) => ({
    ...object,
    name: identifier<typeof object.name>(`${FOLDER_STORE}${path}`),
  }));
  return { ...file, file: id, objects };
}

function namesOf(file: RecordedFile): { album: AlbumId; name: string }[] {
  return file.entries.flatMap(({ album, name }) => name === null ? [] : [{ album, name }]);
}

function hasNames(
  entries: ReadonlyMap<AlbumId, string | null>,
  names: readonly { album: AlbumId; name: string }[],
): boolean {
  let named = 0;
  for (const name of entries.values()) if (name !== null) named += 1;
  return named === names.length && names.every(({ album, name }) => entries.get(album) === name);
}

async function makeAlbums(kept: KeptLibrary, { library }: ReadFolder): Promise<void> {
  for (const { album, hidden } of library.albums) {
    if (kept.state.albums.has(album)) continue;
    // deno-lint-ignore no-await-in-loop -- one command after the other
    await kept.ask({
      kind: "makeAlbum",
      album,
      albumKind: hidden ? "hidden" : "regular",
      owner: null,
      name: album,
      visibleToOthers: false,
      mayAdd: true,
    }, "accepted");
  }
}

/** Says what was read of files whose content the library does not know. */
async function tellHashes(
  kept: KeptLibrary,
  contentAt: (path: string) => string | null,
): Promise<void> {
  const results = [...kept.state.toHash].flatMap(([file, version]) => {
    const [object] = kept.state.files.get(file)?.objects ?? [];
    const content = object === undefined ? null : contentAt(folderPath(object.name) ?? "");
    if (content === null) return [];
    const contentHash = identifier<ContentHash>(content);
    return [{ file, version, contentHash, reason: null }];
  });
  for (const part of inParts(results)) {
    // deno-lint-ignore no-await-in-loop -- one report after the other
    await kept.tellHashes(part);
  }
}

function inParts<Entry>(entries: readonly Entry[]): Entry[][] {
  const parts: Entry[][] = [];
  for (let start = 0; start < entries.length; start += FILES_PER_COMMAND) {
    parts.push(entries.slice(start, start + FILES_PER_COMMAND));
  }
  return parts;
}
