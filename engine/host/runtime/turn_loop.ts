import { type ActorTypes, Mailbox } from "@scenekeep/engine/core";
import { clearImmediate, setImmediate } from "node:timers";
import type { ActorSlot } from "./actor_slot.ts";
import type { ClockPort } from "./ports.ts";
import type { RuntimeLimits } from "./runtime_limits.ts";

/** What the loop runs. */
export interface TurnTaker<Types extends ActorTypes> {
  /** Runs one turn of an actor, or nothing when it may not run. True while it has more to do. */
  turn(slot: ActorSlot<Types>): boolean;
  /** Called when nothing is ready any more. */
  rest(): void;
}

/**
 * Gives turns to the actors that have something to do, one turn each in rotation.
 *
 * After a slice of turns it lets the event loop go on, by `setImmediate`. A promise would not do:
 * its reactions run before any other work, so that timers, files and sockets would starve. A timer
 * of 0 ms would cost 1 ms each time.
 */
export class TurnLoop<Types extends ActorTypes> {
  readonly #taker: TurnTaker<Types>;
  readonly #clock: ClockPort;
  readonly #limits: RuntimeLimits;
  readonly #ready: Mailbox<ActorSlot<Types>> = new Mailbox(Number.MAX_SAFE_INTEGER);
  #next: ReturnType<typeof setImmediate> | null = null;
  #isStopped = false;

  constructor(
    taker: TurnTaker<Types>,
    options: { readonly clock: ClockPort; readonly limits: RuntimeLimits },
  ) {
    this.#taker = taker;
    this.#clock = options.clock;
    this.#limits = options.limits;
  }

  /** Whether any actor waits for its turn. */
  get isBusy(): boolean {
    return this.#ready.size > 0;
  }

  /** Puts an actor into the rotation, if it is not there. */
  wake(slot: ActorSlot<Types>): void {
    if (slot.isReady || this.#isStopped) return;
    slot.isReady = true;
    this.#ready.offer(slot);
    this.#next ??= setImmediate(() => this.#slice());
  }

  /** Gives no more turns. */
  stop(): void {
    this.#isStopped = true;
    this.#ready.clear();
    if (this.#next !== null) clearImmediate(this.#next);
    this.#next = null;
  }

  #slice(): void {
    this.#next = null;
    const endMs = this.#clock.read().monotonicMs + this.#limits.sliceMs;
    for (let turns = 0; turns < this.#limits.turnsPerSlice; turns += 1) {
      const slot = this.#ready.take();
      if (slot === undefined) break;
      slot.isReady = false;
      if (this.#taker.turn(slot)) this.wake(slot);
      if (this.#isStopped) return;
      if (this.#clock.read().monotonicMs >= endMs) break;
    }
    if (this.#ready.size === 0) this.#taker.rest();
    else this.#next ??= setImmediate(() => this.#slice());
  }
}
