import type { ActorId, ActorTypes } from "@scenekeep/engine/core";
import type { Observation } from "./observation.ts";
import type { ObjectHolder } from "./object_holder.ts";

/** A promise that did not hold. */
export interface Violation {
  readonly checker: string;
  readonly message: string;
  /** What it is about, for telling one failure from another. */
  readonly entity: string;
  /** How many events had happened. */
  readonly event: number;
  readonly virtualMs: number;
}

/** What a checker may look at. */
export interface WorldView {
  readonly nowMs: number;
  readonly eventCount: number;
  /** The state of an actor as of its last commit; null for a volatile actor that is down. */
  state(actor: ActorId): unknown;
  actors(): readonly ActorId[];
  isUp(actor: ActorId): boolean;
  /** An object store or folder tree by its name. */
  holder(name: string): ObjectHolder;
  /** Durable messages that were sent and not yet acknowledged by this actor's journal. */
  durableInFlight(actor: ActorId): number;
}

/** How a checker says that its promise does not hold. */
export type Report = (message: string, entity: string) => void;

/**
 * A promise, checked while the world runs.
 *
 * `observe` folds one observation in and should take constant time. `evaluate` may cost more and is
 * called every so many events, `recompute` makes the fold anew from the states and says where the
 * two differ, and `settle` is called once when the world has come to rest.
 */
export interface Checker<Types extends ActorTypes> {
  readonly id: string;
  /** Given once, before anything is observed, to checkers that report from elsewhere too. */
  attach?(report: Report): void;
  /** How often the checker judged something that could have failed. Kept by the checker. */
  readonly evaluations: number;
  observe?(observation: Observation<Types>, report: Report, view: WorldView): void;
  evaluate?(report: Report, view: WorldView): void;
  recompute?(view: WorldView): string | null;
  settle?(report: Report, view: WorldView): void;
}
