import { DEFAULT_RESTART_INTENSITY, type RestartIntensity } from "@scenekeep/engine/core";

/** The bounds of a runtime. */
export interface RuntimeLimits {
  /** Turns between two looks at the event loop, at most. */
  readonly turnsPerSlice: number;
  /** Milliseconds of turns between two looks at the event loop; a turn is never cut short. */
  readonly sliceMs: number;
  /** Object requests carried out at the same time. */
  readonly objectsAtOnce: number;
  /** Computations carried out at the same time. */
  readonly computationsAtOnce: number;
  /** After so long a port that has not answered counts as `timeout`. */
  readonly portTimeoutMs: number;
  /** The first wait after a refused commit; each further one is twice as long. */
  readonly commitRetryFirstMs: number;
  /** The longest wait after a refused commit. */
  readonly commitRetryLastMs: number;
  /** A snapshot is made when so many events have gathered. */
  readonly snapshotEvents: number;
  /** At a close it is made when so many have gathered. */
  readonly snapshotEventsAtClose: number;
  /** After a refused snapshot the next is tried so much later. */
  readonly snapshotRetryMs: number;
  /** How long the answer to a command is kept, by the wall clock. */
  readonly appliedRetentionMs: number;
  /** How often an actor may be restarted before the runtime gives up. */
  readonly restartIntensity: RestartIntensity;
}

/**
 * The bounds where nothing else is said.
 *
 * A slice of 8 ms keeps an HTTP answer below one frame. 50,000 events are replayed in about 0.2 s
 * and a snapshot of 200,000 files takes about half a second (`deno bench -A
 * bench/journal_bench.ts`), so snapshots cost a few percent. Ninety days cover a phone that was
 * away for a summer.
 */
export const DEFAULT_LIMITS: RuntimeLimits = {
  turnsPerSlice: 64,
  sliceMs: 8,
  objectsAtOnce: 8,
  computationsAtOnce: 4,
  portTimeoutMs: 600_000,
  commitRetryFirstMs: 100,
  commitRetryLastMs: 5_000,
  snapshotEvents: 50_000,
  snapshotEventsAtClose: 1_000,
  snapshotRetryMs: 60_000,
  appliedRetentionMs: 90 * 86_400_000,
  restartIntensity: DEFAULT_RESTART_INTENSITY,
};
