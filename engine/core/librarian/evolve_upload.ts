import { invariant } from "../protocol/invariant.ts";
import type { UploadEvent } from "../library/events.ts";
import type { ReservationRecord } from "../library/upload.ts";
import type { ReservationId } from "../library/ids.ts";
import type { LibraryState } from "../library/state.ts";

/** Applies an event about room kept for uploads and objects on their way out. */
export function evolveUpload(state: LibraryState, event: UploadEvent): void {
  switch (event.kind) {
    case "uploadReserved": {
      const { reservation } = event;
      invariant(!state.reservations.has(reservation.id), "RESERVED_TWICE", reservation.id);
      state.reservations.set(reservation.id, reservation);
      state.usage.reservedBytes += reservation.reservedBytes;
      for (const object of reservation.objects) state.objectNames.add(object.name);
      return;
    }
    case "uploadSettled":
      closeReservation(state, event.reservation);
      return;
    case "uploadAbandoned": {
      const reservation = closeReservation(state, event.reservation);
      for (const object of reservation.objects) {
        awaitRemoval(state, { object: object.name, sizeBytes: object.sizeBytes });
      }
      return;
    }
    case "objectRemoved": {
      const sizeBytes = state.awaitingRemoval.get(event.object);
      invariant(sizeBytes !== undefined, "REMOVAL_NOT_AWAITED", event.object);
      state.awaitingRemoval.delete(event.object);
      state.objectNames.delete(event.object);
      state.usage.awaitingRemovalBytes -= sizeBytes;
      return;
    }
  }
}

/** Notes that the store has to remove an object that no file owns. */
export function awaitRemoval(
  state: LibraryState,
  removal: { object: Parameters<LibraryState["awaitingRemoval"]["get"]>[0]; sizeBytes: number },
): void {
  invariant(!state.awaitingRemoval.has(removal.object), "REMOVAL_TWICE", removal.object);
  state.awaitingRemoval.set(removal.object, removal.sizeBytes);
  state.usage.awaitingRemovalBytes += removal.sizeBytes;
}

function closeReservation(state: LibraryState, id: ReservationId): ReservationRecord {
  const reservation = state.reservations.get(id);
  invariant(reservation !== undefined, "RESERVATION_MISSING", id);
  state.reservations.delete(id);
  state.usage.reservedBytes -= reservation.reservedBytes;
  invariant(state.usage.reservedBytes >= 0, "RESERVED_NEGATIVE", id);
  return reservation;
}
