import { type EngineTypes, LIBRARIAN, type MessageId } from "@scenekeep/engine/core";
import type { Observation } from "../world/observation.ts";
import { Unordered } from "../world/picture_text.ts";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";

/** How long a redelivery is still known as such, and so how long ids are kept here. */
const APPLIED_KEPT_MS = 6 * 24 * 60 * 60 * 1000;

/** Ids beyond which old ones are looked for. */
const IDS_MAX = 1 << 18;

/**
 * INV-IDEM-1: delivering or applying anything twice changes nothing more.
 *
 * A message that has changed something once must never do so again; and what may happen once only
 * (settling a reservation, applying an item, purging a record) is watched by the fold itself, whose
 * contradictions are reported under this promise.
 */
export class IdempotenceChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-IDEM-1";
  readonly #applied = new Map<MessageId, number>();
  #folded = 0;

  override afterTurn(turn: LibrarianTurn): void {
    this.#folded = turn.shadow.eventsFolded;
    for (const event of turn.events) if (ONCE_ONLY.has(event.kind)) this.evaluations += 1;
    const { message } = turn;
    if (message === null || message.channel === "local" || turn.events.length === 0) return;
    const before = this.#applied.get(message.id);
    if (before !== undefined) {
      this.expect(false, message.id, () => `${message.body.kind} was applied again: ${message.id}`);
    }
    this.#applied.set(message.id, turn.nowMs);
    if (this.#applied.size > IDS_MAX) this.#forget(turn.nowMs - APPLIED_KEPT_MS);
  }

  override observe(observation: Observation<EngineTypes>, { shadow }: Watched): void {
    if (observation.kind !== "duplicate" || observation.actor !== LIBRARIAN) return;
    // Answered from the record: the turn did not run, so nothing may have been folded since.
    this.expect(
      shadow.eventsFolded === this.#folded,
      observation.incoming.kind,
      () => "A redelivery was answered from the record and events were appended all the same",
    );
  }

  override remembers(): unknown {
    return [this.#folded, new Unordered([...this.#applied])];
  }

  #forget(beforeMs: number): void {
    for (const [id, atMs] of this.#applied) {
      if (atMs >= beforeMs) return;
      this.#applied.delete(id);
    }
  }
}

/** Events that may happen once only to what they name; a second one is a contradiction. */
const ONCE_ONLY: ReadonlySet<string> = new Set([
  "fileAdded",
  "uploadReserved",
  "uploadSettled",
  "uploadAbandoned",
  "planConfirmed",
  "itemApplied",
  "itemUndone",
  "fileRestored",
  "purged",
  "receiptReported",
]);
