import { unreachable } from "../protocol/invariant.ts";
import { type FileRecord, type StoredObject, totalBytes } from "../library/file.ts";
import type { AlbumRecord } from "../library/album.ts";
import type { ContentHash } from "../library/ids.ts";
import {
  OBJECT_BYTES_MAX,
  type ReservationRecord,
  THUMBNAIL_BYTES_MAX,
} from "../library/upload.ts";
import type { TrashRecord } from "../library/trash.ts";
import type { UploadCommand } from "../messages/librarian_messages.ts";
import { isHidden } from "./entries.ts";
import { requestRemoval } from "./purge.ts";
import { emitRestore } from "./restore_file.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";

type Offer = UploadCommand & { kind: "offerUpload" };
type Commit = UploadCommand & { kind: "commitUpload" };

/** Handles uploads: duplicate detection, room, and settling. */
export function handleUploadCommand(draft: TurnDraft, asker: Asker, command: UploadCommand): void {
  if (draft.state.libraryKind !== "stored") {
    return draft.refuse(asker, "WRONG_LIBRARY_KIND", "Only a stored library takes uploads");
  }
  switch (command.kind) {
    case "offerUpload":
      return offerUpload(draft, asker, command);
    case "commitUpload":
      return commitUpload(draft, asker, command);
    case "abandonUpload": {
      const reservation = draft.state.reservations.get(command.reservation);
      if (reservation !== undefined) emitAbandon(draft, reservation);
      return draft.reply(asker, { kind: "accepted" });
    }
    default:
      return unreachable(command);
  }
}

/** Gives up a reservation; what may have been written is removed. */
export function emitAbandon(draft: TurnDraft, reservation: ReservationRecord): void {
  draft.emit({ kind: "uploadAbandoned", reservation: reservation.id });
  for (const object of reservation.objects) requestRemoval(draft, object);
}

function offerUpload(draft: TurnDraft, asker: Asker, offer: Offer): void {
  const { state } = draft;
  if (state.reservations.has(offer.reservation)) {
    return draft.reply(asker, { kind: "uploadGranted", reservation: offer.reservation });
  }
  const album = state.albums.get(offer.target.album);
  if (album === undefined) return draft.refuse(asker, "UNKNOWN_ALBUM", offer.target.album);
  if (album.owner !== state.owner) return draft.refuse(asker, "ALBUM_NOT_OWNED", album.id);
  const problem = objectsProblem(offer.objects);
  if (problem !== null) return draft.refuse(asker, "INVALID", problem);
  if (offer.replaces !== null) return offerEdit(draft, asker, offer);
  const stored = storedCopy(draft, { hash: offer.contentHash, album });
  if (stored !== null) return linkInto(draft, asker, { file: stored, album });
  const removedAtMs = state.removedContents.get(offer.contentHash);
  if (removedAtMs !== undefined) {
    if (offer.intent === "automatic") {
      return draft.reply(asker, { kind: "removedBefore", atWallMs: removedAtMs });
    }
    const record = trashedCopy(draft, { hash: offer.contentHash, album });
    if (record !== null) return restoreInto(draft, asker, { record, album });
  }
  reserve(draft, asker, { offer, growsOnly: true });
}

function objectsProblem(objects: readonly StoredObject[]): string | null {
  if (!objects.some((object) => object.role === "original")) return "An upload needs an original";
  for (const object of objects) {
    const fits = Number.isSafeInteger(object.sizeBytes) && object.sizeBytes > 0 &&
      object.sizeBytes <= OBJECT_BYTES_MAX;
    if (!fits) return `Object size must be 1 to ${OBJECT_BYTES_MAX}: got ${object.sizeBytes}`;
  }
  const names = new Set(objects.map((object) => object.name));
  return names.size === objects.length ? null : "Object names must differ";
}

/** A live copy on the side of the barrier on which the album is. The smallest id wins. */
function storedCopy(
  draft: TurnDraft,
  wanted: { hash: ContentHash; album: AlbumRecord },
): FileRecord | null {
  const { state } = draft;
  let found: FileRecord | null = null;
  for (const id of state.filesByHash.get(wanted.hash) ?? []) {
    const file = state.files.get(id);
    if (file === undefined || file.owner !== state.owner || state.unreadable.has(id)) continue;
    if (isHidden(state, file) !== (wanted.album.kind === "hidden")) continue;
    if (found === null || file.id < found.id) found = file;
  }
  return found;
}

/** Links content that is stored already. A capture moves together. */
function linkInto(
  draft: TurnDraft,
  asker: Asker,
  link: { file: FileRecord; album: AlbumRecord },
): void {
  const { state } = draft;
  const { file, album } = link;
  const parts = file.capture === null
    ? [file.id]
    : [...state.filesByCapture.get(file.capture) ?? [file.id]];
  for (const part of parts) {
    const known = state.files.get(part);
    if (known === undefined || known.owner !== state.owner || album.entries.has(part)) continue;
    draft.emit({ kind: "entryAdded", album: album.id, file: part, name: null });
  }
  draft.reply(asker, { kind: "alreadyStored", file: file.id });
}

function trashedCopy(
  draft: TurnDraft,
  wanted: { hash: ContentHash; album: AlbumRecord },
): TrashRecord | null {
  for (const record of draft.state.trash.values()) {
    if (record.content !== "file" || record.contentHash !== wanted.hash) continue;
    if (record.hidden === (wanted.album.kind === "hidden")) return record;
  }
  return null;
}

function restoreInto(
  draft: TurnDraft,
  asker: Asker,
  restored: { record: TrashRecord; album: AlbumRecord },
): void {
  const { record, album } = restored;
  emitRestore(draft, record);
  const back = record.entries.some((entry) => entry.album === album.id);
  const home = record.entries.every((entry) => !draft.state.albums.has(entry.album)) &&
    album.kind === "uncategorized";
  if (!back && !home) {
    draft.emit({ kind: "entryAdded", album: album.id, file: record.file, name: null });
  }
  draft.reply(asker, { kind: "restored", files: [record.file] });
}

function offerEdit(draft: TurnDraft, asker: Asker, offer: Offer): void {
  const file = offer.replaces === null ? undefined : draft.state.files.get(offer.replaces);
  if (file === undefined) return draft.refuse(asker, "UNKNOWN_FILE", offer.replaces ?? "");
  if (file.owner !== draft.state.owner) return draft.refuse(asker, "FILE_NOT_OWNED", file.id);
  if (file.contentHash === offer.contentHash) {
    return draft.reply(asker, { kind: "alreadyStored", file: file.id });
  }
  const growsOnly = totalBytes(offer.objects) > totalBytes(file.objects);
  reserve(draft, asker, { offer, growsOnly });
}

/**
 * Keeps room before any byte is stored. What does not grow the library is let in over the limit.
 */
function reserve(
  draft: TurnDraft,
  asker: Asker,
  reservation: { offer: Offer; growsOnly: boolean },
): void {
  const { usage } = draft.state;
  const { offer } = reservation;
  const hasThumbnail = offer.objects.some((object) => object.role === "thumbnail");
  const reservedBytes = totalBytes(offer.objects) + (hasThumbnail ? 0 : THUMBNAIL_BYTES_MAX);
  const after = usage.liveBytes + usage.trashBytes + usage.reservedBytes + reservedBytes;
  if (reservation.growsOnly && after > usage.limitBytes) {
    return draft.refuse(
      asker,
      "LIMIT_EXCEEDED",
      `Needs ${reservedBytes} bytes: ${after} would be used of ${usage.limitBytes}`,
    );
  }
  for (const object of offer.objects) {
    if (draft.state.objectNames.has(object.name)) {
      return draft.refuse(asker, "INVALID", `Object name was used before: ${object.name}`);
    }
  }
  draft.emit({
    kind: "uploadReserved",
    reservation: {
      id: offer.reservation,
      reservedBytes,
      objects: offer.objects,
      replaces: offer.replaces,
      madeAtMs: draft.witnessedMs,
    },
  });
  draft.reply(asker, { kind: "uploadGranted", reservation: offer.reservation });
}

function commitUpload(draft: TurnDraft, asker: Asker, commit: Commit): void {
  const { state } = draft;
  const reservation = state.reservations.get(commit.reservation);
  if (reservation === undefined) {
    const known = state.files.get(commit.file);
    if (known !== undefined && holdsObjects(known, commit.objects)) {
      return draft.reply(asker, {
        kind: "uploadCommitted",
        file: known.id,
        version: known.version,
      });
    }
    return draft.refuse(asker, "UNKNOWN_RESERVATION", commit.reservation);
  }
  const problem = commitProblem(reservation, commit);
  if (problem !== null) return draft.refuse(asker, "RESERVATION_MISMATCH", problem);
  if (reservation.replaces !== null) return commitEdit(draft, asker, { reservation, commit });
  const album = state.albums.get(commit.target.album);
  if (album === undefined) return draft.refuse(asker, "UNKNOWN_ALBUM", commit.target.album);
  const stored = storedCopy(draft, { hash: commit.contentHash, album });
  if (stored !== null) {
    // Another device stored the same content meanwhile: one copy is enough.
    emitAbandon(draft, reservation);
    return linkInto(draft, asker, { file: stored, album });
  }
  if (state.files.has(commit.file) || state.trashedFiles.has(commit.file)) {
    return draft.refuse(asker, "FILE_EXISTS", commit.file);
  }
  emitStored(draft, { commit, album });
  draft.reply(asker, { kind: "uploadCommitted", file: commit.file, version: 1 });
}

function holdsObjects(file: FileRecord, objects: readonly StoredObject[]): boolean {
  return objects.every((object) => file.objects.some((known) => known.name === object.name));
}

function commitProblem(reservation: ReservationRecord, commit: Commit): string | null {
  const names = new Set(reservation.objects.map((object) => object.name));
  for (const object of commit.objects) {
    if (!names.has(object.name)) return `Object "${object.name}" was not reserved`;
  }
  if (commit.objects.length !== names.size) return "Every reserved object must be committed";
  const sizeBytes = totalBytes(commit.objects);
  if (sizeBytes > reservation.reservedBytes) {
    return `At most ${reservation.reservedBytes} bytes are reserved: got ${sizeBytes}`;
  }
  return objectsProblem(commit.objects);
}

function emitStored(draft: TurnDraft, stored: { commit: Commit; album: AlbumRecord }): void {
  const { commit, album } = stored;
  const { owner } = draft.state;
  if (owner === null) return;
  draft.emit({ kind: "uploadSettled", reservation: commit.reservation });
  draft.emit({
    kind: "fileAdded",
    file: commit.file,
    owner,
    fileKind: commit.fileKind,
    name: commit.name,
    capture: commit.capture,
    contentHash: commit.contentHash,
    objects: commit.objects,
    facts: commit.facts,
    metadata: commit.metadata,
  });
  draft.emit({ kind: "entryAdded", album: album.id, file: commit.file, name: null });
}

/** New bytes under the same id: the old version goes to the trash and stays restorable. */
function commitEdit(
  draft: TurnDraft,
  asker: Asker,
  edit: { reservation: ReservationRecord; commit: Commit },
): void {
  const { reservation, commit } = edit;
  const file = reservation.replaces === null
    ? undefined
    : draft.state.files.get(reservation.replaces);
  if (file === undefined) {
    // The file went meanwhile; its new bytes must not come back under its name.
    emitAbandon(draft, reservation);
    return draft.refuse(asker, "UNKNOWN_FILE", reservation.replaces ?? "");
  }
  draft.emitClock();
  draft.emit({ kind: "uploadSettled", reservation: reservation.id });
  draft.emit({
    kind: "versionTrashed",
    sequence: draft.takeTrashSequence(),
    file: file.id,
    atMs: draft.witnessedMs,
  });
  draft.emit({
    kind: "fileEdited",
    file: file.id,
    version: file.version + 1,
    contentHash: commit.contentHash,
    objects: commit.objects,
    facts: commit.facts,
  });
  draft.reply(asker, { kind: "uploadCommitted", file: file.id, version: file.version + 1 });
}
