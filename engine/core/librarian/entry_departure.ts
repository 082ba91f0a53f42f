import type { AlbumRecord } from "../library/album.ts";
import type { FileRecord } from "../library/file.ts";
import type { AlbumId } from "../library/ids.ts";
import { departs, type Departures, ownAlbums } from "./entries.ts";
import { endUnmetObligations } from "./obligations.ts";
import type { TurnDraft } from "./turn_draft.ts";

/** Where a file goes that leaves an album; `name` is what it is called there in a folder. */
export interface NextPlace {
  readonly album: AlbumId;
  readonly hideFile: boolean;
  readonly name?: string | null;
}

/** A file that has a real album of its owner needs no place among the uncategorized. */
export function emitLeaveUncategorized(
  draft: TurnDraft,
  moved: { file: FileRecord; into: AlbumRecord },
): void {
  const { file, into } = moved;
  const uncategorized = draft.state.uncategorized.get(file.owner);
  const filed = into.owner === file.owner && into.kind === "regular";
  if (!filed || uncategorized === undefined || !file.entries.has(uncategorized)) return;
  const departures: Departures = new Map();
  departs(departures, uncategorized, file.id);
  endUnmetObligations(draft, departures);
  draft.emit({ kind: "entryRemoved", album: uncategorized, file: file.id });
}

/** True when leaving the album would leave the file in no album of its owner. */
export function needsHome(
  draft: TurnDraft,
  leaving: { file: FileRecord; leaving: AlbumId },
): boolean {
  const { file } = leaving;
  return file.owner === draft.state.owner &&
    ownAlbums(draft.state, file, leaving.leaving).length === 0;
}

/** Takes a file out of an album by the user's word, and puts it elsewhere where `home` says so. */
export function emitDeparture(
  draft: TurnDraft,
  departure: {
    album: AlbumRecord;
    file: FileRecord;
    home: NextPlace | null;
  },
): void {
  const { album, file, home } = departure;
  const departures: Departures = new Map();
  departs(departures, album.id, file.id);
  endUnmetObligations(draft, departures);
  emitEntryMove(draft, { album, file, home });
}

/** The same when the obligations have been dealt with. */
export function emitEntryMove(
  draft: TurnDraft,
  move: {
    album: AlbumRecord;
    file: FileRecord;
    home: NextPlace | null;
  },
): void {
  const { album, file, home } = move;
  draft.emit({ kind: "entryRemoved", album: album.id, file: file.id });
  if (home === null) return;
  if (!file.entries.has(home.album)) {
    draft.emit({ kind: "entryAdded", album: home.album, file: file.id, name: home.name ?? null });
  }
  if (home.hideFile && !file.metadata.hidden) {
    draft.emit({
      kind: "metadataChanged",
      file: file.id,
      metadata: { ...file.metadata, hidden: true },
    });
  }
}
