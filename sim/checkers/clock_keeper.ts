import type { ClockTrust } from "@scenekeep/engine/core";

/**
 * How much time the librarian has surely witnessed, counted by true time.
 *
 * Only what passed between two durable readings of one run of its process counts: that much no
 * clock can take away.
 */
export class ClockKeeper {
  /** Time surely witnessed since the library was made. */
  witnessedMs = 0;
  /** True time since which the clock was trusted without a break; null while it is suspect. */
  trustedSinceMs: number | null = null;
  #bootId = "";
  #readAtMs = 0;

  /** All that it knows. */
  remembers(): unknown {
    return [this.witnessedMs, this.trustedSinceMs, this.#bootId, this.#readAtMs];
  }

  /** A durable reading. */
  witnessed(trust: ClockTrust, nowMs: number): void {
    if (trust.bootId === this.#bootId) this.witnessedMs += nowMs - this.#readAtMs;
    this.#bootId = trust.bootId;
    this.#readAtMs = nowMs;
    if (trust.suspectSinceMs !== null) this.trustedSinceMs = null;
    else this.trustedSinceMs ??= nowMs;
  }
}
