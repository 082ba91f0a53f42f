import {
  type ActorDefinition,
  type ActorTypes,
  type ClockReading,
  type Delivery,
  DurableCell,
  type DurableStore,
  type EffectId,
  effectId,
  type EffectOf,
  eventsOf,
  type MemoryContents,
  type MessageId,
  type NamedEffect,
  runTurn,
  type TimerKey,
  type TurnContext,
  type TurnOutcome,
} from "@scenekeep/engine/core";
import type { ActorId } from "@scenekeep/engine/core";
import { canonicalJson } from "./canonical_writer.ts";
import { type Misconduct, ObservedActor } from "./observed_actor.ts";
import type { VirtualJournal } from "./virtual_journal.ts";

/** What a runner hands over when its actor comes to life. */
export interface RunnerOpening<Types extends ActorTypes> {
  readonly outcome: TurnOutcome<Types>;
  readonly outbox: readonly NamedEffect<Types>[];
  readonly timersDue: readonly TimerKey[];
}

/** One actor behind an interface that does not name its state. */
export interface ActorRunner<Types extends ActorTypes> {
  readonly kind: string;
  readonly isDurable: boolean;
  readonly mailboxCapacity: number;
  /** Everything that the last turn asked for. */
  readonly effects: readonly EffectOf<Types>[];
  /** What the last turn appended; made anew each time. */
  readonly events: readonly Types["event"][];
  /** This life's number, and the number of its last turn. */
  readonly life: number;
  readonly turn: number;
  /** The state as of the last commit; for a volatile actor null while it is down. */
  readonly state: unknown;
  open(clock: ClockReading): RunnerOpening<Types>;
  deliver(delivery: Delivery<Types>, clock: ClockReading): TurnOutcome<Types>;
  /** Ends this life. With `remember`, the next one must come back to the same state. */
  crash(remember: boolean): void;
  /** Asks that the next turn be checked for changing the state outside `evolve`. */
  checkNextTurn(): void;
  /** What the definition did that it must not, once. */
  takeMisconduct(): Misconduct | null;
  brokenInvariant(): { readonly id: string; readonly problem: string } | null;
  encodedState(): unknown;
  /** What a restart would find beside the state, for those who watch; null when nothing is kept. */
  readonly journal: MemoryContents<Types> | null;
  acknowledge(id: EffectId): void;
  snapshotWhenDue(eventsMin: number): boolean;
  pruneApplied(wallMs: number): void;
  loseTail(turns: number): number;
}

/** What a runner asks of the journal beside the store. */
export type RunnerJournal<Types extends ActorTypes> = Pick<
  VirtualJournal<Types>,
  "contents" | "loseTail"
>;

/** Runs a durable actor: the production cell on a virtual journal. */
export class DurableRunner<State, Types extends ActorTypes> implements ActorRunner<Types> {
  readonly kind: string;
  readonly isDurable = true;
  readonly mailboxCapacity: number;
  readonly #observed: ObservedActor<State, Types>;
  readonly #journal: RunnerJournal<Types>;
  readonly #store: DurableStore<Types>;
  readonly #self: ActorId;
  readonly #comparesRestarts: boolean;
  #cell: DurableCell<State, Types>;

  /** Without `comparesRestarts` no life must come back to the state of the one before. */
  constructor(
    definition: ActorDefinition<State, Types>,
    options: {
      self: ActorId;
      journal: RunnerJournal<Types>;
      store: DurableStore<Types>;
      comparesRestarts?: boolean;
    },
  ) {
    this.kind = definition.kind;
    this.mailboxCapacity = definition.mailboxCapacity;
    this.#observed = new ObservedActor(definition);
    this.#journal = options.journal;
    this.#store = options.store;
    this.#self = options.self;
    this.#comparesRestarts = options.comparesRestarts ?? true;
    this.#cell = this.#newCell();
  }

  get effects(): readonly EffectOf<Types>[] {
    return this.#observed.effects;
  }
  get events(): readonly Types["event"][] {
    return eventsOf(this.#observed.effects);
  }
  get life(): number {
    return this.#observed.life;
  }
  get turn(): number {
    return this.#observed.turn;
  }
  get state(): State {
    return this.#cell.state;
  }
  get journal(): MemoryContents<Types> {
    return this.#journal.contents;
  }

  open(clock: ClockReading): RunnerOpening<Types> {
    this.#cell = this.#newCell();
    return this.#cell.open(clock);
  }

  deliver(delivery: Delivery<Types>, clock: ClockReading): TurnOutcome<Types> {
    return this.#cell.deliver(delivery, clock);
  }

  crash(remember: boolean): void {
    const isCompared = remember && this.#comparesRestarts;
    this.#observed.expectedState = isCompared ? canonicalJson(this.encodedState()) : null;
    this.#observed.isPurityDue = false;
  }

  checkNextTurn(): void {
    this.#observed.isPurityDue = true;
  }

  takeMisconduct(): Misconduct | null {
    const { misconduct } = this.#observed;
    this.#observed.misconduct = null;
    return misconduct;
  }

  brokenInvariant(): { readonly id: string; readonly problem: string } | null {
    return brokenRule(this.#observed, this.#cell.state);
  }

  encodedState(): unknown {
    return this.#observed.encode(this.#cell.state);
  }

  acknowledge(id: EffectId): void {
    this.#store.acknowledge(id);
  }

  snapshotWhenDue(eventsMin: number): boolean {
    return this.#cell.snapshotWhenDue(eventsMin);
  }

  pruneApplied(wallMs: number): void {
    this.#store.pruneApplied(wallMs);
  }

  loseTail(turns: number): number {
    return this.#journal.loseTail(turns);
  }

  #newCell(): DurableCell<State, Types> {
    return new DurableCell(this.#observed, { store: this.#store, self: this.#self });
  }
}

/** Runs a volatile actor: nothing outlives a crash but the count of its lives. */
export class VolatileRunner<State, Types extends ActorTypes> implements ActorRunner<Types> {
  readonly kind: string;
  readonly isDurable = false;
  readonly mailboxCapacity: number;
  readonly events: readonly Types["event"][] = [];
  readonly journal = null;
  readonly #observed: ObservedActor<State, Types>;
  readonly #self: ActorId;
  readonly #beginLife: (() => number) | null;
  #state: State | null = null;
  #life = 0;
  #turn = 0;

  /** `beginLife` numbers the lives; without it they are counted from 1. */
  constructor(
    definition: ActorDefinition<State, Types>,
    options: { self: ActorId; beginLife?: () => number },
  ) {
    this.kind = definition.kind;
    this.mailboxCapacity = definition.mailboxCapacity;
    this.#observed = new ObservedActor(definition);
    this.#self = options.self;
    this.#beginLife = options.beginLife ?? null;
  }

  get effects(): readonly EffectOf<Types>[] {
    return this.#observed.effects;
  }
  get life(): number {
    return this.#life;
  }
  get turn(): number {
    return this.#turn;
  }
  get state(): State | null {
    return this.#state;
  }

  open(clock: ClockReading): RunnerOpening<Types> {
    this.#life = this.#beginLife?.() ?? this.#life + 1;
    this.#turn = 0;
    this.#state = this.#observed.initial();
    const context = this.#context(clock);
    const effects = this.#observed.restored(this.#state, context);
    return { outcome: released(effects, context), outbox: [], timersDue: [] };
  }

  deliver(delivery: Delivery<Types>, clock: ClockReading): TurnOutcome<Types> {
    this.#turn += 1;
    const context = this.#context(clock);
    const state = this.#state!;
    const effects = runTurn(this.#observed, { state, incoming: delivery.incoming, context });
    return released(effects, context);
  }

  crash(_remember: boolean): void {
    this.#state = null;
  }

  checkNextTurn(): void {}

  takeMisconduct(): Misconduct | null {
    return null;
  }

  brokenInvariant(): { readonly id: string; readonly problem: string } | null {
    return this.#state === null ? null : brokenRule(this.#observed, this.#state);
  }

  encodedState(): unknown {
    return this.#state === null ? null : this.#observed.encode(this.#state);
  }

  acknowledge(_id: EffectId): void {}

  snapshotWhenDue(_eventsMin: number): boolean {
    return false;
  }

  pruneApplied(_wallMs: number): void {}

  loseTail(_turns: number): number {
    return 0;
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

/** The name of a send or reply is the name of its message, the same in every redelivery. */
export function messageIdOf(id: EffectId): MessageId {
  return id as string as MessageId;
}

function released<Types extends ActorTypes>(
  effects: readonly EffectOf<Types>[],
  context: TurnContext,
): TurnOutcome<Types> {
  const named: NamedEffect<Types>[] = [];
  for (let index = 0; index < effects.length; index++) {
    named.push({ id: effectId(context, index), effect: effects[index]! });
  }
  return { kind: "committed", released: named };
}

function brokenRule<State, Types extends ActorTypes>(
  definition: ActorDefinition<State, Types>,
  state: State,
): { readonly id: string; readonly problem: string } | null {
  for (const rule of definition.invariants) {
    const problem = rule.check(state);
    if (problem !== null) return { id: rule.id, problem };
  }
  return null;
}
