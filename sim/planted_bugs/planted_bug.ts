import type {
  ActorDefinition,
  DurableStore,
  EngineEffect,
  EngineIncoming,
  EngineTypes,
  OfferedScene,
  TurnContext,
} from "@scenekeep/engine/core";
import type { PromiseId } from "../checkers/promise_id.ts";
import type { PhotoActors } from "../library/photo_actors.ts";

/** A bug, as a change to the engine that only tests make. */
export interface PlantedBug {
  readonly id: string;
  /** What is broken, in words. */
  readonly breaks: string;
  /** The promise whose checker must notice. */
  readonly promise: PromiseId;
  /** The scenario of `scenarios/` in which it shows. */
  readonly scenario: string;
  /** True when it costs somebody photos, words or places of photos. */
  readonly losesData?: true;
  /** The engine's actors with the bug in them. */
  readonly actors?: (engine: PhotoActors) => Partial<PhotoActors>;
  /** The librarian's journal with the bug in it. */
  readonly store?: (journal: DurableStore<EngineTypes>) => DurableStore<EngineTypes>;
}

/** The events of a turn, changed one by one; null leaves one out. */
export function withEvents<State>(
  definition: Definition<State>,
  change: (
    event: EngineTypes["event"],
    turn: BrokenTurn<State> & { readonly effects: readonly EngineEffect[] },
  ) => readonly EngineTypes["event"][],
): Definition<State> {
  return withEffects(
    definition,
    (effects, turn) =>
      effects.flatMap((effect): EngineEffect[] =>
        effect.kind !== "append"
          ? [effect]
          : change(effect.event, { ...turn, effects }).map((event) => ({ kind: "append", event }))
      ),
  );
}

type Definition<State> = ActorDefinition<State, EngineTypes>;

/** What a turn of a broken actor may look at. */
export interface BrokenTurn<State> {
  readonly state: State;
  readonly incoming: EngineIncoming;
  readonly context: TurnContext;
}

/** The actor with the effects of every turn changed. */
export function withEffects<State>(
  definition: Definition<State>,
  change: (effects: readonly EngineEffect[], turn: BrokenTurn<State>) => readonly EngineEffect[],
): Definition<State> {
  return {
    ...definition,
    receive: (state, incoming, context) =>
      change(definition.receive(state, incoming, context), { state, incoming, context }),
  };
}

/** The actor with what it receives changed. */
export function withIncoming<State>(
  definition: Definition<State>,
  change: (incoming: EngineIncoming) => EngineIncoming,
): Definition<State> {
  return {
    ...definition,
    receive: (state, incoming, context) => definition.receive(state, change(incoming), context),
  };
}

/** The actor that decides on another state than its own. */
export function withView<State>(
  definition: Definition<State>,
  change: (state: State, incoming: EngineIncoming) => State,
): Definition<State> {
  return {
    ...definition,
    receive: (state, incoming, context) =>
      definition.receive(change(state, incoming), incoming, context),
  };
}

/** The actor with something done to its state after an event. */
export function withEvolve<State>(
  definition: Definition<State>,
  after: (state: State, event: EngineTypes["event"]) => void,
): Definition<State> {
  return {
    ...definition,
    evolve: (state, event) => {
      definition.evolve(state, event);
      after(state, event);
    },
  };
}

/** True when the turn appends an event of this kind. */
export function appends(effects: readonly EngineEffect[], kind: string): boolean {
  return effects.some((effect) => effect.kind === "append" && effect.event.kind === kind);
}

/** The effects without the events of a kind. */
export function withoutEvents(effects: readonly EngineEffect[], kind: string): EngineEffect[] {
  return effects.filter((effect) => effect.kind !== "append" || effect.event.kind !== kind);
}

/** The librarian that, in turns that append one event, forgets to append others. */
export function librarianForgets(
  whenAppending: string,
  ...forgotten: readonly string[]
): NonNullable<PlantedBug["actors"]> {
  return (engine) => ({
    librarian: withEffects(engine.librarian, (effects) => {
      if (!appends(effects, whenAppending)) return effects;
      return forgotten.reduce<readonly EngineEffect[]>(withoutEvents, effects);
    }),
  });
}

/** The grouping actor with the scenes of every page of a review changed. */
export function withReviewScenes(
  change: (scenes: readonly OfferedScene[]) => readonly OfferedScene[],
): NonNullable<PlantedBug["actors"]> {
  return (engine) => ({
    grouping: withEffects(engine.grouping, (effects) =>
      effects.map((effect) => {
        if (effect.kind !== "reply" || effect.body.kind !== "reviewPage") return effect;
        return { ...effect, body: { ...effect.body, scenes: change(effect.body.scenes) } };
      })),
  });
}
