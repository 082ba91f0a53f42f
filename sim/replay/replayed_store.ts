import {
  type ActorTypes,
  type CommitFailure,
  type CommitOutcome,
  type DurableStore,
  type EffectId,
  invariant,
  type MessageId,
  type NamedReply,
  type Opening,
  type RecordedTurn,
  type TurnRecord,
} from "@scenekeep/engine/core";

/** Stands for what a real store threw. */
export class RecordedFailure extends Error {
  override readonly name = "RecordedFailure";
}

/** A store that answers as the recorded one did in the turn that is replayed. */
export class ReplayedStore<Types extends ActorTypes> implements DurableStore<Types> {
  /** What the turn appends, by the code that is run now. */
  events: readonly Types["event"][] = [];
  #opening: Opening<Types> | null = null;
  #turn: RecordedTurn<Types> | null = null;

  /** What the next opening finds. */
  found(opening: Opening<Types>): void {
    this.#opening = opening;
  }

  /** The turn that is replayed next. */
  expect(turn: RecordedTurn<Types>): void {
    this.#turn = turn;
    this.events = [];
  }

  open(): Opening<Types> {
    const opening = this.#opening;
    invariant(opening !== null, "NO_OPENING", "The recording has no opening for this life");
    this.#opening = null;
    return opening;
  }

  commit(turn: TurnRecord<Types>): CommitOutcome {
    this.events = turn.events;
    this.#throwAs("commit");
    const { outcome, reason } = this.#recorded();
    return outcome === "refused"
      ? { kind: "failed", reason: reason as CommitFailure }
      : { kind: "committed" };
  }

  repliesTo(_id: MessageId): readonly NamedReply<Types["message"]>[] | null {
    this.#throwAs("repliesTo");
    const { effects, outcome } = this.#recorded();
    if (outcome !== "duplicate") return null;
    return effects as readonly NamedReply<Types["message"]>[];
  }

  isOutstanding(_id: EffectId): boolean {
    this.#throwAs("isOutstanding");
    return this.#recorded().outcome !== "stale";
  }

  acknowledge(_id: EffectId): void {}

  saveSnapshot(_snapshot: unknown): CommitOutcome {
    return { kind: "committed" };
  }

  eventsSinceSnapshot(): number {
    return 0;
  }

  pruneApplied(_wallMs: number): void {}

  #throwAs(call: string): void {
    const { reason, thrownBy } = this.#recorded();
    if (thrownBy === call) throw new RecordedFailure(reason ?? call);
  }

  #recorded(): RecordedTurn<Types> {
    invariant(this.#turn !== null, "NO_TURN", "A store is asked outside of a turn");
    return this.#turn;
  }
}
