import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowLibrary } from "./shadow_library.ts";

/**
 * INV-BYTES-1: live + trash + purged after = the same before + bytes uploaded, for every operation.
 *
 * The three sums are the librarian's own; the bytes uploaded, and those that somebody else took out
 * of a folder, come from the events alone.
 */
export class ByteConservationChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-BYTES-1";
  #before = 0;
  #uploaded = 0;

  override seed({ shadow }: Pick<Watched, "shadow">): void {
    this.#uploaded = shadow.delta.uploadedBytes - shadow.delta.vanishedBytes;
    this.#before = shadow.objects.sums.live + shadow.objects.sums.trash + shadow.purgedBytes;
  }

  override resume({ shadow }: Watched): void {
    this.#uploaded = heldBytes(shadow);
    this.#before = shadow.objects.sums.live + shadow.objects.sums.trash + shadow.purgedBytes;
  }

  override afterTurn(turn: LibrarianTurn): void {
    const { usage } = turn.state;
    const { delta } = turn.shadow;
    const after = usage.liveBytes + usage.trashBytes + usage.purgedBytes;
    const cameBytes = delta.uploadedBytes - delta.vanishedBytes;
    this.#uploaded += cameBytes;
    const moves = cameBytes !== 0 || delta.trashed.length > 0 ||
      delta.restored.length > 0 || delta.purged.length > 0 || after !== this.#before;
    if (moves) {
      this.expect(
        after === this.#before + cameBytes,
        "ledger",
        () => `${this.#before} bytes and ${cameBytes} uploaded became ${after}`,
      );
    }
    this.#before = after;
  }

  override remembers(): unknown {
    return [this.#before, this.#uploaded];
  }

  /** The whole history at once: all that ever came is live, in the trash, or purged. */
  override recompute({ shadow }: Watched): void {
    const held = heldBytes(shadow);
    this.expect(
      held === this.#uploaded,
      "history",
      () => `${this.#uploaded} bytes were uploaded, ${held} are accounted for`,
    );
  }
}

/** Bytes that are live, in the trash, or purged. Linear. */
function heldBytes(shadow: ShadowLibrary): number {
  let held = shadow.purgedBytes;
  for (const file of shadow.files.values()) {
    if (file.owner === shadow.owner) held += file.bytes;
  }
  for (const record of shadow.trash.values()) held += record.bytes;
  return held;
}
