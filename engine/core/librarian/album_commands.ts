import { unreachable } from "../protocol/invariant.ts";
import { type AlbumRecord, isPermanent } from "../library/album.ts";
import type { FileRecord } from "../library/file.ts";
import type { AlbumId, FileId } from "../library/ids.ts";
import type { AlbumCommand } from "../messages/librarian_messages.ts";
import { departs, type Departures, homeAlbum, isHidden } from "./entries.ts";
import {
  emitDeparture,
  emitEntryMove,
  emitLeaveUncategorized,
  needsHome,
} from "./entry_departure.ts";
import { endUnmetObligations } from "./obligations.ts";
import { trashAll } from "./trash_commands.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";

/** Handles what a user does with albums and entries. */
export function handleAlbumCommand(draft: TurnDraft, asker: Asker, command: AlbumCommand): void {
  if (command.kind === "makeAlbum") return makeAlbum(draft, asker, command);
  const id = command.kind === "moveEntry" ? command.from : command.album;
  const album = draft.state.albums.get(id);
  if (album === undefined) return draft.refuse(asker, "UNKNOWN_ALBUM", id);
  switch (command.kind) {
    case "renameAlbum":
      if (album.name !== command.name) {
        draft.emit({ kind: "albumRenamed", album: album.id, name: command.name });
      }
      return draft.reply(asker, { kind: "accepted" });
    case "shareAlbum":
      if (album.owner !== draft.state.owner) {
        return draft.refuse(asker, "ALBUM_NOT_OWNED", album.id);
      }
      if (album.visibleToOthers !== command.visibleToOthers) {
        draft.emit({
          kind: "albumShared",
          album: album.id,
          visibleToOthers: command.visibleToOthers,
        });
      }
      return draft.reply(asker, { kind: "accepted" });
    case "arrangeAlbum":
      return arrangeAlbum(draft, asker, { album, command });
    case "deleteAlbum":
      return deleteAlbum(draft, asker, { album, files: command.files });
    case "addEntry":
      return addEntry(draft, asker, { album, file: command.file });
    case "removeEntry":
      return removeEntry(draft, asker, { album, file: command.file });
    case "moveEntry":
      return moveEntry(draft, asker, { from: album, to: command.to, file: command.file });
    default:
      return unreachable(command);
  }
}

function makeAlbum(
  draft: TurnDraft,
  asker: Asker,
  command: AlbumCommand & { kind: "makeAlbum" },
): void {
  const { state } = draft;
  if (state.owner === null) return draft.refuse(asker, "UNKNOWN_LIBRARY", "Make it first");
  const known = state.albums.get(command.album);
  const owner = command.owner ?? state.owner;
  if (known !== undefined) {
    const same = known.kind === command.albumKind && known.owner === owner;
    if (same) return draft.reply(asker, { kind: "accepted" });
    return draft.refuse(asker, "ALBUM_EXISTS", command.album);
  }
  draft.emit({
    kind: "albumMade",
    album: command.album,
    albumKind: command.albumKind,
    owner,
    name: command.name,
    visibleToOthers: command.visibleToOthers,
    mayAdd: command.mayAdd || owner === state.owner,
  });
  draft.reply(asker, { kind: "accepted" });
}

function arrangeAlbum(
  draft: TurnDraft,
  asker: Asker,
  arranged: { album: AlbumRecord; command: AlbumCommand & { kind: "arrangeAlbum" } },
): void {
  const { album, command } = arranged;
  const order = command.order;
  const complete = order === null ||
    (order.length === album.entries.size && new Set(order).size === order.length &&
      order.every((file) => album.entries.has(file)));
  if (!complete) return draft.refuse(asker, "INVALID", "The order must name each entry once");
  if (command.cover !== null && !album.entries.has(command.cover)) {
    return draft.refuse(asker, "UNKNOWN_FILE", command.cover);
  }
  draft.arrange(album, { cover: command.cover, order });
  draft.reply(asker, { kind: "accepted" });
}

function addEntry(
  draft: TurnDraft,
  asker: Asker,
  entry: { album: AlbumRecord; file: FileId },
): void {
  const { album } = entry;
  const file = draft.state.files.get(entry.file);
  if (file === undefined) return draft.refuse(asker, "UNKNOWN_FILE", entry.file);
  if (!album.mayAdd) return draft.refuse(asker, "ALBUM_NOT_OWNED", album.id);
  if (!album.entries.has(file.id)) {
    draft.emit({ kind: "entryAdded", album: album.id, file: file.id, name: null });
    emitLeaveUncategorized(draft, { file, into: album });
  }
  draft.reply(asker, { kind: "accepted" });
}

function removeEntry(
  draft: TurnDraft,
  asker: Asker,
  entry: { album: AlbumRecord; file: FileId },
): void {
  const { album } = entry;
  const file = draft.state.files.get(entry.file);
  if (file === undefined || !album.entries.has(file.id)) {
    // Gone already: doing it twice changes nothing more.
    return draft.reply(asker, { kind: "accepted" });
  }
  const home = needsHome(draft, { file, leaving: album.id })
    ? homeAlbum(draft.state, { hidden: isHidden(draft.state, file), without: album.id })
    : null;
  if (home !== null && home.album === album.id) {
    return draft.refuse(asker, "LAST_ENTRY", `Trash the file instead: ${file.id}`);
  }
  emitDeparture(draft, { album, file, home });
  draft.reply(asker, { kind: "accepted" });
}

function moveEntry(
  draft: TurnDraft,
  asker: Asker,
  move: { from: AlbumRecord; to: AlbumId; file: FileId },
): void {
  const to = draft.state.albums.get(move.to);
  const file = draft.state.files.get(move.file);
  if (to === undefined) return draft.refuse(asker, "UNKNOWN_ALBUM", move.to);
  if (file === undefined) return draft.refuse(asker, "UNKNOWN_FILE", move.file);
  if (!to.mayAdd) return draft.refuse(asker, "ALBUM_NOT_OWNED", to.id);
  const staysOwned = to.owner === file.owner || !needsHome(draft, { file, leaving: move.from.id });
  if (!staysOwned) return draft.refuse(asker, "LAST_ENTRY", `No album of its owner: ${file.id}`);
  if (move.from.id !== to.id && move.from.entries.has(file.id)) {
    emitDeparture(draft, {
      album: move.from,
      file,
      home: { album: to.id, hideFile: false },
    });
  }
  draft.reply(asker, { kind: "accepted" });
}

/** Deletes an album; what has no other place goes home, or its owner's files go to the trash. */
function deleteAlbum(
  draft: TurnDraft,
  asker: Asker,
  deletion: { album: AlbumRecord; files: "keep" | "trash" },
): void {
  const { state } = draft;
  const { album } = deletion;
  if (isPermanent(album.kind)) return draft.refuse(asker, "ALBUM_PERMANENT", album.id);
  if (album.owner !== state.owner) return draft.refuse(asker, "ALBUM_NOT_OWNED", album.id);
  const trashed = new Map<FileId, FileRecord>();
  const departures: Departures = new Map();
  for (const id of album.entries) {
    const file = state.files.get(id);
    if (file === undefined) continue;
    if (deletion.files === "trash" && file.owner === state.owner) trashed.set(id, file);
  }
  for (const file of captureParts(draft, trashed)) trashed.set(file.id, file);
  for (const file of trashed.values()) {
    for (const other of file.entries.keys()) {
      if (other !== album.id) departs(departures, other, file.id);
    }
  }
  for (const id of state.obligationsByAlbum.get(album.id) ?? []) {
    draft.emit({ kind: "obligationEnded", obligation: id, reason: "albumDeleted" });
  }
  endUnmetObligations(draft, departures);
  for (const id of album.entries) {
    const file = state.files.get(id);
    if (file === undefined || trashed.has(id)) continue;
    const home = needsHome(draft, { file, leaving: album.id })
      ? homeAlbum(state, { hidden: isHidden(state, file), without: album.id })
      : null;
    emitEntryMove(draft, { album, file, home });
  }
  trashAll(draft, [...trashed.values()]);
  draft.emit({ kind: "albumDeleted", album: album.id });
  draft.reply(asker, { kind: "accepted" });
}

function captureParts(draft: TurnDraft, files: ReadonlyMap<FileId, FileRecord>): FileRecord[] {
  const parts: FileRecord[] = [];
  for (const file of files.values()) {
    if (file.capture === null) continue;
    for (const id of draft.state.filesByCapture.get(file.capture) ?? []) {
      const part = draft.state.files.get(id);
      if (part !== undefined && part.owner === file.owner && !files.has(id)) parts.push(part);
    }
  }
  return parts;
}
