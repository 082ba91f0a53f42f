import type { ActorDefinition, ActorTypes, EffectOf, IncomingOf, TurnContext } from "./actor.ts";
import type { EffectId } from "./ids.ts";
import { identifier } from "./ids.ts";
import { invariant } from "./invariant.ts";

/** The events of a turn's effects, in order. */
export function eventsOf<Types extends ActorTypes>(
  effects: readonly EffectOf<Types>[],
): Types["event"][] {
  const events: Types["event"][] = [];
  for (const effect of effects) if (effect.kind === "append") events.push(effect.event);
  return events;
}

/** The stable name of one effect of a turn. */
export function effectId(context: TurnContext, index: number): EffectId {
  return identifier(`${context.self}/${context.incarnation}/${context.turn}/${index}`);
}

/** What is durable of an actor: an optional snapshot and the events after it. */
export interface DurableRecord<Event> {
  readonly snapshot: unknown | null;
  readonly events: Iterable<Event>;
}

/**
 * Brings an actor to life: the one path for first boot and for recovery.
 *
 * Linear in the number of events after the snapshot.
 */
export function restoreState<State, Types extends ActorTypes>(
  definition: ActorDefinition<State, Types>,
  durable: DurableRecord<Types["event"]> | null,
): State {
  const snapshot = durable?.snapshot ?? null;
  const state = snapshot === null ? definition.initial() : definition.decode(snapshot);
  if (durable === null) return state;
  for (const event of durable.events) definition.evolve(state, event);
  return state;
}

/**
 * Runs one turn. The effects are not yet committed; for a durable actor the state is unchanged.
 *
 * @throws {InvariantError} When a volatile actor appends to a journal that it does not have.
 */
export function runTurn<State, Types extends ActorTypes>(
  definition: ActorDefinition<State, Types>,
  turn: { state: State; incoming: IncomingOf<Types>; context: TurnContext },
): readonly EffectOf<Types>[] {
  const effects = definition.receive(turn.state, turn.incoming, turn.context);
  if (definition.durability === "volatile") {
    for (const effect of effects) {
      invariant(effect.kind !== "append", "VOLATILE_APPEND", `${definition.kind} has no journal`);
    }
  }
  return effects;
}

/** Applies the events of a committed turn to the state. */
export function commitTurn<State, Types extends ActorTypes>(
  definition: ActorDefinition<State, Types>,
  turn: { state: State; effects: readonly EffectOf<Types>[] },
): void {
  for (const effect of turn.effects) {
    if (effect.kind === "append") definition.evolve(turn.state, effect.event);
  }
}
