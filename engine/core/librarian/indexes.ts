import { invariant } from "../protocol/invariant.ts";
import type { AlbumRecord } from "../library/album.ts";
import { pathOf, pathOfEntry } from "../library/entry_path.ts";
import { type FileRecord, type StoredObject, totalBytes } from "../library/file.ts";
import type { AlbumId, ContentHash, FileId } from "../library/ids.ts";
import { LOST_NAMES_MAX } from "../library/lost_name.ts";
import type { ObligationRecord } from "../library/obligation.ts";
import { SmallSet } from "../library/small_set.ts";
import type { LibraryState } from "../library/state.ts";

/** The file, which must be live. */
export function liveFile(state: LibraryState, id: FileId): FileRecord {
  const file = state.files.get(id);
  invariant(file !== undefined, "FILE_NOT_LIVE", `File "${id}" must be live`);
  return file;
}

/** The album, which must exist. */
export function existingAlbum(state: LibraryState, id: AlbumId): AlbumRecord {
  const album = state.albums.get(id);
  invariant(album !== undefined, "ALBUM_MISSING", `Album "${id}" must exist`);
  return album;
}

/** Bytes of a file that count against this library's limit: none for files of other owners. */
export function countedBytes(state: LibraryState, file: FileRecord): number {
  return file.owner === state.owner ? totalBytes(file.objects) : 0;
}

/** Adds a value to a set in a map of sets. */
export function addToIndex<Key, Value>(
  index: Map<Key, Set<Value>>,
  entry: { key: Key; value: Value },
): void {
  const known = index.get(entry.key);
  if (known === undefined) index.set(entry.key, new Set([entry.value]));
  else known.add(entry.value);
}

/** Removes a value from a map of sets; an empty set goes. */
export function removeFromIndex<Key, Value>(
  index: Map<Key, Set<Value>>,
  entry: { key: Key; value: Value },
): void {
  const known = index.get(entry.key);
  if (known === undefined) return;
  known.delete(entry.value);
  if (known.size === 0) index.delete(entry.key);
}

/** Enters a file under its content. */
export function indexContent(state: LibraryState, hash: ContentHash, file: FileId): void {
  const known = state.filesByHash.get(hash);
  if (known === undefined) state.filesByHash.set(hash, new SmallSet(file));
  else known.add(file);
}

function unindexContent(state: LibraryState, hash: ContentHash, file: FileId): void {
  const known = state.filesByHash.get(hash);
  known?.delete(file);
  if (known?.size === 0) state.filesByHash.delete(hash);
}

/** Enters an obligation under its album and the files that may meet it. */
export function indexObligation(state: LibraryState, obligation: ObligationRecord): void {
  const { acceptable, album, id } = obligation;
  addToIndex(state.obligationsByAlbum, { key: album, value: id });
  for (const file of acceptable) addToIndex(state.obligationsByFile, { key: file, value: id });
}

/** Takes an obligation out of the indexes. */
export function unindexObligation(state: LibraryState, obligation: ObligationRecord): void {
  const { acceptable, album, id } = obligation;
  removeFromIndex(state.obligationsByAlbum, { key: album, value: id });
  for (const file of acceptable) removeFromIndex(state.obligationsByFile, { key: file, value: id });
}

/** Notes that a file has a name in a directory. Names that are no more than entries are none. */
export function takeName(
  state: LibraryState,
  entry: { album: AlbumId; name: string | null; file: FileId },
): void {
  if (entry.name === null) return;
  const key = nameKey(entry.album, entry.name);
  state.names.set(key, entry.file);
  state.lostNames.delete(key);
}

/** Remembers what the links to a file that is gone held: that is what they are mended by. */
export function loseNames(state: LibraryState, file: FileRecord): void {
  const { contentHash, entries, objects: [object] } = file;
  const target = pathOf(file);
  if (state.libraryKind !== "folder" || contentHash === null) return;
  if (target === null || object === undefined) return;
  for (const [album, name] of entries) {
    if (name === null || pathOfEntry(album, name) === target) continue;
    const key = nameKey(album, name);
    state.lostNames.delete(key);
    state.lostNames.set(key, { contentHash, sizeBytes: object.sizeBytes, target });
  }
  for (const oldest of state.lostNames.keys()) {
    if (state.lostNames.size <= LOST_NAMES_MAX) break;
    state.lostNames.delete(oldest);
  }
}

/** Notes that a name of a file has gone. */
export function freeName(
  state: LibraryState,
  entry: { album: AlbumId; name: string | null; file: FileId },
): void {
  if (entry.name === null) return;
  const key = nameKey(entry.album, entry.name);
  if (state.names.get(key) === entry.file) state.names.delete(key);
}

/** Notes that bytes have other names: in a folder those of a trashed file do. */
export function renameObjects(
  state: LibraryState,
  renamed: { from: readonly StoredObject[]; to: readonly StoredObject[] },
): void {
  for (const { name } of renamed.from) state.objectNames.delete(name);
  for (const { name } of renamed.to) state.objectNames.add(name);
}

/** How `LibraryState.names` calls a name in a directory. */
export function nameKey(album: AlbumId, name: string): string {
  return `${album}/${name}`;
}

/** Notes that grouping has to look at the file again. */
export function noteChange(state: LibraryState, file: FileId): void {
  state.changes.push(file);
}

/** Enters a live file into the indexes by content. */
export function indexFile(state: LibraryState, file: FileRecord): void {
  if (file.contentHash !== null) {
    indexContent(state, file.contentHash, file.id);
  }
  if (file.capture !== null) {
    addToIndex(state.filesByCapture, { key: file.capture, value: file.id });
  }
  noteChange(state, file.id);
}

/** Takes a file out of the indexes by content; what waited for its bytes looks elsewhere. */
export function unindexFile(state: LibraryState, file: FileRecord): void {
  state.toHash.delete(file.id);
  state.unreadable.delete(file.id);
  if (file.capture !== null) {
    removeFromIndex(state.filesByCapture, { key: file.capture, value: file.id });
  }
  if (file.contentHash !== null) {
    unindexContent(state, file.contentHash, file.id);
    reassignEmbedding(state, file.contentHash);
  }
  noteChange(state, file.id);
}

/** Queues a verified picture for embedding unless its content has been embedded. */
export function queueEmbedding(state: LibraryState, file: FileRecord): void {
  if (file.contentHash === null || !file.verified || file.owner !== state.owner) return;
  if (file.kind !== "photo" && file.kind !== "live") return;
  if (state.libraryKind === "catalog" || state.embedded.has(file.contentHash)) return;
  if (!state.toEmbed.has(file.contentHash)) state.toEmbed.set(file.contentHash, file.id);
}

/** The content's bytes are no longer where they were queued from: another file may have them. */
function reassignEmbedding(state: LibraryState, hash: ContentHash): void {
  const queued = state.toEmbed.get(hash);
  if (queued === undefined || state.filesByHash.get(hash)?.has(queued)) return;
  state.toEmbed.delete(hash);
  for (const id of state.filesByHash.get(hash) ?? []) {
    const other = state.files.get(id);
    if (other !== undefined) queueEmbedding(state, other);
  }
}
