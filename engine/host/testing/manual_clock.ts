import type { ClockReading } from "@scenekeep/engine/core";
import type { ClockPort } from "../runtime/ports.ts";

interface Wait {
  readonly dueMs: number;
  readonly fire: () => void;
}

/** A clock that a test moves. */
export class ManualClock implements ClockPort {
  /** Added to the monotonic time to give the wall clock. */
  wallOffsetMs = 1_700_000_000_000;
  bootId = "boot 1";
  #monotonicMs = 0;
  #waits: Wait[] = [];

  read(): ClockReading {
    return {
      wallMs: this.wallOffsetMs + this.#monotonicMs,
      monotonicMs: this.#monotonicMs,
      bootId: this.bootId,
    };
  }

  after(delayMs: number, fire: () => void): () => void {
    const wait = { dueMs: this.#monotonicMs + delayMs, fire };
    this.#waits.push(wait);
    return () => {
      this.#waits = this.#waits.filter((one) => one !== wait);
    };
  }

  /** How many waits are pending. */
  get pending(): number {
    return this.#waits.length;
  }

  /** Lets time pass; what becomes due fires in order. */
  advance(byMs: number): void {
    const endMs = this.#monotonicMs + byMs;
    while (true) {
      const due = this.#waits.filter(({ dueMs }) => dueMs <= endMs)
        .sort((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined) break;
      this.#waits = this.#waits.filter((one) => one !== due);
      this.#monotonicMs = Math.max(this.#monotonicMs, due.dueMs);
      due.fire();
    }
    this.#monotonicMs = endMs;
  }
}
