import type { ClockReading } from "@scenekeep/engine/core";

/**
 * True time in a recording, in milliseconds from its first turn: by the monotonic clock where that
 * went on, and by the wall clock over the time when it did not. Never goes back.
 */
export class ReplayTime {
  nowMs = 0;
  #last: ClockReading | null = null;

  /** Takes in the next reading. */
  read(reading: ClockReading): void {
    const last = this.#last;
    this.#last = reading;
    if (last === null) return;
    const passedMs = reading.bootId === last.bootId
      ? reading.monotonicMs - last.monotonicMs
      : reading.wallMs - last.wallMs;
    this.nowMs += Math.max(0, Math.floor(passedMs));
  }
}
