import type { ActorTypes, CancelTimer, EffectId, SetTimer, TimerKey } from "@scenekeep/engine/core";
import type { FaultKind } from "./faults/fault_plan.ts";
import type { InboxItem } from "./inbox.ts";
import type { WorldKernel } from "./kernel.ts";
import type { ActorRecord, TimerDue } from "./records.ts";

/** Monotonic timers of actors. They die with the actor; durable ones are due at its restart. */
export class Timers<Types extends ActorTypes> {
  readonly #kernel: WorldKernel<Types>;
  readonly #slow: FaultKind;
  readonly #stale: FaultKind;

  constructor(kernel: WorldKernel<Types>) {
    this.#kernel = kernel;
    this.#slow = kernel.plan.kind("slowTimer");
    this.#stale = kernel.plan.kind("staleTimer");
  }

  /** Sets or replaces a timer. */
  set(actor: ActorRecord<Types>, id: EffectId, effect: SetTimer): void {
    const { plan, subject, scheduler, options } = this.#kernel;
    this.#forget(actor, effect.key);
    const timer: TimerDue<Types> = {
      kind: "timer",
      actor,
      life: actor.runner.life,
      key: effect.key,
      touched: null,
      isLive: true,
    };
    const lateMs = plan.strike(this.#slow, subject.named(id, 0));
    if (lateMs !== null) timer.touched = [this.#slow];
    actor.timers.set(effect.key, timer);
    const delayMs = effect.afterMs + (lateMs ?? 0);
    if (options.isTimerWork(timer)) scheduler.add(timer, delayMs);
    else scheduler.addBackground(timer, delayMs);
  }

  /** Cancels a timer, unless the fault has it on its way already. */
  cancel(actor: ActorRecord<Types>, id: EffectId, effect: CancelTimer): void {
    const timer = actor.timers.get(effect.key);
    if (timer === undefined) return;
    const { plan, subject, scheduler } = this.#kernel;
    actor.timers.delete(effect.key);
    if (plan.strike(this.#stale, subject.named(id, 0)) === null) {
      timer.isLive = false;
      return;
    }
    timer.touched = [this.#stale];
    scheduler.add(timer, 0);
  }

  /** Hands a due timer to its actor. */
  fire(timer: TimerDue<Types>): void {
    const { actor } = timer;
    if (!timer.isLive || !actor.isUp || timer.life !== actor.runner.life) return;
    const current = actor.timers.get(timer.key);
    timer.isLive = false;
    if (current === timer) actor.timers.delete(timer.key);
    // A newer timer has taken the name: the cell would take this one for it.
    else if (current !== undefined) return;
    this.#offer(actor, timer.key, timer.touched);
  }

  /** Hands over the timers that a restart found. */
  fireAfterRestart(actor: ActorRecord<Types>, keys: readonly TimerKey[]): void {
    for (const key of keys) if (!actor.timers.has(key)) this.#offer(actor, key, null);
  }

  /** Drops the timers of an actor that died. */
  dropAll(actor: ActorRecord<Types>): void {
    for (const timer of actor.timers.values()) timer.isLive = false;
    actor.timers.clear();
  }

  #forget(actor: ActorRecord<Types>, key: TimerKey): void {
    const timer = actor.timers.get(key);
    if (timer !== undefined) timer.isLive = false;
  }

  #offer(
    actor: ActorRecord<Types>,
    key: TimerKey,
    touched: readonly FaultKind[] | null,
  ): void {
    const item: InboxItem<Types> = {
      kind: "item",
      to: actor,
      source: "timer",
      delivery: { incoming: { kind: "timer", key }, effectId: null },
      occurrence: 0,
      sentSequence: 0,
      life: actor.runner.life,
      flight: null,
      touched,
      reorder: null,
      arrivedSequence: 0,
    };
    actor.inbox.offer(item);
    this.#kernel.inboxItems += 1;
    this.#kernel.wake(actor);
  }
}
