import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";

/**
 * INV-BYTES-1: live + trash + purged after = the same before + bytes uploaded, for every operation.
 *
 * The three sums are the librarian's own; the bytes uploaded come from the events alone.
 */
export class ByteConservationChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-BYTES-1";
  #before = 0;
  #uploaded = 0;

  override seed({ shadow }: Pick<Watched, "shadow">): void {
    this.#uploaded = shadow.delta.uploadedBytes;
    this.#before = shadow.objects.sums.live + shadow.objects.sums.trash + shadow.purgedBytes;
  }

  override afterTurn(turn: LibrarianTurn): void {
    const { usage } = turn.state;
    const { delta } = turn.shadow;
    const after = usage.liveBytes + usage.trashBytes + usage.purgedBytes;
    this.#uploaded += delta.uploadedBytes;
    const moves = delta.uploadedBytes > 0 || delta.trashed.length > 0 ||
      delta.restored.length > 0 || delta.purged.length > 0 || after !== this.#before;
    if (moves) {
      this.expect(
        after === this.#before + delta.uploadedBytes,
        "ledger",
        () => `${this.#before} bytes and ${delta.uploadedBytes} uploaded became ${after}`,
      );
    }
    this.#before = after;
  }

  override remembers(): unknown {
    return [this.#before, this.#uploaded];
  }

  /** The whole history at once: all that ever came is live, in the trash, or purged. */
  override recompute({ shadow }: Watched): void {
    let held = shadow.purgedBytes;
    for (const file of shadow.files.values()) {
      if (file.owner === shadow.owner) held += file.bytes;
    }
    for (const record of shadow.trash.values()) held += record.bytes;
    this.expect(
      held === this.#uploaded,
      "history",
      () => `${this.#uploaded} bytes were uploaded, ${held} are accounted for`,
    );
  }
}
