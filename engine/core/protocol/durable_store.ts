import type { ActorTypes, EffectOf } from "./actor.ts";
import type { Reply } from "./effect.ts";
import type { EffectId, MessageId, TimerKey } from "./ids.ts";

/** An effect with its stable name, as the outbox keeps it. */
export interface NamedEffect<Types extends ActorTypes> {
  readonly id: EffectId;
  readonly effect: EffectOf<Types>;
}

/** A reply with its stable name, as `applied` keeps it. */
export interface NamedReply<Message> {
  readonly id: EffectId;
  readonly effect: Reply<Message>;
}

/** What woke the actor, as far as the store must forget it in the same transaction. */
export type Consumed =
  | { readonly kind: "nothing" }
  | { readonly kind: "message"; readonly id: MessageId }
  | { readonly kind: "completion"; readonly effectId: EffectId }
  | { readonly kind: "timer"; readonly key: TimerKey };

/** All that one turn changes on disk, to be written in one transaction or not at all. */
export interface TurnRecord<Types extends ActorTypes> {
  readonly consumed: Consumed;
  readonly events: readonly Types["event"][];
  /** Added to the outbox: port requests and sends on a `durable` channel. */
  readonly outbox: readonly NamedEffect<Types>[];
  readonly timersSet: readonly { readonly key: TimerKey; readonly afterMs: number }[];
  readonly timersCancelled: readonly TimerKey[];
  /** Replies by the message they answer; kept so that a redelivery gets the same answer. */
  readonly replies: readonly NamedReply<Types["message"]>[];
  /** Wall clock of the turn, for pruning `applied`. */
  readonly wallMs: number;
}

/** Why a commit did not happen. The turn then never happened either. */
export type CommitFailure = "diskFull" | "ioError" | "fenced";

/** The outcome of a commit. */
export type CommitOutcome =
  | { readonly kind: "committed" }
  | { readonly kind: "failed"; readonly reason: CommitFailure };

/** What a restart finds. */
export interface Opening<Types extends ActorTypes> {
  /** This life's number: one more than any before, already durable. */
  readonly incarnation: number;
  readonly snapshot: unknown | null;
  /** Events after the snapshot, in order. To be read once, before the next call of the store. */
  readonly events: Iterable<Types["event"]>;
  /** Requests whose completion was not committed, oldest first. They are released again. */
  readonly outbox: readonly NamedEffect<Types>[];
  /** Timers set and not yet fired. After a restart all are due at once. */
  readonly timers: readonly TimerKey[];
}

/**
 * One durable actor's record: events, applied messages, outbox and timers, changed together.
 *
 * Synchronous on purpose: one turn is one transaction, and a turn never waits half-way. Every
 * implementation passes `runDurableStoreContract`.
 */
export interface DurableStore<Types extends ActorTypes> {
  /** Takes the record for this life. An older life that still holds it is fenced out. */
  open(): Opening<Types>;
  /** Writes a turn; after `committed` it survives any crash. */
  commit(turn: TurnRecord<Types>): CommitOutcome;
  /** The kept answers to an applied message, or null when it was never applied. */
  repliesTo(id: MessageId): readonly NamedReply<Types["message"]>[] | null;
  /** True while the request's completion is not committed. */
  isOutstanding(id: EffectId): boolean;
  /** Marks a durable send as received: its receiver has committed it. */
  acknowledge(id: EffectId): void;
  /** Replaces the snapshot by one that covers every committed event. */
  saveSnapshot(snapshot: unknown): CommitOutcome;
  /** Events committed since the snapshot. */
  eventsSinceSnapshot(): number;
  /** Forgets applied messages older than `wallMs`. */
  pruneApplied(wallMs: number): void;
}
