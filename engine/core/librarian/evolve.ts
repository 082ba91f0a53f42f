import { invariant } from "../protocol/invariant.ts";
import type { LibraryEvent } from "../library/events.ts";
import { lengthOfMove, type NameMove } from "../library/name_move.ts";
import type { LibraryState } from "../library/state.ts";
import { evolveAlbum } from "./evolve_album.ts";
import { evolveDevice } from "./evolve_device.ts";
import { evolveFile } from "./evolve_file.ts";
import { evolvePlan } from "./evolve_plan.ts";
import { evolveTrash } from "./evolve_trash.ts";
import { evolveUpload } from "./evolve_upload.ts";

/**
 * Changes the state by one event: the only way in which a library ever changes.
 *
 * Linear in what the event names (entries of a trashed file, items of a confirmed plan).
 */
export function evolve(state: LibraryState, event: LibraryEvent): void {
  switch (event.kind) {
    case "libraryMade":
      state.library = event.library;
      state.libraryKind = event.libraryKind;
      state.owner = event.owner;
      state.usage.limitBytes = event.limitBytes;
      return;
    case "limitSet":
      state.usage.limitBytes = event.limitBytes;
      return;
    case "clockWitnessed":
      state.clock = event.trust;
      return;
    case "albumMade":
    case "albumRenamed":
    case "albumShared":
    case "albumArranged":
    case "albumDeleted":
    case "entryAdded":
    case "entryRemoved":
      return evolveAlbum(state, event);
    case "fileAdded":
    case "fileVanished":
    case "fileMoved":
    case "fileEdited":
    case "hashVerified":
    case "hashFailed":
    case "contentEmbedded":
    case "embeddingLost":
    case "factsMeasured":
    case "tracesFound":
    case "metadataChanged":
    case "notDuplicatesMarked":
      return evolveFile(state, event);
    case "uploadReserved":
    case "uploadSettled":
    case "uploadAbandoned":
    case "objectRemoved":
      return evolveUpload(state, event);
    case "fileTrashed":
    case "versionTrashed":
    case "fileRestored":
    case "purged":
    case "purgeHeld":
      return evolveTrash(state, event);
    case "namesMoving":
      state.nameMove = { ...event.move, position: 0 };
      return;
    case "namesMoved":
      state.nameMove = nextMove(state.nameMove);
      return;
    case "deviceRegistered":
    case "receiptGiven":
    case "receiptReported":
    case "receiptExpired":
      return evolveDevice(state, event);
    default:
      return evolvePlan(state, event);
  }
}

function nextMove(move: NameMove | null): NameMove | null {
  invariant(move !== null, "MOVE_MISSING", "No names are being moved");
  const position = move.position + 1;
  return position === lengthOfMove(move) ? null : { ...move, position };
}
