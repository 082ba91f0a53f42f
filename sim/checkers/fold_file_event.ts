import {
  type ContentHash,
  type FileEvent,
  type FileId,
  NO_METADATA,
  type StoredObject,
  type UploadEvent,
} from "@scenekeep/engine/core";
import { removeEntry } from "./fold_album_event.ts";
import type { ObjectDuty, ShadowFile } from "./shadow_records.ts";
import type { ShadowLibrary } from "./shadow_library.ts";

/** Folds what happened to a file's bytes, facts or words, or to an upload. */
export function foldFileEvent(shadow: ShadowLibrary, event: FileEvent | UploadEvent): void {
  switch (event.kind) {
    case "fileAdded":
      return addFile(shadow, event);
    case "fileVanished":
      return forgetFile(shadow, event.file);
    case "fileMoved": {
      const file = shadow.touchFile(event.file);
      if (file === undefined) {
        return contradict(shadow, "INV-LOSS-1", `${event.file} was moved and is not live`);
      }
      moveObjects(shadow, { from: file.objects, to: event.objects, duty: "live" });
      if (sumBytes(event.objects) !== file.bytes) {
        contradict(shadow, "INV-BYTES-1", `${event.file} has other bytes after it was moved`);
      }
      file.objects = event.objects;
      return;
    }
    case "fileEdited":
      return editFile(shadow, event);
    case "hashVerified": {
      const file = shadow.touchFile(event.file);
      if (file === undefined || file.version !== event.version) return;
      if (file.contentHash !== event.contentHash) {
        shadow.unindexContent(file);
        file.contentHash = event.contentHash;
        shadow.indexContent(file);
      }
      file.verified = true;
      return;
    }
    case "metadataChanged": {
      const file = shadow.touchFile(event.file);
      if (file === undefined) {
        return contradict(shadow, "INV-ALBUM-3", `Metadata of ${event.file}, which is not live`);
      }
      file.metadata = event.metadata;
      return;
    }
    case "contentEmbedded":
      shadow.embedded.set(event.contentHash, event.outcome);
      return;
    case "embeddingLost":
      shadow.embedded.delete(event.contentHash);
      return;
    case "factsMeasured":
      return measureFacts(shadow, event);
    case "tracesFound":
      return addTraces(shadow, event);
    case "notDuplicatesMarked":
      markPair(shadow, event.left, event.right);
      return markPair(shadow, event.right, event.left);
    case "hashFailed": {
      const file = shadow.touchFile(event.file);
      if (file !== undefined && file.version === event.version) file.verified = false;
      return;
    }
    default:
      return foldUploadEvent(shadow, event);
  }
}

function foldUploadEvent(shadow: ShadowLibrary, event: UploadEvent): void {
  switch (event.kind) {
    case "uploadReserved": {
      const record = event.reservation;
      if (shadow.reservations.has(record.id)) {
        contradict(shadow, "INV-IDEM-1", `Reservation ${record.id} was made twice`);
      }
      shadow.reservations.set(record.id, { record, trueAtMs: shadow.nowMs });
      shadow.reservedBytes += record.reservedBytes;
      for (const object of record.objects) shadow.objects.assign(object, "staged");
      return;
    }
    case "uploadSettled":
    case "uploadAbandoned": {
      const reservation = shadow.reservations.get(event.reservation);
      if (reservation === undefined) {
        return contradict(shadow, "INV-IDEM-1", `${event.kind} twice: ${event.reservation}`);
      }
      shadow.reservations.delete(event.reservation);
      shadow.reservedBytes -= reservation.record.reservedBytes;
      if (event.kind === "uploadSettled") {
        shadow.delta.settled.push(reservation.record);
        return;
      }
      for (const object of reservation.record.objects) {
        if (shadow.objects.get(object.name)?.duty === "staged") {
          shadow.objects.await(object, "abandoned");
        }
      }
      return;
    }
    case "objectRemoved": {
      const gone = shadow.objects.drop(event.object);
      if (gone !== undefined && gone.duty !== "awaiting") {
        const detail = `Object ${event.object} was removed while it was ${gone.duty}`;
        contradict(shadow, "INV-LOSS-1", detail);
      }
      return;
    }
  }
}

function addFile(
  shadow: ShadowLibrary,
  event: Extract<FileEvent, { kind: "fileAdded" }>,
): void {
  if (shadow.touchFile(event.file) !== undefined || shadow.trashedFiles.has(event.file)) {
    contradict(shadow, "INV-IDEM-1", `File ${event.file} was added twice`);
  }
  const file: ShadowFile = {
    id: event.file,
    owner: event.owner,
    kind: event.fileKind,
    name: event.name,
    capture: event.capture,
    version: 1,
    contentHash: event.contentHash,
    // Of a catalog only its service can read the bytes: its word is all there is.
    verified: shadow.libraryKind === "catalog" && event.contentHash !== null,
    objects: event.objects,
    bytes: sumBytes(event.objects),
    facts: event.facts,
    metadata: event.metadata ?? NO_METADATA,
    albums: [],
    names: null,
  };
  shadow.files.set(file.id, file);
  shadow.indexContent(file);
  if (file.owner === shadow.owner) assignAll(shadow, event.objects, "live");
}

/** Somebody else took the file away; {@linkcode LastCopyChecker} asks whether anybody said so. */
function forgetFile(shadow: ShadowLibrary, id: FileId): void {
  const file = shadow.touchFile(id);
  if (file === undefined) {
    return contradict(shadow, "INV-LOSS-1", `${id} was forgotten and is not live`);
  }
  for (const album of file.albums.slice()) {
    const record = shadow.touchAlbum(album);
    if (record !== undefined) removeEntry(shadow, record, file);
  }
  shadow.unindexContent(file);
  shadow.files.delete(id);
  shadow.delta.vanished.add(id);
  if (file.owner !== shadow.owner) return;
  for (const { name } of file.objects) shadow.objects.drop(name);
  shadow.delta.vanishedBytes += file.bytes;
}

function editFile(
  shadow: ShadowLibrary,
  event: Extract<FileEvent, { kind: "fileEdited" }>,
): void {
  const file = shadow.touchFile(event.file);
  if (file === undefined) {
    return contradict(shadow, "INV-ALBUM-3", `Edit of ${event.file}, which is not live`);
  }
  for (const object of file.objects) {
    if (shadow.objects.get(object.name)?.duty !== "live") continue;
    if (event.objects.some((kept) => kept.name === object.name)) continue;
    const detail = `Edit of ${file.id} leaves object ${object.name} to nobody`;
    contradict(shadow, "INV-LOSS-1", detail);
  }
  shadow.unindexContent(file);
  file.version = event.version;
  file.contentHash = event.contentHash;
  file.verified = shadow.libraryKind === "catalog" && event.contentHash !== null;
  file.objects = event.objects;
  file.bytes = sumBytes(event.objects);
  file.facts = event.facts;
  shadow.indexContent(file);
  assignAll(shadow, event.objects, "live");
}

function measureFacts(
  shadow: ShadowLibrary,
  event: Extract<FileEvent, { kind: "factsMeasured" }>,
): void {
  for (const id of shadow.filesByHash.get(event.contentHash) ?? []) {
    const file = shadow.files.get(id);
    if (file !== undefined) file.facts = { ...file.facts, sharpness: event.sharpness };
  }
}

function addTraces(
  shadow: ShadowLibrary,
  event: Extract<FileEvent, { kind: "tracesFound" }>,
): void {
  for (const id of shadow.filesByHash.get(event.contentHash) ?? []) {
    const file = shadow.files.get(id);
    if (file?.facts.losses === undefined) continue;
    const compressionSteps = file.facts.losses.compressionSteps ?? event.compressionSteps;
    file.facts = { ...file.facts, losses: { ...file.facts.losses, compressionSteps } };
  }
}

function markPair(shadow: ShadowLibrary, from: ContentHash, to: ContentHash): void {
  const marked = shadow.notDuplicates.get(from);
  if (marked === undefined) shadow.notDuplicates.set(from, new Set([to]));
  else marked.add(to);
}

/** Gives the objects of a file to `duty`; bytes that were in no file before count as uploaded. */
export function assignAll(
  shadow: ShadowLibrary,
  objects: readonly StoredObject[],
  duty: ObjectDuty,
): void {
  for (const object of objects) {
    const before = shadow.objects.assign(object, duty);
    if (before === null || before === "staged") shadow.delta.uploadedBytes += object.sizeBytes;
    else if (before === "awaiting") {
      contradict(shadow, "INV-OBJECT-1", `Object ${object.name} is used after it was given up`);
    } else if (before === "live" && duty === "live") {
      contradict(shadow, "INV-OBJECT-1", `Object ${object.name} belongs to two files`);
    }
  }
}

/** In a folder bytes get other names: when they go to the trash, come back, or are moved. */
export function moveObjects(
  shadow: ShadowLibrary,
  moved: { from: readonly StoredObject[]; to: readonly StoredObject[]; duty: ObjectDuty },
): void {
  const { duty, from, to } = moved;
  for (const { name } of from) shadow.objects.drop(name);
  for (const object of to) {
    if (shadow.objects.assign(object, duty) === null) continue;
    contradict(shadow, "INV-OBJECT-1", `Object ${object.name} is somebody else's`);
  }
}

/** The bytes of all objects. */
export function sumBytes(objects: readonly StoredObject[]): number {
  let sum = 0;
  for (const object of objects) sum += object.sizeBytes;
  return sum;
}

function contradict(
  shadow: ShadowLibrary,
  promise: "INV-ALBUM-3" | "INV-BYTES-1" | "INV-IDEM-1" | "INV-LOSS-1" | "INV-OBJECT-1",
  detail: string,
): void {
  shadow.delta.contradictions.push({ promise, detail });
}
