import { invariant } from "../protocol/invariant.ts";
import type { TrashEvent } from "../library/events.ts";
import { totalBytes } from "../library/file.ts";
import type { LibraryState } from "../library/state.ts";
import type { TrashRecord } from "../library/trash.ts";
import { dropEntry } from "./evolve_album.ts";
import { queueHashing } from "./evolve_file.ts";
import { awaitRemoval } from "./evolve_upload.ts";
import {
  countedBytes,
  existingAlbum,
  freeName,
  indexFile,
  liveFile,
  renameObjects,
  unindexFile,
} from "./indexes.ts";
import { queueEmbedding } from "./indexes.ts";

/** Applies an event about the trash. Bytes move between live, trash and awaiting removal. */
export function evolveTrash(state: LibraryState, event: TrashEvent): void {
  switch (event.kind) {
    case "fileTrashed":
      return trashFile(state, event);
    case "versionTrashed":
      return trashVersion(state, event);
    case "fileRestored":
      return restore(state, event.sequence);
    case "purged":
      return purge(state, event.sequence);
    case "purgeHeld":
      state.purgesHeld.set(event.sequence, event.reason);
      return;
  }
}

function trashFile(state: LibraryState, event: TrashEvent & { kind: "fileTrashed" }): void {
  const file = liveFile(state, event.file);
  invariant(event.sequence === state.nextTrashSequence, "TRASH_SEQUENCE", `${event.sequence}`);
  invariant(file.owner === state.owner, "TRASH_FOREIGN", event.file);
  state.nextTrashSequence += 1;
  state.usage.liveBytes -= countedBytes(state, file);
  state.usage.trashBytes += totalBytes(file.objects);
  for (const [album, name] of file.entries) {
    dropEntry(existingAlbum(state, album), file.id);
    freeName(state, { album, name, file: file.id });
  }
  file.entries.clear();
  state.files.delete(file.id);
  unindexFile(state, file);
  state.plannedRemovals.delete(file.id);
  const { entries: _entries, version, contentHash, objects, ...record } = file;
  const { slots } = event;
  if (slots !== undefined) renameObjects(state, { from: objects, to: slots });
  state.trash.set(event.sequence, {
    sequence: event.sequence,
    content: "file",
    file: file.id,
    version,
    contentHash,
    objects: slots ?? objects,
    ...(slots === undefined ? {} : { homeObjects: objects }),
    record,
    entries: event.entries,
    cause: event.cause,
    hidden: event.hidden,
    trashedAtMs: event.atMs,
  });
  state.trashedFiles.set(file.id, event.sequence);
  if (contentHash !== null) state.removedContents.set(contentHash, event.wallMs);
}

function trashVersion(state: LibraryState, event: TrashEvent & { kind: "versionTrashed" }): void {
  const file = liveFile(state, event.file);
  invariant(event.sequence === state.nextTrashSequence, "TRASH_SEQUENCE", `${event.sequence}`);
  state.nextTrashSequence += 1;
  state.usage.liveBytes -= countedBytes(state, file);
  state.usage.trashBytes += totalBytes(file.objects);
  unindexFile(state, file);
  const { entries: _entries, version, contentHash, objects, ...record } = file;
  state.trash.set(event.sequence, {
    sequence: event.sequence,
    content: "version",
    file: file.id,
    version,
    contentHash,
    objects,
    record,
    entries: [],
    cause: { kind: "edit" },
    hidden: false,
    trashedAtMs: event.atMs,
  });
  // The new version's bytes follow by `fileEdited` in the same turn.
  file.objects = [];
  file.contentHash = null;
}

/** Takes a record out of the trash. A version's bytes become the file's by `fileEdited`. */
function restore(state: LibraryState, sequence: number): void {
  const record = removeRecord(state, sequence);
  state.usage.trashBytes -= totalBytes(record.objects);
  if (record.content === "version") return;
  invariant(!state.files.has(record.file), "RESTORED_TWICE", record.file);
  const file = {
    ...record.record,
    version: record.version,
    contentHash: record.contentHash,
    objects: record.homeObjects ?? record.objects,
    entries: new Map(),
  };
  if (record.homeObjects !== undefined) {
    renameObjects(state, { from: record.objects, to: record.homeObjects });
  }
  state.files.set(file.id, file);
  state.usage.liveBytes += countedBytes(state, file);
  indexFile(state, file);
  queueHashing(state, file);
  queueEmbedding(state, file);
  if (file.contentHash !== null) state.removedContents.delete(file.contentHash);
}

function purge(state: LibraryState, sequence: number): void {
  const record = removeRecord(state, sequence);
  const sizeBytes = totalBytes(record.objects);
  state.usage.trashBytes -= sizeBytes;
  state.usage.purgedBytes += sizeBytes;
  for (const object of record.objects) {
    awaitRemoval(state, { object: object.name, sizeBytes: object.sizeBytes });
  }
  const hash = record.contentHash;
  if (hash !== null && !state.filesByHash.has(hash)) state.embedded.delete(hash);
  if (record.content === "file") state.pins.delete(record.file);
}

function removeRecord(state: LibraryState, sequence: number): TrashRecord {
  const record = state.trash.get(sequence);
  invariant(record !== undefined, "TRASH_MISSING", `Nothing in the trash has number ${sequence}`);
  state.trash.delete(sequence);
  state.purgesHeld.delete(sequence);
  if (record.content === "file") state.trashedFiles.delete(record.file);
  return record;
}
