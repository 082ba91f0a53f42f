import type { EngineTypes, ReservationRecord } from "@scenekeep/engine/core";
import type { Observation } from "../world/observation.ts";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import { sumBytes } from "./fold_file_event.ts";
import type { ShadowLibrary } from "./shadow_library.ts";

/**
 * INV-QUOTA-1: the ledger is the sum of the objects, accepted uploads fit under the limit, and
 * every byte in the store has a durable record.
 */
export class QuotaChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-QUOTA-1";
  override afterTurn(turn: LibrarianTurn): void {
    if (turn.events.length === 0) return;
    this.#checkLedger(turn);
    const { shadow } = turn;
    for (const reservation of shadow.delta.settled) {
      const left = reservation.objects.find(({ name }) =>
        shadow.objects.get(name)?.duty === "staged"
      );
      this.expect(
        left === undefined,
        reservation.id,
        () => `Upload ${reservation.id} was settled and leaves ${left?.name} to nobody`,
      );
    }
    for (const event of turn.events) {
      if (event.kind !== "uploadReserved") continue;
      const used = shadow.objects.sums.live + shadow.objects.sums.trash + shadow.reservedBytes;
      const grows = isGrowing(shadow, event.reservation);
      this.expect(
        !grows || used <= shadow.limitBytes,
        event.reservation.id,
        () => `Upload ${event.reservation.id} accepted: ${used} bytes, limit ${shadow.limitBytes}`,
      );
    }
  }

  override observe(observation: Observation<EngineTypes>, watched: Watched): void {
    const { shadow } = watched;
    if (observation.kind !== "object" || observation.facts === null) return;
    if (!watched.isOfLibrary(observation.object)) return;
    const name = observation.object;
    this.expect(
      shadow.objects.get(name) !== undefined,
      name,
      () => `Object ${name} was written and nothing in the journal speaks of it`,
    );
  }

  /** All sums counted anew; the store holds what is live, in the trash, staged or awaiting. */
  override recompute({ seesObjects, shadow, stored }: Watched): void {
    const counted = shadow.objects.recount();
    const { sums } = shadow.objects;
    const same = counted.live === sums.live && counted.trash === sums.trash &&
      counted.staged === sums.staged && counted.awaiting === sums.awaiting;
    this.expect(same, "sums", () => `Sums of bytes drifted: ${JSON.stringify({ counted, sums })}`);
    if (!seesObjects || shadow.libraryKind !== "stored") return;
    let answered = 0;
    for (const object of shadow.objects.objects.values()) {
      answered += stored.sizeOf(object.name) ?? 0;
    }
    const { totalBytes } = stored;
    this.expect(
      answered === totalBytes,
      "store",
      () => `The store holds ${totalBytes} bytes, and records answer for ${answered}`,
    );
  }

  /** At rest a folder and its trash take what the ledger says, links nothing. */
  override settle(watched: Watched): void {
    this.recompute(watched);
    const { folder, shadow } = watched;
    if (folder === null || shadow.libraryKind !== "folder") return;
    const { awaiting, live, trash } = shadow.objects.sums;
    const recordedBytes = live + trash + awaiting;
    const storedBytes = folder.storedBytes();
    this.expect(
      recordedBytes === storedBytes,
      "folder",
      () => `The folder takes ${storedBytes} bytes, and records answer for ${recordedBytes}`,
    );
  }

  #checkLedger(turn: LibrarianTurn): void {
    const { usage } = turn.state;
    const { shadow } = turn;
    const { sums } = shadow.objects;
    const same = usage.liveBytes === sums.live && usage.trashBytes === sums.trash &&
      usage.reservedBytes === shadow.reservedBytes && usage.purgedBytes === shadow.purgedBytes &&
      usage.awaitingRemovalBytes === sums.awaiting && usage.limitBytes === shadow.limitBytes;
    this.expect(
      same,
      "ledger",
      () =>
        `The ledger says ${JSON.stringify(usage)}, the objects sum to ${JSON.stringify(sums)}, ` +
        `reserved ${shadow.reservedBytes}, purged ${shadow.purgedBytes}`,
    );
  }
}

/** An edit that does not grow is let in over the limit. */
function isGrowing(shadow: ShadowLibrary, reservation: ReservationRecord): boolean {
  const replaced = reservation.replaces === null
    ? undefined
    : shadow.files.get(reservation.replaces);
  return replaced === undefined || sumBytes(reservation.objects) > replaced.bytes;
}
