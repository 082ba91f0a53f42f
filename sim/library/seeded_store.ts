import type {
  CommitOutcome,
  DurableStore,
  EffectId,
  EngineTypes,
  LibraryEvent,
  MessageId,
  NamedReply,
  Opening,
  TurnRecord,
} from "@scenekeep/engine/core";

/**
 * A journal that already holds a library: its events come before all that the run adds, until a
 * snapshot covers them.
 */
export class SeededStore implements DurableStore<EngineTypes> {
  readonly #inner: DurableStore<EngineTypes>;
  #seed: readonly LibraryEvent[];

  constructor(inner: DurableStore<EngineTypes>, seed: readonly LibraryEvent[]) {
    this.#inner = inner;
    this.#seed = seed;
  }

  open(): Opening<EngineTypes> {
    const opening = this.#inner.open();
    if (this.#seed.length === 0) return opening;
    return { ...opening, events: joined(this.#seed, opening.events) };
  }

  commit(turn: TurnRecord<EngineTypes>): CommitOutcome {
    return this.#inner.commit(turn);
  }

  repliesTo(id: MessageId): readonly NamedReply<EngineTypes["message"]>[] | null {
    return this.#inner.repliesTo(id);
  }

  isOutstanding(id: EffectId): boolean {
    return this.#inner.isOutstanding(id);
  }

  acknowledge(id: EffectId): void {
    this.#inner.acknowledge(id);
  }

  saveSnapshot(snapshot: unknown): CommitOutcome {
    const outcome = this.#inner.saveSnapshot(snapshot);
    if (outcome.kind === "committed") this.#seed = [];
    return outcome;
  }

  eventsSinceSnapshot(): number {
    return this.#seed.length + this.#inner.eventsSinceSnapshot();
  }

  pruneApplied(wallMs: number): void {
    this.#inner.pruneApplied(wallMs);
  }
}

function* joined<Event>(
  first: readonly Event[],
  second: Iterable<Event>,
): Generator<Event> {
  yield* first;
  yield* second;
}
