import {
  type ActorTypes,
  type CommitFailure,
  type CommitOutcome,
  type DurableStore,
  type EffectId,
  type MemoryContents,
  MemoryStore,
  type MemoryStoreOptions,
  type MessageId,
  type NamedReply,
  type Opening,
  type TurnRecord,
} from "@scenekeep/engine/core";

/** Decides whether a commit or snapshot is refused. */
export interface CommitGate {
  refuseCommit(): CommitFailure | null;
}

/** How a virtual journal behaves. */
export interface VirtualJournalOptions {
  readonly gate: CommitGate;
  /** `json` keeps copies as a disk does; `shared` is fast. */
  readonly copies: "shared" | "json";
  /** Keeps every step, so that the last ones can be taken back. */
  readonly mayLoseTail: boolean;
}

type JournalStep<Types extends ActorTypes> =
  | { readonly kind: "open" }
  | { readonly kind: "commit"; readonly turn: TurnRecord<Types> }
  | { readonly kind: "acknowledge"; readonly id: EffectId }
  | { readonly kind: "saveSnapshot"; readonly snapshot: unknown }
  | { readonly kind: "pruneApplied"; readonly wallMs: number };

/**
 * The journal of one durable actor in a virtual world: the memory store, which a gate may refuse
 * commits to, and which can be made to lose its end.
 */
export class VirtualJournal<Types extends ActorTypes> implements DurableStore<Types> {
  #store: MemoryStore<Types>;
  readonly #options: VirtualJournalOptions;
  readonly #storeOptions: MemoryStoreOptions;
  #isRepeating = false;
  /** Every step since the start, kept only where the end may be lost. */
  #steps: JournalStep<Types>[] | null;

  constructor(options: VirtualJournalOptions) {
    const { gate, copies } = options;
    this.#options = options;
    this.#storeOptions = { copies, refusal: () => this.#isRepeating ? null : gate.refuseCommit() };
    this.#store = new MemoryStore(this.#storeOptions);
    this.#steps = options.mayLoseTail ? [] : null;
  }

  /** Another life on the same record, not yet opened; opening it fences this one out. */
  nextLife(): VirtualJournal<Types> {
    const next = new VirtualJournal<Types>(this.#options);
    next.#steps = this.#steps;
    next.#store = this.#store.nextLife();
    return next;
  }

  /** What a restart would find, beside snapshot and events, which the state stands for. */
  get contents(): MemoryContents<Types> {
    return this.#store.contents;
  }

  open(): Opening<Types> {
    this.#steps?.push({ kind: "open" });
    return this.#store.open();
  }

  commit(turn: TurnRecord<Types>): CommitOutcome {
    const outcome = this.#store.commit(turn);
    if (outcome.kind === "failed") return outcome;
    this.#steps?.push({ kind: "commit", turn });
    return outcome;
  }

  repliesTo(id: MessageId): readonly NamedReply<Types["message"]>[] | null {
    return this.#store.repliesTo(id);
  }

  isOutstanding(id: EffectId): boolean {
    return this.#store.isOutstanding(id);
  }

  acknowledge(id: EffectId): void {
    const wasOutstanding = this.#steps !== null && this.#store.isOutstanding(id);
    this.#store.acknowledge(id);
    const isForgotten = wasOutstanding && !this.#store.isOutstanding(id);
    if (isForgotten) this.#steps?.push({ kind: "acknowledge", id });
  }

  saveSnapshot(snapshot: unknown): CommitOutcome {
    const outcome = this.#store.saveSnapshot(snapshot);
    if (outcome.kind === "committed") this.#steps?.push({ kind: "saveSnapshot", snapshot });
    return outcome;
  }

  eventsSinceSnapshot(): number {
    return this.#store.eventsSinceSnapshot();
  }

  pruneApplied(wallMs: number): void {
    this.#steps?.push({ kind: "pruneApplied", wallMs });
    this.#store.pruneApplied(wallMs);
  }

  /**
   * Loses the last committed turns, as a disk does that lied about a sync. Linear in all that was
   * ever written. Returns how many turns were lost.
   */
  loseTail(turns: number): number {
    if (this.#steps === null) return 0;
    let index = this.#steps.length;
    let lost = 0;
    while (index > 0 && lost < turns) {
      index -= 1;
      if (this.#steps[index]!.kind === "commit") lost += 1;
    }
    const kept = this.#steps.filter((step, at) => at < index || step.kind === "open");
    this.#steps.splice(0, this.#steps.length, ...kept);
    this.#store = new MemoryStore(this.#storeOptions);
    this.#isRepeating = true;
    for (const step of kept) this.#repeat(step);
    this.#isRepeating = false;
    return lost;
  }

  #repeat(step: JournalStep<Types>): void {
    switch (step.kind) {
      case "open":
        this.#store.open();
        return;
      case "commit":
        this.#store.commit(step.turn);
        return;
      case "acknowledge":
        return this.#store.acknowledge(step.id);
      case "saveSnapshot":
        this.#store.saveSnapshot(step.snapshot);
        return;
      case "pruneApplied":
        return this.#store.pruneApplied(step.wallMs);
    }
  }
}
