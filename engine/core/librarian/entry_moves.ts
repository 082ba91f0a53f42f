import { identifier } from "../protocol/ids.ts";
import type { Outcome } from "../protocol/incoming.ts";
import { type AlbumRecord, isPermanent } from "../library/album.ts";
import { pathOfEntry } from "../library/entry_path.ts";
import type { FileRecord } from "../library/file.ts";
import type { AlbumId } from "../library/ids.ts";
import type { EntryChange } from "../library/name_move.ts";
import type { AlbumCommand } from "../messages/librarian_messages.ts";
import {
  emitDeparture,
  emitEntryMove,
  emitLeaveUncategorized,
  needsHome,
} from "./entry_departure.ts";
import { entrySteps, freeEntryName } from "./entry_names.ts";
import { isMovingNames } from "./folder_names.ts";
import { nameKey } from "./indexes.ts";
import {
  askAgain,
  isWorthRepeating,
  keyOfPlace,
  type PlaceInMove,
  startMove,
} from "./name_moves.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";

/**
 * [Note: Entries of a folder]
 *
 * An entry of a folder is a name in it, so adding, removing or moving one is a move of names, see
 * [Note: Moves of names]: one request for each entry, and the library says so once the folder has.
 * Where the entry that goes has the bytes, another name has them first. The last name of a file
 * cannot be taken: there is no place in a folder for a file without one. The answer comes before
 * the folder was asked; what fails is as it was, and a warning says why.
 */

/**
 * Starts what a command changes in the names of a folder. False when it changes none there: then it
 * is as in any other library.
 */
export function changeFolder(draft: TurnDraft, asker: Asker, command: AlbumCommand): boolean {
  if (draft.state.libraryKind !== "folder") return false;
  const change = changeOf(draft, command);
  const album = command.kind === "deleteAlbum" ? draft.state.albums.get(command.album) : undefined;
  const isDeleted = album !== undefined && !isPermanent(album.kind);
  if (change === null && !isDeleted) return false;
  if (isMovingNames(draft.state)) {
    draft.refuse(asker, "PLAN_PENDING", "Names are being moved in the folder: ask again");
    return true;
  }
  if (change !== null) start(draft, asker, { changes: [change], deletes: null });
  else if (album !== undefined) return emptyAlbum(draft, asker, { album, command });
  return true;
}

/** What a command on one entry changes in the folder; null for nothing. */
function changeOf(draft: TurnDraft, command: AlbumCommand): EntryChange | null {
  const { albums, files } = draft.state;
  switch (command.kind) {
    case "addEntry": {
      const [album, file] = [albums.get(command.album), files.get(command.file)];
      if (album === undefined || file === undefined || !album.mayAdd) return null;
      if (isPermanent(album.kind) || album.entries.has(file.id)) return null;
      return { file: file.id, from: null, to: placeIn(draft, album, file) };
    }
    case "removeEntry": {
      const name = files.get(command.file)?.entries.get(command.album) ?? null;
      return name === null ? null : { file: command.file, from: command.album, to: null };
    }
    case "moveEntry": {
      const [to, file] = [albums.get(command.to), files.get(command.file)];
      if (to === undefined || file === undefined || !to.mayAdd) return null;
      const name = file.entries.get(command.from);
      if (name === undefined || command.from === command.to) return null;
      if (name === null && isPermanent(to.kind)) return null;
      const isThere = to.entries.has(file.id);
      return {
        file: file.id,
        from: command.from,
        to: isThere ? null : placeIn(draft, to, file),
      };
    }
    default:
      return null;
  }
}

function placeIn(draft: TurnDraft, album: AlbumRecord, file: FileRecord): EntryChange["to"] {
  const name = isPermanent(album.kind) ? null : freeEntryName(draft.state, { album, file });
  return { album: album.id, name };
}

/** An album whose files all have another name is emptied first. False for all others. */
function emptyAlbum(
  draft: TurnDraft,
  asker: Asker,
  deletion: { album: AlbumRecord; command: AlbumCommand },
): boolean {
  const { album, command } = deletion;
  const { owner } = draft.state;
  const isKept = command.kind === "deleteAlbum" && command.files === "keep";
  if (!isKept || album.owner !== owner || album.entries.size === 0) return false;
  const changes: EntryChange[] = [];
  for (const file of album.entries) changes.push({ file, from: album.id, to: null });
  start(draft, asker, { changes, deletes: album.id });
  return true;
}

function start(
  draft: TurnDraft,
  asker: Asker,
  move: { changes: readonly EntryChange[]; deletes: AlbumId | null },
): void {
  for (const change of move.changes) {
    const { file: id, from, to } = change;
    const file = draft.state.files.get(id);
    const target = to === null ? undefined : draft.state.albums.get(to.album);
    if (file === undefined) return draft.refuse(asker, "UNKNOWN_FILE", id);
    const keepsOwned = from === null || target?.owner === file.owner ||
      !needsHome(draft, { file, leaving: from });
    const name = to === null || target === undefined || isPermanent(target.kind) ? "" : to.name;
    if (name === null) return draft.refuse(asker, "INVALID", `No name is free for ${id}`);
    const steps = keepsOwned ? entrySteps(draft.state, change) : null;
    if (steps === null || steps.steps.length === 0) {
      const detail = `No other name can have the bytes: trash the file instead, or move it: ${id}`;
      return draft.refuse(asker, "LAST_ENTRY", detail);
    }
    // Who reads the bytes at this moment would not find them under their old name.
    if (steps.objects !== null && !file.verified) {
      return draft.refuse(asker, "INVALID", `What it holds has not been read yet: ${id}`);
    }
  }
  draft.reply(asker, { kind: "accepted" });
  const [first] = move.changes;
  if (first === undefined) return;
  startMove(draft, { kind: "entries", ...move });
  request(draft, first, { position: 0, attempt: 1 });
}

function request(draft: TurnDraft, change: EntryChange, at: PlaceInMove): boolean {
  const steps = entrySteps(draft.state, change)?.steps ?? [];
  if (steps.length === 0) return false;
  draft.request({ kind: "link", key: identifier(keyOfPlace("entry", at)), steps });
  return true;
}

/** Goes on with the move once the folder has answered. */
export function handleEntryChanged(
  draft: TurnDraft,
  changed: PlaceInMove & { readonly outcome: Outcome<unknown> },
): void {
  const { attempt, outcome, position } = changed;
  const change = currentChange(draft, position);
  const move = draft.state.nameMove;
  if (change === null || move?.kind !== "entries") return;
  if (outcome.kind === "failed" && isWorthRepeating(outcome.error, attempt)) {
    return askAgain(draft, keyOfPlace("entry", { position, attempt: attempt + 1 }));
  }
  const error = outcome.kind === "failed" ? outcome.error : null;
  const isLast = position + 1 === move.changes.length;
  const deleted = isLast ? albumToDelete(draft, { change, error }) : null;
  if (error === null) emitChange(draft, { change, deleted });
  else warnOf(draft, change, error);
  draft.emit({ kind: "namesMoved" });
  if (!isLast) goOn(draft, move.changes, position + 1);
  else if (deleted !== null) draft.emit({ kind: "albumDeleted", album: deleted.id });
  else if (move.deletes !== null) warnOfAlbum(draft, move.deletes);
}

/** Asks for the next change that can be made. */
function goOn(draft: TurnDraft, changes: readonly EntryChange[], first: number): void {
  for (const [index, change] of changes.slice(first).entries()) {
    if (request(draft, change, { position: first + index, attempt: 1 })) return;
    warnOf(draft, change, "no other name can have the bytes");
    draft.emit({ kind: "namesMoved" });
  }
  const { nameMove: move } = draft.state;
  if (move?.kind === "entries" && move.deletes !== null) warnOfAlbum(draft, move.deletes);
}

function warnOf(draft: TurnDraft, change: EntryChange, reason: string): void {
  draft.warn("NAMES_STAY", `${pathIn(draft, change)}: entries in the folder: ${reason}`);
}

function warnOfAlbum(draft: TurnDraft, album: AlbumId): void {
  draft.warn("NAMES_STAY", `${album}: it is not empty, and stays`);
}

/** Asks the folder again for what it did not answer well. */
export function repeatEntry(draft: TurnDraft, again: PlaceInMove): void {
  const change = currentChange(draft, again.position);
  if (change !== null) request(draft, change, again);
}

function currentChange(draft: TurnDraft, position: number): EntryChange | null {
  const move = draft.state.nameMove;
  if (move?.kind !== "entries" || move.position !== position) return null;
  return move.changes[position] ?? null;
}

function pathIn(draft: TurnDraft, { file: id, from, to }: EntryChange): string {
  const file = draft.state.files.get(id);
  const name = from === null ? to?.name ?? null : file?.entries.get(from) ?? null;
  return name === null ? id : pathOfEntry(from ?? to?.album ?? "", name);
}

/** The album that goes with the last change of a move; null when something stays in it. */
function albumToDelete(
  draft: TurnDraft,
  last: { change: EntryChange; error: string | null },
): AlbumRecord | null {
  const { nameMove: move, albums } = draft.state;
  const album = move?.kind !== "entries" || move.deletes === null
    ? undefined
    : albums.get(move.deletes);
  if (album === undefined || last.error !== null) return null;
  return album.entries.size === 1 && album.entries.has(last.change.file) ? album : null;
}

/** What the folder has done is so in the library. */
function emitChange(
  draft: TurnDraft,
  made: { change: EntryChange; deleted: AlbumRecord | null },
): void {
  const { change, deleted } = made;
  const { albums, files, names } = draft.state;
  const file = files.get(change.file);
  if (file === undefined) return;
  const objects = entrySteps(draft.state, change)?.objects ?? null;
  const into = change.to === null ? undefined : albums.get(change.to.album);
  const name = change.to?.name ?? null;
  const isFree = into !== undefined && !file.entries.has(into.id) &&
    (name === null || !names.has(nameKey(into.id, name)));
  if (objects !== null) draft.emit({ kind: "fileMoved", file: file.id, objects });
  const from = change.from === null ? undefined : albums.get(change.from);
  const home = isFree ? { album: into.id, hideFile: false, name } : null;
  if (deleted !== null) {
    for (const id of draft.state.obligationsByAlbum.get(deleted.id) ?? []) {
      draft.emit({ kind: "obligationEnded", obligation: id, reason: "albumDeleted" });
    }
    return emitEntryMove(draft, { album: deleted, file, home: null });
  }
  if (from !== undefined) return emitDeparture(draft, { album: from, file, home });
  if (!isFree) return;
  draft.emit({ kind: "entryAdded", album: into.id, file: file.id, name });
  emitLeaveUncategorized(draft, { file, into });
}
