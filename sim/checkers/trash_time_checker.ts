import {
  type FileId,
  type LibraryEvent,
  type ReceiptId,
  TRASH_AGE_MS,
} from "@scenekeep/engine/core";
import { ClockKeeper } from "./clock_keeper.ts";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowLibrary } from "./shadow_library.ts";
import type { ShadowTrash } from "./shadow_records.ts";

const HOUR_MS = 60 * 60 * 1000;

/**
 * How late a purge may be once it is due and the clock is trusted: two sweeps of six hours, and an
 * hour in which keepers are read back and failed reads tried again.
 */
const LATENESS_MAX_MS = 13 * HOUR_MS;

/** How late it may be after reads of a healthy keeper failed for a while. */
const HELD_MAX_MS = 5 * 24 * HOUR_MS;

/**
 * INV-TIME-1: nothing is purged by age before 30 true days have passed, whatever the clocks say;
 * and with a trusted clock all that is due goes at the next sweep.
 */
export class TrashTimeChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-TIME-1";
  readonly #clock = new ClockKeeper();
  /** Time surely witnessed when a record came into the trash. */
  readonly #witnessedAt = new Map<number, number>();
  readonly #openReceipts = new Map<ReceiptId, FileId>();
  /** Time surely witnessed when a device last told, or may have failed to tell, of a removal. */
  readonly #reliedOnAt = new Map<FileId, number>();

  /** What was in the trash before anybody looked: nobody saw since when. */
  readonly #fromBefore = new Set<number>();

  override resume({ shadow }: Watched): void {
    for (const sequence of shadow.trash.keys()) this.#fromBefore.add(sequence);
  }

  override afterTurn(turn: LibrarianTurn): void {
    const { delta } = turn.shadow;
    let isRead = false;
    for (const event of turn.events) {
      this.#foldReceipt(event);
      if (event.kind !== "clockWitnessed") continue;
      this.#clock.witnessed(event.trust, turn.nowMs);
      isRead = true;
    }
    for (const { sequence } of delta.trashed) {
      this.#witnessedAt.set(sequence, this.#clock.witnessedMs);
    }
    for (const { sequence } of delta.restored) this.#witnessedAt.delete(sequence);
    for (const { record, cause } of delta.purged) {
      this.#witnessedAt.delete(record.sequence);
      if (cause === "age") this.#checkAge(record, turn.nowMs);
    }
    if (isRead) this.#checkOverdue(turn);
  }

  override settle(watched: Watched): void {
    this.#checkOverdue(watched);
  }

  override remembers(): unknown {
    const clock = this.#clock.remembers();
    return [clock, this.#witnessedAt, this.#openReceipts, this.#reliedOnAt];
  }

  #checkAge(record: ShadowTrash, nowMs: number): void {
    if (this.#fromBefore.has(record.sequence)) return;
    const ageMs = nowMs - record.trueAtMs;
    this.expect(
      ageMs >= TRASH_AGE_MS,
      `${record.sequence}`,
      () => `Trash ${record.sequence} was purged after ${ageMs} ms, before ${TRASH_AGE_MS} ms`,
    );
  }

  /** The trash is in order of time, so the look ends at the first record that may still wait. */
  #checkOverdue({ seesObjects, shadow, nowMs }: Watched): void {
    const { trustedSinceMs, witnessedMs } = this.#clock;
    // A real library may be opened for a moment every few months, or sleep with its machine.
    if (!seesObjects) return;
    if (trustedSinceMs === null || nowMs - trustedSinceMs < LATENESS_MAX_MS) return;
    for (const record of shadow.trash.values()) {
      const sinceMs = this.#witnessedAt.get(record.sequence) ?? 0;
      if (witnessedMs - sinceMs < TRASH_AGE_MS + LATENESS_MAX_MS) return;
      if (this.#mayWait(record, shadow, witnessedMs - sinceMs)) continue;
      this.expect(
        false,
        `${record.sequence}`,
        () =>
          `Trash ${record.sequence} is still there ${
            witnessedMs - sinceMs
          } witnessed ms after it ` +
          `came, and nothing holds it`,
      );
    }
  }

  #mayWait(record: ShadowTrash, shadow: ShadowLibrary, ageMs: number): boolean {
    for (const file of this.#openReceipts.values()) if (file === record.file) return true;
    const reliedOnAt = this.#reliedOnAt.get(record.file);
    const pinnedForMs = TRASH_AGE_MS + LATENESS_MAX_MS;
    if (reliedOnAt !== undefined && this.#clock.witnessedMs - reliedOnAt < pinnedForMs) return true;
    if (!shadow.purgesHeld.has(record.sequence)) return false;
    // A keeper that could not be read once is read again at each sweep.
    const keeper = record.cause.kind === "plan" ? shadow.files.get(record.cause.keeper) : undefined;
    return keeper === undefined || !keeper.verified || ageMs < TRASH_AGE_MS + HELD_MAX_MS;
  }

  #foldReceipt(event: LibraryEvent): void {
    if (event.kind === "receiptGiven") {
      this.#openReceipts.set(event.receipt.id, event.receipt.file);
    } else if (event.kind === "receiptReported" || event.kind === "receiptExpired") {
      const file = this.#openReceipts.get(event.receipt);
      this.#openReceipts.delete(event.receipt);
      const kept = event.kind === "receiptReported" && event.outcome === "kept";
      if (file !== undefined && !kept) this.#reliedOnAt.set(file, this.#clock.witnessedMs);
    }
  }
}
