import { invariant } from "@scenekeep/engine/core";
import type { Schedule, ScheduleEntry } from "./scheduler.ts";

/** All that may happen next. */
export interface DueEntries<Payload> {
  /** What is due at this moment, in the order in which it was added; never empty. */
  readonly entries: readonly ScheduleEntry<Payload>[];
  readonly atMs: number;
  /** When something else is due next; null when nothing is. */
  readonly laterMs: number | null;
}

/** Time goes on, and what is due at this moment is late: it is due with what comes next. */
export const LATER = "later";

/** Says which entry happens next, or that all are late; null ends the run here. */
export type Chooser<Payload> = (
  due: DueEntries<Payload>,
) => ScheduleEntry<Payload> | typeof LATER | null;

/**
 * Virtual time in which somebody else says what happens next among all that is due at one moment.
 *
 * What takes no time is due at once: so that messages and answers of one moment can come in every
 * order, not only in that of their delays. Linear in what waits: for small worlds.
 */
export class ChosenScheduler<Payload> implements Schedule<Payload> {
  nowMs = 0;
  workCount = 0;
  readonly #choose: Chooser<Payload>;
  readonly #takesNoTime: (payload: Payload) => boolean;
  /** In the order of adding. */
  #waiting: ScheduleEntry<Payload>[] = [];
  #sequence = 0;

  constructor(
    options: { choose: Chooser<Payload>; takesNoTime: (payload: Payload) => boolean },
  ) {
    this.#choose = options.choose;
    this.#takesNoTime = options.takesNoTime;
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(payload: Payload, delayMs: number): void {
    this.workCount += 1;
    this.#add(payload, delayMs, true);
  }

  addBackground(payload: Payload, delayMs: number): void {
    this.#add(payload, delayMs, false);
  }

  next(): ScheduleEntry<Payload> | undefined {
    const atMs = this.nextMs();
    if (atMs === null) return undefined;
    this.nowMs = atMs;
    const entries = this.#waiting.filter((entry) => entry.atMs === atMs);
    const laterMs = this.#firstAfter(atMs);
    const chosen = this.#choose({ entries, atMs, laterMs });
    if (chosen === null) return undefined;
    if (chosen === LATER) {
      invariant(laterMs !== null, "NOTHING_LATER", "Nothing is due later");
      this.#waiting = this.#waiting.map((entry) =>
        entry.atMs === atMs ? { ...entry, atMs: laterMs } : entry
      );
      return this.next();
    }
    this.#waiting.splice(this.#waiting.indexOf(chosen), 1);
    if (chosen.isWork) this.workCount -= 1;
    return chosen;
  }

  nextMs(): number | null {
    return this.#firstAfter(-1);
  }

  waiting(): ScheduleEntry<Payload>[] {
    return [...this.#waiting];
  }

  #firstAfter(afterMs: number): number | null {
    let firstMs: number | null = null;
    for (const { atMs } of this.#waiting) {
      if (atMs > afterMs && (firstMs === null || atMs < firstMs)) firstMs = atMs;
    }
    return firstMs;
  }

  #add(payload: Payload, delayMs: number, isWork: boolean): void {
    const sequence = this.#sequence++;
    const atMs = this.nowMs + (this.#takesNoTime(payload) ? 0 : delayMs);
    this.#waiting.push({ atMs, key: 0, sequence, payload, isWork });
  }
}
