import {
  type ActorDefinition,
  type ActorId,
  type ActorTypes,
  type ClockReading,
  type Delivery,
  DurableCell,
  type DurableStore,
  type EffectId,
  effectId,
  type EffectOf,
  invariant,
  type NamedEffect,
  runTurn,
  type TimerKey,
  type TurnContext,
  type TurnOutcome,
} from "@scenekeep/engine/core";

/** What a runner hands over when its actor comes to life. */
export interface RunnerOpening<Types extends ActorTypes> {
  readonly outcome: TurnOutcome<Types>;
  readonly outbox: readonly NamedEffect<Types>[];
  readonly timersDue: readonly TimerKey[];
}

/** One actor behind an interface that does not name its state. */
export interface ActorRunner<Types extends ActorTypes> {
  readonly isDurable: boolean;
  readonly mailboxCapacity: number;
  /** Boots or recovers. What ran before is over. */
  open(clock: ClockReading): RunnerOpening<Types>;
  /** Runs one turn. */
  deliver(delivery: Delivery<Types>, clock: ClockReading): TurnOutcome<Types>;
  /** Takes note that the receiver of a durable send has committed it. */
  acknowledge(id: EffectId): void;
  /** Events since the snapshot; 0 without a journal. */
  eventsSinceSnapshot(): number;
  /** Saves a snapshot; false when the disk refused. */
  saveSnapshot(): boolean;
  /** Forgets applied messages from before `wallMs`. */
  pruneApplied(wallMs: number): void;
  /** The state as of the last commit, as plain JSON. */
  encodedState(): unknown;
}

/** Runs a durable actor on its store. */
export class DurableRunner<State, Types extends ActorTypes> implements ActorRunner<Types> {
  readonly isDurable = true;
  readonly mailboxCapacity: number;
  readonly #definition: ActorDefinition<State, Types>;
  readonly #store: DurableStore<Types>;
  readonly #self: ActorId;
  #cell: DurableCell<State, Types> | null = null;

  constructor(
    definition: ActorDefinition<State, Types>,
    options: { readonly self: ActorId; readonly store: DurableStore<Types> },
  ) {
    this.mailboxCapacity = definition.mailboxCapacity;
    this.#definition = definition;
    this.#store = options.store;
    this.#self = options.self;
  }

  open(clock: ClockReading): RunnerOpening<Types> {
    const cell = new DurableCell(this.#definition, { store: this.#store, self: this.#self });
    this.#cell = cell;
    return cell.open(clock);
  }

  deliver(delivery: Delivery<Types>, clock: ClockReading): TurnOutcome<Types> {
    return this.#opened().deliver(delivery, clock);
  }

  acknowledge(id: EffectId): void {
    this.#store.acknowledge(id);
  }

  eventsSinceSnapshot(): number {
    return this.#store.eventsSinceSnapshot();
  }

  saveSnapshot(): boolean {
    return this.#opened().snapshotWhenDue(0);
  }

  pruneApplied(wallMs: number): void {
    this.#store.pruneApplied(wallMs);
  }

  encodedState(): unknown {
    return this.#definition.encode(this.#opened().state);
  }

  #opened(): DurableCell<State, Types> {
    invariant(this.#cell !== null, "RUNNER_CLOSED", `${this.#self} must be opened first`);
    return this.#cell;
  }
}

/** Runs a volatile actor: nothing outlives a crash but the count of its lives. */
export class VolatileRunner<State, Types extends ActorTypes> implements ActorRunner<Types> {
  readonly isDurable = false;
  readonly mailboxCapacity: number;
  readonly #definition: ActorDefinition<State, Types>;
  readonly #beginLife: () => number;
  readonly #self: ActorId;
  #state: State;
  #life = 0;
  #turn = 0;

  constructor(
    definition: ActorDefinition<State, Types>,
    options: { readonly self: ActorId; readonly beginLife: () => number },
  ) {
    this.mailboxCapacity = definition.mailboxCapacity;
    this.#definition = definition;
    this.#beginLife = options.beginLife;
    this.#self = options.self;
    this.#state = definition.initial();
  }

  open(clock: ClockReading): RunnerOpening<Types> {
    this.#life = this.#beginLife();
    this.#turn = 0;
    this.#state = this.#definition.initial();
    const context = this.#context(clock);
    const outcome = released(this.#definition.restored(this.#state, context), context);
    return { outcome, outbox: [], timersDue: [] };
  }

  deliver(delivery: Delivery<Types>, clock: ClockReading): TurnOutcome<Types> {
    invariant(this.#life > 0, "RUNNER_CLOSED", `${this.#self} must be opened first`);
    this.#turn += 1;
    const context = this.#context(clock);
    const turn = { state: this.#state, incoming: delivery.incoming, context };
    return released(runTurn(this.#definition, turn), context);
  }

  acknowledge(_id: EffectId): void {}

  eventsSinceSnapshot(): number {
    return 0;
  }

  saveSnapshot(): boolean {
    return true;
  }

  pruneApplied(_wallMs: number): void {}

  encodedState(): unknown {
    return this.#definition.encode(this.#state);
  }

  #context(clock: ClockReading): TurnContext {
    return {
      self: this.#self,
      incarnation: this.#life,
      turn: this.#turn,
      wallMs: clock.wallMs,
      monotonicMs: clock.monotonicMs,
      bootId: clock.bootId,
    };
  }
}

function released<Types extends ActorTypes>(
  effects: readonly EffectOf<Types>[],
  context: TurnContext,
): TurnOutcome<Types> {
  const named = effects.map((effect, index) => ({ id: effectId(context, index), effect }));
  return { kind: "committed", released: named };
}
