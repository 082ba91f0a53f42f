import type { AlbumEvent, AlbumId, FileId } from "@scenekeep/engine/core";
import type { ShadowAlbum, ShadowFile } from "./shadow_records.ts";
import type { ShadowLibrary } from "./shadow_library.ts";

/** Folds what happened to an album or an entry. */
export function foldAlbumEvent(shadow: ShadowLibrary, event: AlbumEvent): void {
  const album = shadow.touchAlbum(event.album);
  if (event.kind === "albumMade") {
    shadow.albums.set(event.album, {
      id: event.album,
      kind: event.albumKind,
      owner: event.owner,
      mayAdd: event.mayAdd,
      name: event.name,
      visibleToOthers: event.visibleToOthers,
      cover: null,
      order: null,
      files: new Set(),
    });
    if (album !== undefined) contradict(shadow, `Album ${event.album} was made twice`);
    return;
  }
  if (album === undefined) {
    return contradict(shadow, `${event.kind} names album ${event.album}, which is not there`);
  }
  switch (event.kind) {
    case "albumRenamed":
      album.name = event.name;
      return;
    case "albumShared":
      album.visibleToOthers = event.visibleToOthers;
      return;
    case "albumArranged":
      album.cover = event.cover;
      album.order = event.order;
      return;
    case "albumDeleted":
      if (album.files.size > 0) {
        contradict(shadow, `Album ${album.id} went with ${album.files.size} entries in it`);
      }
      shadow.albums.delete(album.id);
      return;
    case "entryAdded":
      return addEntry(shadow, { album, file: event.file, name: event.name });
    case "entryRemoved": {
      const file = shadow.touchFile(event.file);
      if (file === undefined || !album.files.has(event.file)) {
        return contradict(shadow, `Entry ${event.album}/${event.file} went and was not there`);
      }
      return removeEntry(shadow, album, file);
    }
  }
}

function addEntry(
  shadow: ShadowLibrary,
  entry: { album: ShadowAlbum; file: FileId; name: string | null },
): void {
  const { album } = entry;
  const file = shadow.touchFile(entry.file);
  if (file === undefined) {
    return contradict(shadow, `Entry ${album.id}/${entry.file} points at no live file`);
  }
  if (album.files.has(file.id)) {
    return contradict(shadow, `Entry ${album.id}/${file.id} was added twice`);
  }
  album.files.add(file.id);
  file.albums.push(album.id);
  if (entry.name !== null) {
    if (file.names === null) file.names = new Map();
    file.names.set(album.id, entry.name);
  }
  shadow.delta.entriesAdded.push({ album: album.id, file: file.id });
}

/** Takes a file out of an album; its place in the order and as the cover goes too. */
export function removeEntry(shadow: ShadowLibrary, album: ShadowAlbum, file: ShadowFile): void {
  album.files.delete(file.id);
  removeFrom(file.albums, album.id);
  file.names?.delete(album.id);
  if (album.cover === file.id) album.cover = null;
  if (album.order !== null && album.order.includes(file.id)) {
    album.order = album.order.filter((id) => id !== file.id);
  }
  shadow.delta.entriesRemoved.push({ album: album.id, file: file.id });
}

function removeFrom(albums: AlbumId[], album: AlbumId): void {
  const index = albums.indexOf(album);
  if (index >= 0) albums.splice(index, 1);
}

function contradict(shadow: ShadowLibrary, detail: string): void {
  shadow.delta.contradictions.push({ promise: "INV-ALBUM-3", detail });
}
