import type { ActorId, ActorTypes, RecordedActor, RecordedTurn } from "@scenekeep/engine/core";
import type { Checker } from "../world/checker.ts";
import type { Observation } from "../world/observation.ts";
import type { TraceSink } from "../world/trace_chain.ts";
import type { ReplayedActor } from "./replayed_actor.ts";

/** What checks the promises of a system of actors while one life of it is replayed. */
export interface ReplayWatch<Types extends ActorTypes> {
  readonly checkers: readonly Checker<Types>[];
  /** How large the state is: what costs as much is looked at so many turns apart. */
  readonly size: number;
  /** Takes in what the followed actor's record held when nobody saw what came before. */
  begin(actor: ReplayedActor<Types>, nowMs: number): void;
  /** What is known to have happened outside before a turn, and what a turn let happen there. */
  before(turn: RecordedTurn<Types>): readonly Observation<Types>[];
  after(turn: RecordedTurn<Types>, actor: ReplayedActor<Types>): readonly Observation<Types>[];
}

/** A system of actors that can be replayed. */
export interface ReplayOptions<Types extends ActorTypes> {
  /** The actor whose lives the promises follow. */
  readonly followed: ActorId;
  /** Makes an actor as it was recorded; null when nobody knows how. */
  readonly actorOf: (recorded: RecordedActor) => ReplayedActor<Types> | null;
  readonly watch: () => ReplayWatch<Types>;
  readonly trace?: TraceSink | undefined;
}
