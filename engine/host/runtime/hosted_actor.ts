import type { ActorDefinition, ActorId, ActorTypes } from "@scenekeep/engine/core";
import { firstFormat, type RecordFormat } from "../journal/record_format.ts";
import { type ActorRunner, DurableRunner, VolatileRunner } from "./actor_runner.ts";
import type { Journal } from "./journal.ts";

/** An actor that a runtime can run, whatever its state is made of. */
export interface HostedActor<Types extends ActorTypes> {
  readonly id: ActorId;
  /** The `kind` of its definition. */
  readonly kind: string;
  /** What a replay makes its definition from; null when it is not recorded. */
  readonly settings: Readonly<Record<string, unknown>> | null;
  /** Makes what runs it, not opened. */
  readonly runner: (journal: Journal) => ActorRunner<Types>;
}

/**
 * Makes an actor of its definition.
 *
 * @example
 * ```ts ignore
 * const librarian = hostActor({ id: LIBRARIAN, definition: librarianDefinition });
 * ```
 */
export function hostActor<State, Types extends ActorTypes>(
  actor: {
    readonly id: ActorId;
    readonly definition: ActorDefinition<State, Types>;
    /** How older records of a durable actor are read. */
    readonly format?: RecordFormat<Types>;
    /**
     * What the definition was made from, as plain JSON. Without it the actor is left out of
     * recordings, as it must be when what it is given may not be in one.
     */
    readonly settings?: Readonly<Record<string, unknown>>;
  },
): HostedActor<Types> {
  const { id, definition, format = firstFormat<Types>(), settings = null } = actor;
  return {
    id,
    kind: definition.kind,
    settings,
    runner: (journal) =>
      definition.durability === "durable"
        ? new DurableRunner(definition, { self: id, store: journal.storeFor(id, format) })
        : new VolatileRunner(definition, { self: id, beginLife: () => journal.beginLife(id) }),
  };
}
