import type { AlbumId, FileId } from "../library/ids.ts";
import type { FileRecord } from "../library/file.ts";
import type { LibraryState } from "../library/state.ts";
import type { TrashedEntry } from "../library/trash.ts";
import { sideOf } from "../library/visibility.ts";

/** True when the file is on the hidden side of the barrier. */
export function isHidden(state: LibraryState, file: FileRecord): boolean {
  return sideOf(file, state.albums) === "hidden";
}

/** True when the file has both hidden and visible entries: no clean-up touches it. */
export function isMixed(state: LibraryState, file: FileRecord): boolean {
  return sideOf(file, state.albums) === "mixed";
}

/** Albums of the file that its owner owns, other than `without`. */
export function ownAlbums(
  state: LibraryState,
  file: FileRecord,
  without: AlbumId | null,
): AlbumId[] {
  const albums: AlbumId[] = [];
  for (const id of file.entries.keys()) {
    if (id !== without && state.albums.get(id)?.owner === file.owner) albums.push(id);
  }
  return albums;
}

/** The file's entries as the trash keeps them. */
export function trashedEntries(state: LibraryState, file: FileRecord): TrashedEntry[] {
  const entries: TrashedEntry[] = [];
  for (const [id, name] of file.entries) {
    const album = state.albums.get(id);
    const orderIndex = album?.order?.indexOf(file.id) ?? -1;
    entries.push({
      album: id,
      name,
      orderIndex: orderIndex < 0 ? null : orderIndex,
      wasCover: album?.cover === file.id,
    });
  }
  return entries;
}

/** True when the file is in its owner's favorites. */
export function isFavorite(state: LibraryState, file: FileRecord): boolean {
  const favorites = state.favorites.get(file.owner);
  return favorites !== undefined && file.entries.has(favorites);
}

/** The album that takes files of `owner` which have no other: never hidden ones into the open. */
export function homeAlbum(
  state: LibraryState,
  home: { hidden: boolean; without: AlbumId | null },
): { album: AlbumId; hideFile: boolean } | null {
  if (home.hidden) {
    for (const album of state.albums.values()) {
      if (album.kind === "hidden" && album.owner === state.owner && album.id !== home.without) {
        return { album: album.id, hideFile: false };
      }
    }
  }
  const uncategorized = state.owner === null ? undefined : state.uncategorized.get(state.owner);
  return uncategorized === undefined ? null : { album: uncategorized, hideFile: home.hidden };
}

/** Files that leave albums in one turn, by album. */
export type Departures = Map<AlbumId, Set<FileId>>;

/** Notes that `file` leaves `album`. */
export function departs(departures: Departures, album: AlbumId, file: FileId): void {
  const known = departures.get(album);
  if (known === undefined) departures.set(album, new Set([file]));
  else known.add(file);
}
