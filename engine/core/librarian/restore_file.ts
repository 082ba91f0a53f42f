import type { AlbumId, FileId } from "../library/ids.ts";
import type { TrashRecord } from "../library/trash.ts";
import { homeAlbum } from "./entries.ts";
import { homecoming } from "./folder_names.ts";
import { isMetWithout, obligationsOn } from "./obligations.ts";
import { requestRemoval } from "./purge.ts";
import type { TurnDraft } from "./turn_draft.ts";

/** What a restore could not bring back, and whose entries gave way to it. */
export interface Restored {
  /** Albums that are no more, or in which another file has the name by now. */
  readonly missing: readonly AlbumId[];
  readonly gaveWay: readonly { readonly album: AlbumId; readonly file: FileId }[];
}

/**
 * Brings a file back to the albums that still exist; with none left to uncategorized, or to a
 * hidden album when it was hidden. In a folder a link that has its name gives way.
 */
export function emitRestore(draft: TurnDraft, record: TrashRecord): Restored {
  const { state } = draft;
  const missing: AlbumId[] = [];
  const home = homecoming(state, record);
  draft.emit({ kind: "fileRestored", sequence: record.sequence });
  for (const entry of home?.givingWay ?? []) giveWay(draft, { ...entry, to: record.file });
  for (const object of home?.left ?? []) requestRemoval(draft, object);
  let own = 0;
  let visible = 0;
  for (const entry of record.entries) {
    const album = state.albums.get(entry.album);
    if (album === undefined || home?.taken.has(entry.album) === true) {
      missing.push(entry.album);
      continue;
    }
    draft.emit({
      kind: "entryAdded",
      album: entry.album,
      file: record.file,
      name: entry.name,
    });
    if (album.owner === record.record.owner) own += 1;
    if (album.kind !== "hidden") visible += 1;
    restoreArrangement(draft, { album: entry.album, record });
  }
  let hideFile = record.hidden && visible > 0 && !record.record.metadata.hidden;
  if (own === 0) {
    const place = homeAlbum(state, { hidden: record.hidden, without: null });
    if (place !== null) {
      draft.emit({ kind: "entryAdded", album: place.album, file: record.file, name: null });
      hideFile ||= place.hideFile;
    }
  }
  if (hideFile) {
    draft.emit({
      kind: "metadataChanged",
      file: record.file,
      metadata: { ...record.record.metadata, hidden: true },
    });
  }
  return { missing, gaveWay: home?.givingWay ?? [] };
}

/** Takes away the entry of a link whose name a file takes back, which then stands for the scene. */
function giveWay(
  draft: TurnDraft,
  entry: { album: AlbumId; file: FileId; to: FileId },
): void {
  const { album: id, file, to } = entry;
  for (const obligation of obligationsOn(draft.state, { album: id, file })) {
    if (obligation.acceptable.has(to)) continue;
    if (isMetWithout(draft.state, obligation, new Set([file]))) continue;
    draft.emit({ kind: "obligationExtended", obligation: obligation.id, file: to });
  }
  draft.emit({ kind: "entryRemoved", album: id, file });
  const album = draft.state.albums.get(id);
  if (album === undefined) return;
  const { cover, order } = draft.arrangementOf(album);
  draft.arrange(album, {
    cover: cover === file ? null : cover,
    order: order === null || !order.includes(file)
      ? order
      : order.filter((other) => other !== file),
  });
}

/** Puts a restored file back into its place in the manual order, and back as cover if none is. */
function restoreArrangement(
  draft: TurnDraft,
  restored: { album: AlbumId; record: TrashRecord },
): void {
  const album = draft.state.albums.get(restored.album);
  const entry = restored.record.entries.find((known) => known.album === restored.album);
  if (album === undefined || entry === undefined) return;
  const { cover, order } = draft.arrangementOf(album);
  draft.arrange(album, {
    order: order === null || entry.orderIndex === null
      ? order
      : order.toSpliced(entry.orderIndex, 0, restored.record.file),
    cover: cover === null && entry.wasCover ? restored.record.file : cover,
  });
}
