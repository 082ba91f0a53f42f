import type { ActorDefinition, ActorTypes, EffectOf, IncomingOf, TurnContext } from "./actor.ts";
import type {
  CommitFailure,
  Consumed,
  DurableStore,
  NamedEffect,
  NamedReply,
  TurnRecord,
} from "./durable_store.ts";
import type { CancelTimer, SetTimer } from "./effect.ts";
import type { ActorId, EffectId, TimerKey } from "./ids.ts";
import { invariant } from "./invariant.ts";
import { commitTurn, effectId, eventsOf, restoreState, runTurn } from "./turn.ts";

/** What the clock ports say at the start of a turn. */
export interface ClockReading {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly bootId: string;
}

/** Something to give to the actor; `effectId` names the request that a completion answers. */
export interface Delivery<Types extends ActorTypes> {
  readonly incoming: IncomingOf<Types>;
  readonly effectId: EffectId | null;
}

/** What came of a delivery. Only `committed` effects may leave the actor. */
export type TurnOutcome<Types extends ActorTypes> =
  | { readonly kind: "committed"; readonly released: readonly NamedEffect<Types>[] }
  | { readonly kind: "duplicate"; readonly released: readonly NamedEffect<Types>[] }
  | { readonly kind: "stale" }
  | { readonly kind: "refused"; readonly reason: CommitFailure };

/**
 * Runs one durable actor on a store: the same code in the host and in the simulator.
 *
 * Each delivery is one turn and one transaction. A redelivered message is answered from the record
 * without a turn; a completion that was already committed is dropped; after a refused commit the
 * state is as before and the sender will try again.
 */
export class DurableCell<State, Types extends ActorTypes> {
  readonly #definition: ActorDefinition<State, Types>;
  readonly #store: DurableStore<Types>;
  readonly #self: ActorId;
  #state: State;
  #incarnation = 0;
  #turn = 0;
  #opened = false;

  constructor(
    definition: ActorDefinition<State, Types>,
    options: { store: DurableStore<Types>; self: ActorId },
  ) {
    invariant(definition.durability === "durable", "CELL_DURABILITY", definition.kind);
    this.#definition = definition;
    this.#store = options.store;
    this.#self = options.self;
    this.#state = definition.initial();
  }

  /** The state, for reading. Only `evolve` changes it. */
  get state(): State {
    return this.#state;
  }

  /** Boots or recovers. Returns everything to release: `restored`, the outbox, and due timers. */
  open(
    clock: ClockReading,
  ): {
    outcome: TurnOutcome<Types>;
    outbox: readonly NamedEffect<Types>[];
    timersDue: readonly TimerKey[];
  } {
    const opening = this.#store.open();
    this.#incarnation = opening.incarnation;
    this.#turn = 0;
    this.#state = restoreState(this.#definition, opening);
    this.#opened = true;
    const context = this.#context(clock);
    const effects = this.#definition.restored(this.#state, context);
    const outcome = this.#commit({ effects, context, consumed: { kind: "nothing" } });
    return { outcome, outbox: opening.outbox, timersDue: opening.timers };
  }

  /** Gives the actor one thing and commits what it decides. */
  deliver(delivery: Delivery<Types>, clock: ClockReading): TurnOutcome<Types> {
    invariant(this.#opened, "CELL_CLOSED", `${this.#self} must be opened first`);
    const { incoming } = delivery;
    const consumed = consumedBy(delivery);
    if (consumed.kind === "message") {
      const replies = this.#store.repliesTo(consumed.id);
      if (replies !== null) return { kind: "duplicate", released: replies };
    }
    if (consumed.kind === "completion" && !this.#store.isOutstanding(consumed.effectId)) {
      return { kind: "stale" };
    }
    this.#turn += 1;
    const context = this.#context(clock);
    const effects = runTurn(this.#definition, { state: this.#state, incoming, context });
    return this.#commit({ effects, context, consumed });
  }

  /** Saves a snapshot once `eventsMin` events have gathered. True when one was saved. */
  snapshotWhenDue(eventsMin: number): boolean {
    if (this.#store.eventsSinceSnapshot() < eventsMin) return false;
    for (const rule of this.#definition.invariants) {
      const problem = rule.check(this.#state);
      invariant(problem === null, rule.id, problem ?? "");
    }
    return this.#store.saveSnapshot(this.#definition.encode(this.#state)).kind === "committed";
  }

  #context(clock: ClockReading): TurnContext {
    return {
      self: this.#self,
      incarnation: this.#incarnation,
      turn: this.#turn,
      wallMs: clock.wallMs,
      monotonicMs: clock.monotonicMs,
      bootId: clock.bootId,
    };
  }

  #commit(
    turn: { effects: readonly EffectOf<Types>[]; context: TurnContext; consumed: Consumed },
  ): TurnOutcome<Types> {
    const released: NamedEffect<Types>[] = [];
    for (let index = 0; index < turn.effects.length; index += 1) {
      const effect = turn.effects[index]!;
      if (effect.kind !== "append") released.push({ id: effectId(turn.context, index), effect });
    }
    const record = turnRecord(released, turn);
    if (needsCommit(record)) {
      const outcome = this.#store.commit(record);
      if (outcome.kind === "failed") return { kind: "refused", reason: outcome.reason };
    }
    commitTurn(this.#definition, { state: this.#state, effects: turn.effects });
    return { kind: "committed", released };
  }
}

function consumedBy<Types extends ActorTypes>(delivery: Delivery<Types>): Consumed {
  const { incoming } = delivery;
  switch (incoming.kind) {
    case "message":
      // A local message is delivered once by its contract; others carry an id worth remembering.
      return incoming.envelope.channel === "local"
        ? { kind: "nothing" }
        : { kind: "message", id: incoming.envelope.id };
    case "completed":
      invariant(delivery.effectId !== null, "COMPLETION_WITHOUT_REQUEST", incoming.key);
      return { kind: "completion", effectId: delivery.effectId };
    case "timer":
      return { kind: "timer", key: incoming.key };
  }
}

/** True for the effects that a restart must repeat until their end is committed. */
export function isOutboxEffect<Types extends ActorTypes>(effect: EffectOf<Types>): boolean {
  switch (effect.kind) {
    case "readObject":
    case "writeObject":
    case "link":
    case "remove":
    case "compute":
      return true;
    case "send":
      return effect.channel === "durable";
    default:
      return false;
  }
}

function turnRecord<Types extends ActorTypes>(
  released: readonly NamedEffect<Types>[],
  turn: { effects: readonly EffectOf<Types>[]; context: TurnContext; consumed: Consumed },
): TurnRecord<Types> {
  const outbox: NamedEffect<Types>[] = [];
  const replies: NamedReply<Types["message"]>[] = [];
  // The last word on a key counts: what is set and then cancelled, or the reverse, is one change.
  let timers: Map<TimerKey, SetTimer | CancelTimer> | null = null;
  for (const named of released) {
    const { effect } = named;
    if (effect.kind === "reply") replies.push({ id: named.id, effect });
    else if (effect.kind === "setTimer" || effect.kind === "cancelTimer") {
      timers ??= new Map();
      timers.set(effect.key, effect);
    } else if (isOutboxEffect<Types>(effect)) outbox.push(named);
  }
  const timersSet: SetTimer[] = [];
  const timersCancelled: TimerKey[] = [];
  for (const effect of timers?.values() ?? []) {
    if (effect.kind === "setTimer") timersSet.push(effect);
    else timersCancelled.push(effect.key);
  }
  return {
    consumed: turn.consumed,
    events: eventsOf(turn.effects),
    outbox,
    replies,
    timersSet,
    timersCancelled,
    wallMs: turn.context.wallMs,
  };
}

/**
 * A turn that changed nothing durable costs no transaction. A message that changed nothing is not
 * remembered either: asking again is then simply answered again.
 */
function needsCommit<Types extends ActorTypes>(record: TurnRecord<Types>): boolean {
  return record.events.length > 0 || record.outbox.length > 0 || record.timersSet.length > 0 ||
    record.timersCancelled.length > 0 || record.consumed.kind === "completion" ||
    record.consumed.kind === "timer";
}
