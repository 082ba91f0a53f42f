import { identifier } from "../protocol/ids.ts";
import type { Outcome } from "../protocol/incoming.ts";
import type { StoredObject } from "../library/file.ts";
import type { AssetId, ContentHash, FileId, ReservationId } from "../library/ids.ts";
import type { LibrarianReply, RefusalCode } from "../messages/librarian_replies.ts";
import { contentObjects } from "../hashing/content_objects.ts";
import { ask } from "./asks.ts";
import { currentHash, missingAlbum } from "./asset_needs.ts";
import { calendarDate } from "./calendar_date.ts";
import { INVALID_OFFERS_MAX, ROOM_REFUSALS_MAX, UPLOAD_WINDOW_SIZE } from "./keeper_limits.ts";
import type { AssetBackup, AssetRecord, KeeperState } from "./keeper_state.ts";
import { type KeeperTurn, portKey, type PortPurpose } from "./keeper_turn.ts";
import { errorIn } from "./local_hashing.ts";

/** Characters of the content hash in an object's name: 132 of its bits, enough to be unique. */
const HASH_LETTERS = 22;

/** Begins uploads as far as the window and the room in the library allow. */
export function startUploads(turn: KeeperTurn): void {
  const { state } = turn;
  for (const asset of state.toOffer.keys()) {
    if (state.uploads.size >= UPLOAD_WINDOW_SIZE || state.roomRefusals >= ROOM_REFUSALS_MAX) return;
    offerAsset(turn, asset);
  }
}

function offerAsset(turn: KeeperTurn, asset: AssetId): void {
  const record = turn.state.assets.get(asset);
  const hashed = record === undefined ? null : currentHash(record);
  if (record === undefined || hashed === null) return;
  const album = missingAlbum(turn.state, record);
  if (album === null) return;
  const { backup } = record;
  if (isBeingReplaced(turn.state, hashed.contentHash)) return;
  const isEdit = backup !== null && backup.contentHash !== hashed.contentHash &&
    isEditable(turn.state, backup);
  const reservation = reservationOf(turn.state, record);
  turn.apply({
    kind: "uploadBegun",
    asset,
    serial: turn.nextSerial(),
    reservation,
    album,
    replaces: isEdit ? backup.file : null,
    storedObjects: storedObjects(record, reservation),
  });
  ask(turn, { kind: "offer", asset });
}

/**
 * True when other bytes of the item may replace the file's: nothing else relies on the file, or is
 * being told right now that its content is stored there.
 */
function isEditable(state: KeeperState, backup: AssetBackup): boolean {
  if (!backup.isSameItem || state.sharers.get(backup.file) !== 1) return false;
  for (const upload of state.uploads.values()) {
    if (upload.contentHash === backup.contentHash) return false;
  }
  return true;
}

/** True while an edit is under way that takes this content away from its file. */
function isBeingReplaced(state: KeeperState, contentHash: ContentHash): boolean {
  for (const [asset, { replaces }] of state.uploads) {
    if (replaces === null) continue;
    if (state.assets.get(asset)?.backup?.contentHash === contentHash) return true;
  }
  return false;
}

/**
 * A new name for each attempt. The content hash is part of it, so that a device that lost its
 * journal and counts from one again never writes other bytes under a name that is in use.
 */
function reservationOf(state: KeeperState, record: AssetRecord): ReservationId {
  const { asset, revision } = record.asset;
  const letters = (record.hashed?.contentHash ?? "").slice(0, HASH_LETTERS)
    .replaceAll("/", "_").replaceAll("+", "-");
  return identifier(`${state.device}/${asset}/${revision}/${record.uploads + 1}/${letters}`);
}

function storedObjects(record: AssetRecord, reservation: ReservationId): StoredObject[] {
  return contentObjects(record.asset.objects).map(({ role, sizeBytes }) => ({
    role,
    sizeBytes,
    name: identifier(`library/${reservation}/${role}`),
  }));
}

/** Gives up an upload that is not wanted any more, unless its commit is already on its way. */
export function dropUpload(turn: KeeperTurn, asset: AssetId): void {
  const upload = turn.state.uploads.get(asset);
  if (upload === undefined || upload.stage === "committing") return;
  turn.apply({ kind: "uploadDropped", asset });
  turn.cancelTimer(`ask/offer/${asset}`);
  ask(turn, { kind: "abandon", reservation: upload.reservation });
}

/** Takes the librarian's answer to an offer or a commit. */
export function takeUploadAnswer(turn: KeeperTurn, asset: AssetId, reply: LibrarianReply): void {
  const upload = turn.state.uploads.get(asset);
  if (upload === undefined) return;
  switch (reply.kind) {
    case "uploadGranted":
      if (upload.stage === "offering") openUpload(turn, asset);
      return;
    case "alreadyStored":
    case "uploadCommitted":
      return finishUpload(turn, asset, reply.file);
    case "restored": {
      const [file] = reply.files;
      return file === undefined ? undefined : finishUpload(turn, asset, file);
    }
    case "removedBefore": {
      const reason = `removed on ${calendarDate(reply.atWallMs)}`;
      return leaveOut(turn, asset, { album: null, reason });
    }
    case "refused":
      return takeRefusal(turn, asset, reply);
    default:
      return turn.warn("UNEXPECTED_ANSWER", `${reply.kind} for the upload of ${asset}`);
  }
}

function openUpload(turn: KeeperTurn, asset: AssetId): void {
  turn.apply({ kind: "uploadOpened", asset });
  turn.cancelTimer(`ask/offer/${asset}`);
  const upload = turn.state.uploads.get(asset);
  if (upload === undefined) return;
  const local = contentObjects(upload.asset.objects);
  for (const [index, { name, sizeBytes }] of upload.storedObjects.entries()) {
    const source = local[index]?.name;
    const expectedHash = upload.parts[index];
    if (source === undefined || expectedHash === undefined) continue;
    const key = portKey({ action: "write", serial: upload.serial, index, asset });
    turn.request({ kind: "writeObject", key, object: name, source, sizeBytes, expectedHash });
  }
}

function finishUpload(turn: KeeperTurn, asset: AssetId, file: FileId): void {
  const upload = turn.state.uploads.get(asset);
  if (upload === undefined) return;
  const { contentHash } = upload;
  const album = upload.replaces === null ? upload.album : null;
  turn.apply({ kind: "assetBackedUp", asset, contentHash, file, album });
  cancelTimers(turn, asset);
}

function leaveOut(
  turn: KeeperTurn,
  asset: AssetId,
  why: { album: AssetRecord["leftOut"][number]["album"]; reason: string },
): void {
  const revision = turn.state.uploads.get(asset)?.asset.revision ?? 0;
  turn.apply({ kind: "assetLeftOut", asset, revision, ...why });
  cancelTimers(turn, asset);
}

function cancelTimers(turn: KeeperTurn, asset: AssetId): void {
  turn.cancelTimer(`ask/offer/${asset}`);
  turn.cancelTimer(`ask/commit/${asset}`);
}

function takeRefusal(
  turn: KeeperTurn,
  asset: AssetId,
  refused: { readonly code: RefusalCode; readonly detail: string },
): void {
  const upload = turn.state.uploads.get(asset);
  if (upload === undefined) return;
  const { code } = refused;
  switch (code) {
    case "LIMIT_EXCEEDED":
      return hold(turn, asset, { cause: "room", rehash: false });
    case "UNKNOWN_ALBUM":
    case "ALBUM_NOT_OWNED":
      if (upload.stage !== "offering") ask(turn, abandonOf(upload.reservation));
      return leaveOut(turn, asset, { album: upload.album, reason: code });
    case "UNKNOWN_FILE":
    case "FILE_NOT_OWNED":
      // The file to be edited is not there any more: the bytes are offered as a file of their own.
      turn.apply({ kind: "backupDoubted", asset });
      return cancelTimers(turn, asset);
    case "WRONG_LIBRARY_KIND":
      return leaveOut(turn, asset, { album: null, reason: code });
    case "INVALID": {
      const failures = turn.state.assets.get(asset)?.failures ?? 0;
      if (failures + 1 < INVALID_OFFERS_MAX) break;
      return leaveOut(turn, asset, { album: null, reason: `${code}: ${refused.detail}` });
    }
    default:
      break;
  }
  hold(turn, asset, { cause: "failure", rehash: false });
}

/** Gives the upload up for now; a later attempt has another reservation and other names. */
function hold(
  turn: KeeperTurn,
  asset: AssetId,
  why: { cause: "room" | "failure"; rehash: boolean },
): void {
  const upload = turn.state.uploads.get(asset);
  turn.apply({ kind: "assetHeld", asset, ...why });
  cancelTimers(turn, asset);
  if (upload !== undefined && upload.stage !== "offering") ask(turn, abandonOf(upload.reservation));
}

function abandonOf(reservation: ReservationId): { kind: "abandon"; reservation: ReservationId } {
  return { kind: "abandon", reservation };
}

/** Takes the outcome of writing one object into the library's store. */
export function takeWrite(
  turn: KeeperTurn,
  purpose: PortPurpose,
  outcome: Outcome<unknown>,
): void {
  const asset = purpose.asset as AssetId;
  const upload = turn.state.uploads.get(asset);
  if (upload?.serial !== purpose.serial || upload.stage !== "writing") return;
  if (outcome.kind === "done") {
    turn.apply({ kind: "objectWritten", asset, index: purpose.index });
    const stage = turn.state.uploads.get(asset)?.stage;
    if (stage === "committing") ask(turn, { kind: "commit", asset });
    return;
  }
  const error = errorIn(outcome);
  // Bytes that are not there, or are others by now, must be read again before they are offered.
  const rehash = error === "missing" || error === "changed" || error === "corrupt";
  hold(turn, asset, { cause: error === "diskFull" ? "room" : "failure", rehash });
}
