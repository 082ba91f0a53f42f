import type { ActorTypes, TimerKey } from "@scenekeep/engine/core";
import type { ActorSlot, ArmedTimer, Item } from "./actor_slot.ts";
import type { ClockPort } from "./ports.ts";

/**
 * The timers of all actors, by the monotonic clock.
 *
 * A timer that fired waits in the mailbox. When its name is set again or cancelled meanwhile, it is
 * dropped there: else its commit would take the newer timer out of the journal.
 */
export class ActorTimers<Types extends ActorTypes> {
  readonly #clock: ClockPort;
  readonly #due: (slot: ActorSlot<Types>, item: Item<Types>) => void;
  #isStopped = false;

  constructor(clock: ClockPort, due: (slot: ActorSlot<Types>, item: Item<Types>) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /** Sets or replaces a timer. */
  set(slot: ActorSlot<Types>, timer: { readonly key: TimerKey; readonly afterMs: number }): void {
    this.cancel(slot, timer.key);
    if (this.#isStopped) return;
    const armed: ArmedTimer = { cancel: () => {} };
    slot.timers.set(timer.key, armed);
    armed.cancel = this.#clock.after(timer.afterMs, () => this.#fire(slot, timer.key, armed));
  }

  /** Cancels a timer, also one that waits in the mailbox. */
  cancel(slot: ActorSlot<Types>, key: TimerKey): void {
    slot.timers.get(key)?.cancel();
    slot.timers.delete(key);
  }

  /** Fires what a restart found, at once, unless the actor has set it anew. */
  fireAfterRestart(slot: ActorSlot<Types>, keys: readonly TimerKey[]): void {
    if (this.#isStopped) return;
    for (const key of keys) {
      if (slot.timers.has(key)) continue;
      const armed: ArmedTimer = { cancel: () => {} };
      slot.timers.set(key, armed);
      this.#fire(slot, key, armed);
    }
  }

  /** Whether the timer that fired is still the one of its name. */
  isCurrent(slot: ActorSlot<Types>, item: Item<Types>): boolean {
    const { incoming } = item.delivery;
    return incoming.kind !== "timer" || slot.timers.get(incoming.key) === item.timer;
  }

  /** Takes note that a timer that fired is committed. */
  committed(slot: ActorSlot<Types>, item: Item<Types>): void {
    const { incoming } = item.delivery;
    if (incoming.kind === "timer") slot.timers.delete(incoming.key);
  }

  /** Forgets the timers of an actor that is restarted. */
  drop(slot: ActorSlot<Types>): void {
    for (const { cancel } of slot.timers.values()) cancel();
    slot.timers.clear();
  }

  /** Fires nothing any more. What is set stays in the journal. */
  stop(slots: Iterable<ActorSlot<Types>>): void {
    this.#isStopped = true;
    for (const slot of slots) for (const { cancel } of slot.timers.values()) cancel();
  }

  #fire(slot: ActorSlot<Types>, key: TimerKey, timer: ArmedTimer): void {
    this.#due(slot, {
      kind: "timer",
      delivery: { incoming: { kind: "timer", key }, effectId: null },
      flight: null,
      command: null,
      timer,
    });
  }
}
