import type { ActorTypes } from "@scenekeep/engine/core";
import type { ActorSlot } from "./actor_slot.ts";
import type { ClockPort } from "./ports.ts";
import type { RuntimeLimits } from "./runtime_limits.ts";

/**
 * Decides when a record is tidied: a snapshot, and with it what was applied long ago is forgotten.
 *
 * The retention counts from the earlier of two readings: the wall clock now, and the wall clock at
 * the start with the monotonic time since. A wall clock that jumps ahead forgets nothing too early.
 */
export class SnapshotKeeper<Types extends ActorTypes> {
  readonly #limits: RuntimeLimits;
  readonly #clock: ClockPort;
  readonly #channels: { readonly isRedelivering: boolean };
  readonly #wallAtZeroMs: number;

  constructor(
    options: {
      readonly limits: RuntimeLimits;
      readonly clock: ClockPort;
      /** While sends from before the start are repeated, nothing applied is forgotten. */
      readonly channels: { readonly isRedelivering: boolean };
    },
  ) {
    this.#limits = options.limits;
    this.#clock = options.clock;
    this.#channels = options.channels;
    const { wallMs, monotonicMs } = options.clock.read();
    this.#wallAtZeroMs = wallMs - monotonicMs;
  }

  /** Saves a snapshot when enough events have gathered. True when one was saved. */
  saveWhenDue(slot: ActorSlot<Types>): boolean {
    if (slot.runner.eventsSinceSnapshot() < this.#limits.snapshotEvents) return false;
    const { monotonicMs } = this.#clock.read();
    // Making one costs as much as the state is large: not after every turn while the disk is full.
    if (monotonicMs < slot.snapshotNotBeforeMs) return false;
    if (this.#save(slot)) return true;
    slot.snapshotNotBeforeMs = monotonicMs + this.#limits.snapshotRetryMs;
    return false;
  }

  /** Saves a snapshot if it makes the next start quicker. True when one was saved. */
  saveAtClose(slot: ActorSlot<Types>): boolean {
    const due = slot.runner.eventsSinceSnapshot() >= this.#limits.snapshotEventsAtClose;
    return due && slot.runner.isDurable && this.#save(slot);
  }

  #save(slot: ActorSlot<Types>): boolean {
    if (!slot.runner.saveSnapshot()) return false;
    if (!this.#channels.isRedelivering) {
      const { wallMs, monotonicMs } = this.#clock.read();
      const surelyMs = Math.min(wallMs, this.#wallAtZeroMs + monotonicMs);
      slot.runner.pruneApplied(surelyMs - this.#limits.appliedRetentionMs);
    }
    return true;
  }
}
