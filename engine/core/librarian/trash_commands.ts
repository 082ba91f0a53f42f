import { unreachable } from "../protocol/invariant.ts";
import type { FileRecord } from "../library/file.ts";
import type { AlbumId, FileId } from "../library/ids.ts";
import type { TrashCause, TrashRecord } from "../library/trash.ts";
import type { TrashCommand } from "../messages/librarian_messages.ts";
import { departs, type Departures, homeAlbum, isHidden, trashedEntries } from "./entries.ts";
import { endUnmetObligations } from "./obligations.ts";
import { isPinned, requestPurge } from "./purge.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";

/** Most files that one command may name: a turn stays short. */
export const FILES_PER_COMMAND_MAX = 10_000;

/** Handles what a user does with the trash. */
export function handleTrashCommand(draft: TurnDraft, asker: Asker, command: TrashCommand): void {
  switch (command.kind) {
    case "trashFiles":
      return trashFiles(draft, asker, command.files);
    case "restore":
      return restoreRecords(draft, asker, command.sequences);
    case "deleteForGood":
      return deleteForGood(draft, asker, command.sequences);
    case "emptyTrash": {
      const sequences: number[] = [];
      for (const sequence of draft.state.trash.keys()) {
        if (sequence <= command.upTo) sequences.push(sequence);
      }
      return deleteForGood(draft, asker, sequences);
    }
    default:
      return unreachable(command);
  }
}

/** Puts one live file of the owner into the trash. Returns its trash number. */
export function emitTrash(draft: TurnDraft, file: FileRecord, cause: TrashCause): number {
  draft.emitClock();
  const sequence = draft.takeTrashSequence();
  draft.emit({
    kind: "fileTrashed",
    sequence,
    file: file.id,
    entries: trashedEntries(draft.state, file),
    cause,
    atMs: draft.witnessedMs,
    wallMs: draft.context.wallMs,
    hidden: isHidden(draft.state, file),
  });
  return sequence;
}

function trashFiles(draft: TurnDraft, asker: Asker, ids: readonly FileId[]): void {
  const { state } = draft;
  const files = new Map<FileId, FileRecord>();
  for (const id of ids) {
    const file = state.files.get(id);
    // What is in the trash already needs nothing: doing it twice changes nothing more.
    if (file === undefined) {
      if (state.trashedFiles.has(id)) continue;
      return draft.refuse(asker, "UNKNOWN_FILE", id);
    }
    if (file.owner !== state.owner) return draft.refuse(asker, "FILE_NOT_OWNED", id);
    files.set(id, file);
    // A capture moves together.
    if (file.capture === null) continue;
    for (const part of state.filesByCapture.get(file.capture) ?? []) {
      const other = state.files.get(part);
      if (other !== undefined && other.owner === state.owner) files.set(part, other);
    }
  }
  if (files.size > FILES_PER_COMMAND_MAX) {
    return draft.refuse(asker, "INVALID", `At most ${FILES_PER_COMMAND_MAX} files in one command`);
  }
  const departures: Departures = new Map();
  for (const file of files.values()) {
    for (const album of file.entries.keys()) departs(departures, album, file.id);
  }
  endUnmetObligations(draft, departures);
  for (const file of files.values()) emitTrash(draft, file, { kind: "user" });
  draft.reply(asker, { kind: "accepted" });
}

function restoreRecords(draft: TurnDraft, asker: Asker, sequences: readonly number[]): void {
  const records: TrashRecord[] = [];
  for (const sequence of new Set(sequences)) {
    const record = draft.state.trash.get(sequence);
    if (record === undefined) return draft.refuse(asker, "UNKNOWN_TRASH", `${sequence}`);
    if (record.content === "version" && !draft.state.files.has(record.file)) {
      return draft.refuse(asker, "UNKNOWN_FILE", `Restore the file first: ${record.file}`);
    }
    records.push(record);
  }
  const versions = new Set<FileId>();
  for (const record of records) {
    if (record.content === "file") emitRestore(draft, record);
    else if (versions.has(record.file)) {
      return draft.refuse(asker, "INVALID", `Only one version of a file at a time: ${record.file}`);
    } else {
      versions.add(record.file);
      restoreVersion(draft, record);
    }
  }
  draft.reply(asker, { kind: "restored", files: records.map((record) => record.file) });
}

/**
 * Brings a file back to the albums that still exist; with none left to uncategorized, or to a
 * hidden album when it was hidden. Returns the albums that are no more.
 */
export function emitRestore(draft: TurnDraft, record: TrashRecord): AlbumId[] {
  const { state } = draft;
  const missing: AlbumId[] = [];
  draft.emit({ kind: "fileRestored", sequence: record.sequence });
  let own = 0;
  let visible = 0;
  for (const entry of record.entries) {
    const album = state.albums.get(entry.album);
    if (album === undefined) {
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
    const home = homeAlbum(state, { hidden: record.hidden, without: null });
    if (home !== null) {
      draft.emit({ kind: "entryAdded", album: home.album, file: record.file, name: null });
      hideFile ||= home.hideFile;
    }
  }
  if (hideFile) {
    draft.emit({
      kind: "metadataChanged",
      file: record.file,
      metadata: { ...record.record.metadata, hidden: true },
    });
  }
  return missing;
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

/** Makes an old version the current one; what was current goes to the trash as a version. */
function restoreVersion(draft: TurnDraft, record: TrashRecord): void {
  const file = draft.state.files.get(record.file);
  if (file === undefined) return;
  draft.emitClock();
  draft.emit({
    kind: "versionTrashed",
    sequence: draft.takeTrashSequence(),
    file: file.id,
    atMs: draft.witnessedMs,
  });
  draft.emit({ kind: "fileRestored", sequence: record.sequence });
  draft.emit({
    kind: "fileEdited",
    file: file.id,
    version: file.version + 1,
    contentHash: record.contentHash,
    objects: record.objects,
    facts: record.record.facts,
  });
}

function deleteForGood(draft: TurnDraft, asker: Asker, sequences: readonly number[]): void {
  const purged: number[] = [];
  const held: number[] = [];
  for (const sequence of new Set(sequences)) {
    const record = draft.state.trash.get(sequence);
    if (record === undefined) continue;
    if (isPinned(draft, record)) {
      held.push(sequence);
      continue;
    }
    purged.push(sequence);
    requestPurge(draft, record, "user");
  }
  draft.reply(asker, { kind: "purging", purged, held });
}
