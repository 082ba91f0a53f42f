/**
 * [Note: Witnessed time]
 *
 * Trash ages in witnessed time: the monotonic clock while the process runs. Over a downtime only
 * the wall clock can say how long it was. It may be wrong by up to a day either way, before and
 * after, so two readings may be two days farther apart than the truth: of each downtime only what
 * exceeds 48 hours of wall time is counted. Nothing is ever purged early; an item may stay up to
 * two days longer per downtime.
 *
 * A downtime that looks longer than 7 days, or a wall clock that moves more than 5 minutes against
 * the monotonic one, makes the clock suspect: purges and receipts wait until the two have agreed
 * for 24 hours, or the user says that the clock is right.
 */

/** Largest believable downtime: 7 days. */
export const DOWNTIME_MAX_MS: number = 7 * 24 * 60 * 60 * 1000;
/** Largest difference between wall and monotonic time that is not suspect: 5 minutes. */
export const CLOCK_DRIFT_MAX_MS: number = 5 * 60 * 1000;
/** How long a suspect clock must run evenly to be trusted again: 24 hours. */
export const CLOCK_TRIAL_MS: number = 24 * 60 * 60 * 1000;
/** Error of the wall clock that is got over, either way: 24 hours. */
const CLOCK_ERROR_MAX_MS: number = 24 * 60 * 60 * 1000;
/** How much too long a downtime may look between two such readings. */
export const DOWNTIME_ERROR_MS: number = 2 * CLOCK_ERROR_MAX_MS;

/** What a librarian remembers of the clocks. */
export interface ClockTrust {
  readonly bootId: string;
  readonly wallMs: number;
  readonly monotonicMs: number;
  /** Milliseconds witnessed since the library was made. Never goes back. */
  readonly witnessedMs: number;
  /** Witnessed time since which a suspect clock has run evenly; null when the clock is trusted. */
  readonly suspectSinceMs: number | null;
}

/** No reading yet. */
export const NO_CLOCK: ClockTrust = {
  bootId: "",
  wallMs: 0,
  monotonicMs: 0,
  witnessedMs: 0,
  suspectSinceMs: null,
};

/** Adds a reading. Constant time. */
export function witness(
  trust: ClockTrust,
  reading: { bootId: string; wallMs: number; monotonicMs: number },
): ClockTrust {
  const wallElapsedMs = reading.wallMs - trust.wallMs;
  const first = trust.bootId === "";
  const sameBoot = trust.bootId === reading.bootId;
  const elapsedMs = first
    ? 0
    : sameBoot
    ? reading.monotonicMs - trust.monotonicMs
    : Math.max(0, Math.min(wallElapsedMs, DOWNTIME_MAX_MS) - DOWNTIME_ERROR_MS);
  const witnessedMs = trust.witnessedMs + Math.max(0, elapsedMs);
  const suspicious = !first &&
    (sameBoot
      ? Math.abs(wallElapsedMs - elapsedMs) > CLOCK_DRIFT_MAX_MS
      : wallElapsedMs > DOWNTIME_MAX_MS || wallElapsedMs < -CLOCK_DRIFT_MAX_MS);
  return {
    bootId: reading.bootId,
    wallMs: reading.wallMs,
    monotonicMs: reading.monotonicMs,
    witnessedMs,
    suspectSinceMs: suspicious ? witnessedMs : stillSuspect(trust, witnessedMs),
  };
}

function stillSuspect(trust: ClockTrust, witnessedMs: number): number | null {
  const since = trust.suspectSinceMs;
  if (since === null || witnessedMs - since >= CLOCK_TRIAL_MS) return null;
  return since;
}
