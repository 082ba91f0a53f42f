import type { Ratio } from "../draw.ts";

/** What a fault touches, and so whose promise it tests. */
export type FaultScope =
  | "channel"
  | "actor"
  | "process"
  | "journal"
  | "objects"
  | "compute"
  | "timer"
  | "clock"
  | "domain";

/** Names one kind of fault. The world's own are in {@linkcode WORLD_FAULTS}. */
export type FaultId = string;

/** One kind of fault that a world can deliver. */
export interface FaultDefinition {
  readonly id: FaultId;
  readonly scope: FaultScope;
  /**
   * True when a channel or port with its stated contract may do this: liveness is then still
   * demanded. False: only what is promised against any fault is demanded.
   */
  readonly keepsContract: boolean;
  readonly doc: string;
  /** What the number that comes with each fault means, and its range, both ends included. */
  readonly value: { readonly meaning: string; readonly min: number; readonly max: number };
  /** How often it strikes under `default`, for each thing that it can strike. */
  readonly rate: Ratio;
}

/** How one kind of fault is set in one run. */
export interface FaultSetting {
  readonly rate?: Ratio;
  readonly min?: number;
  readonly max?: number;
}

/**
 * One decision written out: fault `fault` strikes `entity` the `occurrence`th time that it could,
 * with `value`. A list of these makes a run repeatable without its seed.
 */
export interface Perturbation {
  readonly fault: FaultId;
  /**
   * The message, effect (`actor/life/turn/index`), turn (`actor/life/turn`), process or boot. A
   * crash before an effect that names a turn comes after the turn's last effect.
   */
  readonly entity: string;
  readonly occurrence: number;
  readonly value: number;
}

/** What became of one kind of fault in a run. */
export interface FaultCount {
  /** How often it was delivered. */
  readonly delivered: number;
  /** How often an actor's turn, or a client, met its consequence. */
  readonly noticed: number;
}
