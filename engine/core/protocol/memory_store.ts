import type { ActorTypes } from "./actor.ts";
import type {
  CommitFailure,
  CommitOutcome,
  DurableStore,
  NamedEffect,
  NamedReply,
  Opening,
  TurnRecord,
} from "./durable_store.ts";
import type { EffectId, MessageId, TimerKey } from "./ids.ts";
import { invariant } from "./invariant.ts";
import { plainJsonCopy, plainJsonProblem } from "./plain_json.ts";

/** How a memory store behaves. */
export interface MemoryStoreOptions {
  /**
   * `shared` keeps what it is given as it is: fast, for values that nobody changes afterwards.
   * `json` keeps a JSON copy and refuses a value that JSON would not bring back.
   *
   * @default {"shared"}
   */
  readonly copies?: "shared" | "json";
  /**
   * False for a store that is opened once: neither events nor snapshots are kept, which are most of
   * what it holds, and to open it again is a mistake.
   *
   * @default {true}
   */
  readonly isReopened?: boolean;
  /** Asked before each commit and snapshot; a reason refuses it and leaves nothing of it. */
  readonly refusal?: () => CommitFailure | null;
}

/** What a memory store holds beside snapshot and events. */
export interface MemoryContents<Types extends ActorTypes> {
  readonly applied: ReadonlyMap<MessageId, AppliedMessage<Types>>;
  readonly outbox: ReadonlyMap<EffectId, NamedEffect<Types>>;
  readonly timers: ReadonlySet<TimerKey>;
}

const COMMITTED: CommitOutcome = { kind: "committed" };

interface AppliedMessage<Types extends ActorTypes> {
  readonly wallMs: number;
  readonly replies: readonly NamedReply<Types["message"]>[];
}

interface MemoryRecord<Types extends ActorTypes> extends MemoryContents<Types> {
  incarnation: number;
  /** As JSON: a snapshot must not share memory with the live state, just as bytes on a disk. */
  snapshot: string | null;
  events: Types["event"][];
  readonly applied: Map<MessageId, AppliedMessage<Types>>;
  readonly outbox: Map<EffectId, NamedEffect<Types>>;
  readonly timers: Set<TimerKey>;
}

/**
 * A durable store in memory: what the simulator crashes and recovers.
 *
 * One object is one life; `nextLife` gives another on the same record, which fences this one out
 * when it is opened. Opening the same object again is also a new life.
 */
export class MemoryStore<Types extends ActorTypes> implements DurableStore<Types> {
  readonly #options: MemoryStoreOptions;
  #record: MemoryRecord<Types> = {
    incarnation: 0,
    snapshot: null,
    events: [],
    applied: new Map(),
    outbox: new Map(),
    timers: new Set(),
  };
  #life = 0;

  constructor(options: MemoryStoreOptions = {}) {
    this.#options = options;
  }

  /** What a restart would find beside snapshot and events, for those who watch. No copy. */
  get contents(): MemoryContents<Types> {
    const { applied, outbox, timers } = this.#record;
    return { applied, outbox, timers };
  }

  /** Another life on the same record, not yet opened. */
  nextLife(): MemoryStore<Types> {
    const next = new MemoryStore<Types>(this.#options);
    next.#record = this.#record;
    return next;
  }

  open(): Opening<Types> {
    const record = this.#record;
    invariant(
      this.#keepsEvents || record.incarnation === 0,
      "STORE_OPENED_ONCE",
      "Cannot open the store again: it keeps no events",
    );
    record.incarnation += 1;
    this.#life = record.incarnation;
    const { snapshot } = record;
    return {
      incarnation: record.incarnation,
      // Made when it is asked for, and another one each time: it may be large.
      get snapshot(): unknown {
        return snapshot === null ? null : JSON.parse(snapshot);
      },
      events: record.events,
      outbox: [...record.outbox.values()],
      timers: [...record.timers],
    };
  }

  commit(turn: TurnRecord<Types>): CommitOutcome {
    const reason = this.#refusal();
    if (reason !== null) return { kind: "failed", reason };
    const record = this.#record;
    const kept = this.#options.copies === "json" ? plainCopy(turn) : turn;
    const { consumed } = kept;
    if (this.#keepsEvents) { for (const event of kept.events) record.events.push(event); }
    if (consumed.kind === "completion") record.outbox.delete(consumed.effectId);
    if (consumed.kind === "timer") record.timers.delete(consumed.key);
    for (const named of kept.outbox) record.outbox.set(named.id, named);
    for (const timer of kept.timersSet) record.timers.add(timer.key);
    for (const key of kept.timersCancelled) record.timers.delete(key);
    this.#remember(kept);
    return COMMITTED;
  }

  /** What a message that comes again is answered with. */
  #remember({ consumed, replies, wallMs }: TurnRecord<Types>): void {
    const { applied } = this.#record;
    const message = consumed.kind === "message" ? consumed.id : null;
    if (message !== null && replies.every(({ effect }) => effect.inReplyTo === message)) {
      applied.set(message, { wallMs, replies });
      return;
    }
    if (message !== null) applied.set(message, { wallMs, replies: [] });
    for (const reply of replies) {
      const known = applied.get(reply.effect.inReplyTo)?.replies ?? [];
      applied.set(reply.effect.inReplyTo, { wallMs, replies: [...known, reply] });
    }
  }

  repliesTo(id: MessageId): readonly NamedReply<Types["message"]>[] | null {
    return this.#record.applied.get(id)?.replies ?? null;
  }

  isOutstanding(id: EffectId): boolean {
    return this.#record.outbox.has(id);
  }

  acknowledge(id: EffectId): void {
    if (this.#isFenced()) return;
    this.#record.outbox.delete(id);
  }

  saveSnapshot(snapshot: unknown): CommitOutcome {
    const reason = this.#refusal();
    if (reason !== null) return { kind: "failed", reason };
    if (this.#options.copies === "json") checkPlain(snapshot);
    if (this.#keepsEvents) this.#record.snapshot = JSON.stringify(snapshot);
    this.#record.events = [];
    return { kind: "committed" };
  }

  eventsSinceSnapshot(): number {
    return this.#record.events.length;
  }

  pruneApplied(wallMs: number): void {
    if (this.#isFenced()) return;
    const { applied } = this.#record;
    for (const [id, entry] of applied) if (entry.wallMs < wallMs) applied.delete(id);
  }

  get #keepsEvents(): boolean {
    return this.#options.isReopened ?? true;
  }

  #isFenced(): boolean {
    invariant(this.#life > 0, "STORE_NOT_OPEN", "A store must be opened before it is used");
    return this.#life !== this.#record.incarnation;
  }

  #refusal(): CommitFailure | null {
    return this.#isFenced() ? "fenced" : this.#options.refusal?.() ?? null;
  }
}

function checkPlain(value: unknown): void {
  const problem = plainJsonProblem(value);
  invariant(problem === null, "NOT_PLAIN_JSON", problem ?? "");
}

function plainCopy<Value>(value: Value): Value {
  checkPlain(value);
  return plainJsonCopy(value);
}
