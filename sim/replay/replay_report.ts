import type { ActorId } from "@scenekeep/engine/core";
import type { Violation } from "../world/checker.ts";

/** The first turn in which an actor decides otherwise than it did. */
export interface ReplayDivergence {
  /** Line of the recording, from 1. */
  readonly line: number;
  /** Number of the turn among all of the replay. */
  readonly event: number;
  readonly actor: ActorId;
  /** The life of the actor, and the turn in it; 0 is `restored`. */
  readonly life: number;
  readonly turn: number;
  /** Path of the first field that differs: `events[0].kind`; `state` at the end of a run. */
  readonly field: string;
  /** Both values, as JSON. */
  readonly recorded: string;
  readonly replayed: string;
}

/** What a replay came to. */
export interface ReplayReport {
  /** Runs of a runtime that the recording has. */
  readonly runs: number;
  /** Those that were killed, or whose recording was cut. */
  readonly runsWithoutEnd: number;
  /**
   * How often the promises began with what a record held, without what came before: at the first
   * life, and where a life is not recorded, has no end, or was not replayed as it was.
   */
  readonly beginnings: number;
  readonly turns: number;
  /** Turns of an actor that had failed here and not when it was recorded. */
  readonly skippedTurns: number;
  readonly actors: Readonly<Record<ActorId, { readonly turns: number; readonly lives: number }>>;
  /** Actors that ran and are not in the recording, of all runs. */
  readonly leftOut: readonly ActorId[];
  /** Versions of the engine that were recorded. */
  readonly engines: readonly string[];
  /** Why the recording ended before what it records; null when it did not. */
  readonly cut: string | null;
  /** States that were compared at the ends of runs. */
  readonly statesCompared: number;
  /** Records that were found after a kill, and compared with what was committed before it. */
  readonly recordsCompared: number;
  /** SHA-256 of each actor's state at the end, as a recording has it. */
  readonly states: Readonly<Record<string, string | null>>;
  readonly divergence: ReplayDivergence | null;
  readonly divergingTurns: number;
  /** What an actor threw here and not when it was recorded. */
  readonly crash: {
    readonly line: number;
    readonly actor: ActorId;
    readonly error: string;
  } | null;
  readonly violations: readonly Violation[];
  readonly checks: Readonly<Record<string, number>>;
  readonly virtualMs: number;
  readonly traceHash: string;
  readonly blockHashes: readonly string[];
  readonly traceLines: number;
}
