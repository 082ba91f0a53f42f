/** What a runtime has done since it started. */
export interface RuntimeCounts {
  readonly turns: number;
  /** Messages that were answered from the record. */
  readonly duplicates: number;
  /** Completions that came too late. */
  readonly stale: number;
  /** Commits that the disk refused. */
  readonly refused: number;
  /** Remote messages that found a full mailbox. */
  readonly lost: number;
  /** Turns that threw. */
  readonly crashes: number;
  readonly snapshots: number;
}
