import { invariant } from "../protocol/invariant.ts";
import type { FileEvent } from "../library/events.ts";
import type { FileRecord, PhotoFacts } from "../library/file.ts";
import type { FileId } from "../library/ids.ts";
import type { LibraryState } from "../library/state.ts";
import { dropEntry } from "./evolve_album.ts";
import {
  addToIndex,
  countedBytes,
  existingAlbum,
  freeName,
  indexFile,
  liveFile,
  loseNames,
  noteChange,
  queueEmbedding,
  renameObjects,
  unindexFile,
} from "./indexes.ts";

/** Applies an event about one file or one content. */
export function evolveFile(state: LibraryState, event: FileEvent): void {
  switch (event.kind) {
    case "fileAdded":
      return addFile(state, event);
    case "fileVanished":
      state.vanished.add(event.file);
      return forgetFile(state, event.file);
    case "fileMoved":
      return moveFile(state, event);
    case "fileEdited":
      return editFile(state, event);
    case "hashVerified":
      return verifyHash(state, event);
    case "hashFailed": {
      const file = liveFile(state, event.file);
      state.toHash.delete(file.id);
      state.unreadable.set(file.id, event.reason);
      file.verified = false;
      noteChange(state, file.id);
      return;
    }
    case "contentEmbedded":
      state.toEmbed.delete(event.contentHash);
      state.embedded.set(event.contentHash, event.outcome);
      for (const id of state.filesByHash.get(event.contentHash) ?? []) noteChange(state, id);
      return;
    case "embeddingLost":
      state.embedded.delete(event.contentHash);
      for (const id of state.filesByHash.get(event.contentHash) ?? []) {
        noteChange(state, id);
        queueEmbedding(state, liveFile(state, id));
      }
      return;
    case "factsMeasured":
      for (const id of state.filesByHash.get(event.contentHash) ?? []) {
        const file = liveFile(state, id);
        file.facts = fillFacts(file.facts, event);
      }
      return;
    case "tracesFound":
      for (const id of state.filesByHash.get(event.contentHash) ?? []) {
        const file = liveFile(state, id);
        file.facts = withTraces(file.facts, event.compressionSteps);
      }
      return;
    case "metadataChanged": {
      const file = liveFile(state, event.file);
      file.metadata = event.metadata;
      noteChange(state, file.id);
      return;
    }
    case "notDuplicatesMarked":
      addToIndex(state.notDuplicates, { key: event.left, value: event.right });
      addToIndex(state.notDuplicates, { key: event.right, value: event.left });
      state.changes.push({ left: event.left, right: event.right });
      return;
  }
}

/** What was told of a picture when it came in the library stays; only gaps are filled. */
function fillFacts(facts: PhotoFacts, event: FileEvent & { kind: "factsMeasured" }): PhotoFacts {
  const { measured, sharpness } = event;
  if (measured === undefined) return { ...facts, sharpness };
  const known = facts.widthPixels > 0 && facts.heightPixels > 0;
  return {
    ...facts,
    sharpness,
    widthPixels: known ? facts.widthPixels : measured.widthPixels,
    heightPixels: known ? facts.heightPixels : measured.heightPixels,
    takenAtMs: facts.takenAtMs ?? measured.takenAtMs,
    ...(measured.losses === undefined ? {} : { losses: facts.losses ?? measured.losses }),
  };
}

/** What is known of it stays, and what nobody has looked at says nothing of its traces. */
function withTraces(facts: PhotoFacts, compressionSteps: number): PhotoFacts {
  const { losses } = facts;
  if (losses === undefined || losses.compressionSteps !== undefined) return facts;
  return { ...facts, losses: { ...losses, compressionSteps } };
}

function addFile(state: LibraryState, event: FileEvent & { kind: "fileAdded" }): void {
  invariant(!state.files.has(event.file), "FILE_TWICE", event.file);
  state.vanished.delete(event.file);
  const file: FileRecord = {
    id: event.file,
    owner: event.owner,
    kind: event.fileKind,
    name: event.name,
    capture: event.capture,
    version: 1,
    contentHash: event.contentHash,
    // A catalog's service is the only one that can read the bytes; its word is all there is.
    verified: state.libraryKind === "catalog" && event.contentHash !== null,
    objects: event.objects,
    facts: event.facts,
    metadata: event.metadata,
    entries: new Map(),
  };
  state.files.set(file.id, file);
  state.usage.liveBytes += countedBytes(state, file);
  if (file.owner === state.owner) {
    for (const object of file.objects) state.objectNames.add(object.name);
  }
  indexFile(state, file);
  queueHashing(state, file);
}

/** Somebody else took the file away: nothing of it is ours any more. */
function forgetFile(state: LibraryState, id: FileId): void {
  const file = liveFile(state, id);
  loseNames(state, file);
  state.usage.liveBytes -= countedBytes(state, file);
  for (const [album, name] of file.entries) {
    dropEntry(existingAlbum(state, album), id);
    freeName(state, { album, name, file: id });
  }
  state.files.delete(id);
  unindexFile(state, file);
  state.plannedRemovals.delete(id);
  if (file.owner !== state.owner) return;
  for (const object of file.objects) state.objectNames.delete(object.name);
}

function moveFile(state: LibraryState, event: FileEvent & { kind: "fileMoved" }): void {
  const file = liveFile(state, event.file);
  renameObjects(state, { from: file.objects, to: event.objects });
  file.objects = event.objects;
}

/** Own bytes that the engine can reach are read once per version. */
export function queueHashing(state: LibraryState, file: FileRecord): void {
  if (state.libraryKind === "catalog" || file.owner !== state.owner || file.verified) return;
  state.toHash.set(file.id, file.version);
}

function editFile(state: LibraryState, event: FileEvent & { kind: "fileEdited" }): void {
  const file = liveFile(state, event.file);
  invariant(event.version > file.version, "VERSION_ORDER", `${event.file} ${event.version}`);
  invariant(file.objects.length === 0, "VERSION_KEPT", `${event.file} must have trashed its bytes`);
  file.version = event.version;
  file.contentHash = event.contentHash;
  file.objects = event.objects;
  file.facts = event.facts;
  file.verified = state.libraryKind === "catalog" && event.contentHash !== null;
  state.usage.liveBytes += countedBytes(state, file);
  indexFile(state, file);
  queueHashing(state, file);
}

function verifyHash(state: LibraryState, event: FileEvent & { kind: "hashVerified" }): void {
  const file = liveFile(state, event.file);
  invariant(file.version === event.version, "VERSION_STALE", `${event.file} ${event.version}`);
  if (file.contentHash !== event.contentHash) {
    unindexFile(state, file);
    file.contentHash = event.contentHash;
    indexFile(state, file);
  }
  state.toHash.delete(file.id);
  state.unreadable.delete(file.id);
  file.verified = true;
  noteChange(state, file.id);
  queueEmbedding(state, file);
}
