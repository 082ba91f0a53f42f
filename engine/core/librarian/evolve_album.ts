import { invariant } from "../protocol/invariant.ts";
import type { AlbumEvent } from "../library/events.ts";
import type { AlbumRecord } from "../library/album.ts";
import type { FileId } from "../library/ids.ts";
import type { LibraryState } from "../library/state.ts";
import { existingAlbum, freeName, liveFile, noteChange, takeName } from "./indexes.ts";

/** Applies an event about albums and entries. */
export function evolveAlbum(state: LibraryState, event: AlbumEvent): void {
  switch (event.kind) {
    case "albumMade": {
      invariant(!state.albums.has(event.album), "ALBUM_TWICE", event.album);
      state.albums.set(event.album, {
        id: event.album,
        kind: event.albumKind,
        owner: event.owner,
        name: event.name,
        visibleToOthers: event.visibleToOthers,
        mayAdd: event.mayAdd,
        cover: null,
        order: null,
        entries: new Set(),
      });
      if (event.albumKind === "favorites") state.favorites.set(event.owner, event.album);
      if (event.albumKind === "uncategorized") state.uncategorized.set(event.owner, event.album);
      return;
    }
    case "albumRenamed":
      existingAlbum(state, event.album).name = event.name;
      return;
    case "albumShared":
      existingAlbum(state, event.album).visibleToOthers = event.visibleToOthers;
      return;
    case "albumArranged": {
      const album = existingAlbum(state, event.album);
      album.cover = event.cover;
      album.order = event.order;
      return;
    }
    case "albumDeleted": {
      const album = existingAlbum(state, event.album);
      invariant(album.entries.size === 0, "ALBUM_NOT_EMPTY", event.album);
      state.albums.delete(event.album);
      return;
    }
    case "entryAdded": {
      const album = existingAlbum(state, event.album);
      const file = liveFile(state, event.file);
      invariant(!album.entries.has(event.file), "ENTRY_TWICE", `${event.album}/${event.file}`);
      album.entries.add(event.file);
      file.entries.set(event.album, event.name);
      takeName(state, event);
      noteChange(state, event.file);
      return;
    }
    case "entryRemoved": {
      const album = existingAlbum(state, event.album);
      const file = liveFile(state, event.file);
      invariant(album.entries.has(event.file), "ENTRY_MISSING", `${event.album}/${event.file}`);
      dropEntry(album, event.file);
      const name = file.entries.get(event.album) ?? null;
      freeName(state, { album: event.album, name, file: event.file });
      file.entries.delete(event.album);
      noteChange(state, event.file);
      return;
    }
  }
}

/** Takes a file out of an album, its manual order and its cover. */
export function dropEntry(album: AlbumRecord, file: FileId): void {
  album.entries.delete(file);
  if (album.cover === file) album.cover = null;
  if (album.order !== null) album.order = album.order.filter((id) => id !== file);
}
