import type { Effect } from "./effect.ts";
import type { ActorId } from "./ids.ts";
import type { Incoming } from "./incoming.ts";

/** What an actor may know of the world in one turn. The same turn gives the same effects. */
export interface TurnContext {
  readonly self: ActorId;
  /** Counts the lives of this actor: 1 at first boot, one more at each restart. */
  readonly incarnation: number;
  /** Counts the turns of this life, from 1. Turn 0 is `restored`. */
  readonly turn: number;
  /** Wall clock in milliseconds since 1970. May jump either way. */
  readonly wallMs: number;
  /** Milliseconds since the process started. Never goes back; starts again with the process. */
  readonly monotonicMs: number;
  /** Names one run of the process: differs exactly when `monotonicMs` has started again. */
  readonly bootId: string;
}

/** The types that one system of actors shares. */
export interface ActorTypes {
  readonly message: unknown;
  readonly event: unknown;
  readonly job: unknown;
  readonly result: unknown;
}

/** An effect in the types of a system. */
export type EffectOf<Types extends ActorTypes> = Effect<
  Types["message"],
  Types["event"],
  Types["job"]
>;

/** An incoming in the types of a system. */
export type IncomingOf<Types extends ActorTypes> = Incoming<Types["message"], Types["result"]>;

/**
 * A rule that an actor's state keeps between turns. Checked in simulation after each turn, and by a
 * host at snapshots and restarts.
 */
export interface StateInvariant<State> {
  readonly id: string;
  /** Null when the rule holds, else what is wrong. */
  check(state: State): string | null;
}

/**
 * An actor: data in, data out, no clock, no I/O, no promise.
 *
 * **Durable** actors keep a journal. `receive` decides and must not change `state`; it returns the
 * events as `append` effects. The host commits all effects of a turn in one transaction and only
 * then calls `evolve` for each event, in order. A turn that could not be committed never happened.
 * A restart is `initial` (or the decoded snapshot), `evolve` for every event since, then
 * `restored`: boot and crash recovery are one path.
 *
 * **Volatile** actors keep nothing over a crash. `receive` may change `state` in place; `restored`
 * asks whoever knows for the work to be done.
 */
export interface ActorDefinition<State, Types extends ActorTypes> {
  readonly kind: string;
  readonly durability: "durable" | "volatile";
  /**
   * Messages that may wait. A sender on a full mailbox is held back (`local`) or loses (`remote`).
   */
  readonly mailboxCapacity: number;
  readonly invariants: readonly StateInvariant<State>[];
  initial(): State;
  receive(
    state: State,
    incoming: IncomingOf<Types>,
    context: TurnContext,
  ): readonly EffectOf<Types>[];
  evolve(state: State, event: Types["event"]): void;
  restored(state: State, context: TurnContext): readonly EffectOf<Types>[];
  /** The state as plain JSON, with `decode(encode(state))` equal to `state`. */
  encode(state: State): unknown;
  decode(snapshot: unknown): State;
}
