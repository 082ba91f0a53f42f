import type { ActorTypes } from "./actor.ts";
import type {
  CommitOutcome,
  DurableStore,
  NamedEffect,
  NamedReply,
  Opening,
  TurnRecord,
} from "./durable_store.ts";
import type { EffectId, MessageId, TimerKey } from "./ids.ts";

/** A durable store in memory: what the simulator crashes and recovers. Passes the same contract. */
export class MemoryStore<Types extends ActorTypes> implements DurableStore<Types> {
  #incarnation = 0;
  #snapshot: unknown | null = null;
  #events: Types["event"][] = [];
  readonly #applied = new Map<
    MessageId,
    { wallMs: number; replies: readonly NamedReply<Types["message"]>[] }
  >();
  readonly #outbox = new Map<EffectId, NamedEffect<Types>>();
  readonly #timers = new Set<TimerKey>();

  open(): Opening<Types> {
    this.#incarnation += 1;
    return {
      incarnation: this.#incarnation,
      snapshot: this.#snapshot,
      events: this.#events,
      outbox: [...this.#outbox.values()],
      timers: [...this.#timers],
    };
  }

  commit(turn: TurnRecord<Types>): CommitOutcome {
    const { consumed } = turn;
    for (const event of turn.events) this.#events.push(event);
    for (const named of turn.outbox) this.#outbox.set(named.id, named);
    if (consumed.kind === "completion") this.#outbox.delete(consumed.effectId);
    if (consumed.kind === "timer") this.#timers.delete(consumed.key);
    for (const timer of turn.timersSet) this.#timers.add(timer.key);
    for (const key of turn.timersCancelled) this.#timers.delete(key);
    if (consumed.kind === "message") {
      this.#applied.set(consumed.id, { wallMs: turn.wallMs, replies: [] });
    }
    for (const reply of turn.replies) {
      const known = this.#applied.get(reply.effect.inReplyTo)?.replies ?? [];
      this.#applied.set(reply.effect.inReplyTo, {
        wallMs: turn.wallMs,
        replies: [...known, reply],
      });
    }
    return { kind: "committed" };
  }

  repliesTo(id: MessageId): readonly NamedReply<Types["message"]>[] | null {
    return this.#applied.get(id)?.replies ?? null;
  }

  isOutstanding(id: EffectId): boolean {
    return this.#outbox.has(id);
  }

  acknowledge(id: EffectId): void {
    this.#outbox.delete(id);
  }

  saveSnapshot(snapshot: unknown): CommitOutcome {
    this.#snapshot = structuredCloneOfJson(snapshot);
    this.#events = [];
    return { kind: "committed" };
  }

  eventsSinceSnapshot(): number {
    return this.#events.length;
  }

  pruneApplied(wallMs: number): void {
    for (const [id, entry] of this.#applied) if (entry.wallMs < wallMs) this.#applied.delete(id);
  }
}

/** A snapshot must not share memory with the live state, just as bytes on a disk do not. */
function structuredCloneOfJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
