import type {
  ActorDefinition,
  ActorTypes,
  EffectOf,
  IncomingOf,
  StateInvariant,
  TurnContext,
} from "@scenekeep/engine/core";
import { canonicalJson } from "./canonical_writer.ts";

/** Says what a definition did wrong in the turn that just ran. */
export interface Misconduct {
  readonly checker: "durable-receive-is-pure" | "restart-equivalence";
  readonly message: string;
}

/**
 * A definition that remembers its last turn and is watched for what a definition must not do.
 *
 * The wrapped definition is run unchanged, by the same cell as in production.
 */
export class ObservedActor<State, Types extends ActorTypes>
  implements ActorDefinition<State, Types> {
  readonly kind: string;
  readonly durability: "durable" | "volatile";
  readonly mailboxCapacity: number;
  readonly invariants: readonly StateInvariant<State>[];
  /** Everything that the last turn asked for, appends included. */
  effects: readonly EffectOf<Types>[] = [];
  /** The number of the last turn, and the life that it belongs to. */
  turn = 0;
  life = 0;
  /** When set, the next turn must leave the state as it found it. */
  isPurityDue = false;
  /** When set, the canonical state that the next restart must come back to. */
  expectedState: string | null = null;
  misconduct: Misconduct | null = null;
  readonly #definition: ActorDefinition<State, Types>;

  constructor(definition: ActorDefinition<State, Types>) {
    this.#definition = definition;
    this.kind = definition.kind;
    this.durability = definition.durability;
    this.mailboxCapacity = definition.mailboxCapacity;
    this.invariants = definition.invariants;
  }

  initial(): State {
    return this.#definition.initial();
  }

  receive(
    state: State,
    incoming: IncomingOf<Types>,
    context: TurnContext,
  ): readonly EffectOf<Types>[] {
    this.turn = context.turn;
    const before = this.isPurityDue ? canonicalJson(this.#definition.encode(state)) : null;
    this.effects = this.#definition.receive(state, incoming, context);
    if (before !== null) this.#checkPurity(before, state);
    return this.effects;
  }

  evolve(state: State, event: Types["event"]): void {
    this.#definition.evolve(state, event);
  }

  restored(state: State, context: TurnContext): readonly EffectOf<Types>[] {
    this.life = context.incarnation;
    this.turn = context.turn;
    if (this.expectedState !== null) this.#checkRestart(this.expectedState, state);
    this.expectedState = null;
    this.effects = this.#definition.restored(state, context);
    return this.effects;
  }

  encode(state: State): unknown {
    return this.#definition.encode(state);
  }

  decode(snapshot: unknown): State {
    return this.#definition.decode(snapshot);
  }

  #checkPurity(before: string, state: State): void {
    this.isPurityDue = false;
    const after = canonicalJson(this.#definition.encode(state));
    if (after === before) return;
    this.misconduct = {
      checker: "durable-receive-is-pure",
      message: `receive of "${this.kind}" changed the state: ${firstDifference(before, after)}`,
    };
  }

  #checkRestart(expected: string, state: State): void {
    const actual = canonicalJson(this.#definition.encode(state));
    if (actual === expected) return;
    this.misconduct = {
      checker: "restart-equivalence",
      message: `"${this.kind}" came back changed: ${firstDifference(expected, actual)}`,
    };
  }
}

function firstDifference(before: string, after: string): string {
  let index = 0;
  while (index < before.length && before[index] === after[index]) index += 1;
  const start = Math.max(0, index - 30);
  return `expected …${before.slice(start, index + 30)}… got …${after.slice(start, index + 30)}…`;
}
