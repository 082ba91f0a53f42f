import { unreachable } from "../protocol/invariant.ts";
import type { FileRecord } from "../library/file.ts";
import type { FileId } from "../library/ids.ts";
import type { TrashCause, TrashRecord } from "../library/trash.ts";
import type { TrashCommand } from "../messages/librarian_messages.ts";
import { departs, type Departures, isHidden, trashedEntries } from "./entries.ts";
import { homecoming, isMovingNames, trashSlots } from "./folder_names.ts";
import { requestMove, requestTrashing, startMove } from "./name_moves.ts";
import { endUnmetObligations } from "./obligations.ts";
import { isPinned, requestPurge } from "./purge.ts";
import { emitRestore } from "./restore_file.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";

/** Most files that one command may name: a turn stays short. */
export const FILES_PER_COMMAND_MAX = 10_000;

/** Handles what a user does with the trash. */
export function handleTrashCommand(draft: TurnDraft, asker: Asker, command: TrashCommand): void {
  const moves = command.kind === "trashFiles" || command.kind === "restore";
  if (moves && isMovingNames(draft.state)) {
    return draft.refuse(asker, "PLAN_PENDING", "Names are being moved in the folder: ask again");
  }
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

/**
 * Puts one live file of the owner into the trash. Returns its trash number. In a folder library the
 * names have to follow, which is for the caller to ask for.
 */
export function emitTrash(draft: TurnDraft, file: FileRecord, cause: TrashCause): number {
  draft.emitClock();
  const sequence = draft.takeTrashSequence();
  const entries = trashedEntries(draft.state, file);
  const isFolder = draft.state.libraryKind === "folder";
  draft.emit({
    kind: "fileTrashed",
    sequence,
    file: file.id,
    entries,
    ...(isFolder ? { slots: trashSlots(file, { entries, sequence }) } : {}),
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
  trashAll(draft, [...files.values()]);
  draft.reply(asker, { kind: "accepted" });
}

/** Trashes files by the user's word; in a folder their names follow, one file after the other. */
export function trashAll(draft: TurnDraft, files: readonly FileRecord[]): void {
  const sequences: number[] = [];
  for (const file of files) sequences.push(emitTrash(draft, file, { kind: "user" }));
  const [file] = files;
  const [sequence] = sequences;
  if (draft.state.libraryKind !== "folder" || file === undefined || sequence === undefined) return;
  startMove(draft, { kind: "trash", sequences });
  requestTrashing(draft, { file, sequence });
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
  if (draft.state.libraryKind === "folder") return restoreNames(draft, asker, records);
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

/** In a folder a file lives again once it has its names back: the answer comes before that. */
function restoreNames(draft: TurnDraft, asker: Asker, records: readonly TrashRecord[]): void {
  const old = records.find((record) => record.homeObjects === undefined);
  if (old !== undefined) return draft.refuse(asker, "INVALID", `Not a file: ${old.sequence}`);
  const taken = records.find((record) => homecoming(draft.state, record) === null);
  if (taken !== undefined) {
    return draft.refuse(asker, "INVALID", `Move the file first that is called like ${taken.file}`);
  }
  const [first] = records;
  if (first !== undefined) {
    startMove(draft, { kind: "restore", sequences: records.map(({ sequence }) => sequence) });
    requestMove(draft, { kind: "restore", record: first, attempt: 1 });
  }
  draft.reply(asker, { kind: "accepted" });
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
