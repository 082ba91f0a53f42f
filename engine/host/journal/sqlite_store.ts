import type {
  ActorId,
  ActorTypes,
  CommitFailure,
  CommitOutcome,
  DurableStore,
  EffectId,
  MessageId,
  NamedReply,
  Opening,
  TurnRecord,
} from "@scenekeep/engine/core";
import { invariant } from "@scenekeep/engine/core";
import { freeActorNumber, livingIncarnation, readActor, writeActor } from "./actor_row.ts";
import { checkApplied, deleteAppliedBefore, readApplied, writeApplied } from "./applied_table.ts";
import { chainChecksum } from "./checksum.ts";
import { checkEvents, LOG_START, type LogPosition, readEvents } from "./event_log.ts";
import type { LibraryFile } from "./library_file.ts";
import { deleteOutbox, isInOutbox, readOutbox, writeOutbox } from "./outbox_table.ts";
import type { RecordFormat } from "./record_format.ts";
import { encodeNext, findSnapshot, type SnapshotBase, writeSnapshot } from "./snapshot_log.ts";
import { deleteTimer, readTimers, writeTimer } from "./timer_table.ts";

/** Whose record, in which format. */
export interface SqliteStoreOptions<Types extends ActorTypes> {
  readonly actor: ActorId;
  readonly format: RecordFormat<Types>;
  /** Told of damage that was got over. */
  readonly warn: (found: string) => void;
}

/** How far the record has come: changed in memory only once it is changed on disk. */
interface Progress {
  readonly at: LogPosition;
  readonly outboxNumber: number;
}

/**
 * The record of one durable actor in a library file: the durable store of the real host.
 *
 * Each turn is one `BEGIN IMMEDIATE` … `COMMIT`. Nearly all of a commit's time is the wait for the
 * disk; `deno bench -A bench/journal_bench.ts` says how long.
 */
export class SqliteStore<Types extends ActorTypes> implements DurableStore<Types> {
  readonly #file: LibraryFile;
  readonly #options: SqliteStoreOptions<Types>;
  #number = 0;
  #life = 0;
  #base: SnapshotBase = { row: null, ...LOG_START };
  #progress: Progress = { at: LOG_START, outboxNumber: 0 };

  constructor(file: LibraryFile, options: SqliteStoreOptions<Types>) {
    this.#file = file;
    this.#options = options;
  }

  /** @throws {JournalError} When the record is damaged or newer, or the disk refuses the open. */
  open(): Opening<Types> {
    const { actor, format, warn } = this.#options;
    const known = readActor(this.#file, actor);
    const number = known?.number ?? freeActorNumber(this.#file);
    // Everything is read and checked before the first byte changes.
    const found = findSnapshot(this.#file, number, format.version);
    const range = { actorNumber: number, from: found.base };
    const at = checkEvents(this.#file, range, format.version);
    const outbox = readOutbox(this.#file, number, format);
    const timers = readTimers(this.#file, number);
    checkApplied(this.#file, number, format.version);
    const incarnation = (known?.incarnation ?? 0) + 1;
    writeActor(this.#file, actor, { number, incarnation });
    this.#number = number;
    this.#life = incarnation;
    this.#base = found.base;
    this.#progress = { at, outboxNumber: outbox.numberMax };
    if (found.damage !== null) warn(`${actor}: ${found.damage}; the one before is used`);
    return {
      incarnation,
      snapshot: found.state === null ? null : this.#currentSnapshot(found.state),
      events: readEvents(this.#file, range, format),
      outbox: outbox.effects,
      timers,
    };
  }

  commit(turn: TurnRecord<Types>): CommitOutcome {
    let progress = this.#progress;
    const failure = this.#file.transact(() => {
      if (this.#isFenced()) return "fenced";
      progress = this.#write(turn);
      return null;
    });
    if (failure === null) this.#progress = progress;
    return outcomeOf(failure);
  }

  repliesTo(id: MessageId): readonly NamedReply<Types["message"]>[] | null {
    return readApplied(this.#file, { actorNumber: this.#number, id }, this.#options.format);
  }

  isOutstanding(id: EffectId): boolean {
    return isInOutbox(this.#file, this.#number, id);
  }

  /** Costs no wait for the disk: after a power cut the send may be repeated, and is then known. */
  acknowledge(id: EffectId): void {
    this.#file.transactRelaxed(() => {
      if (this.#isFenced()) return "fenced";
      deleteOutbox(this.#file, this.#number, id);
      return null;
    });
  }

  saveSnapshot(snapshot: unknown): CommitOutcome {
    const encoded = encodeNext({
      actorNumber: this.#number,
      base: this.#base,
      at: this.#progress.at,
      format: this.#options.format.version,
      state: snapshot,
    });
    let base = this.#base;
    const failure = this.#file.transact(() => {
      if (this.#isFenced()) return "fenced";
      base = writeSnapshot(this.#file, encoded);
      return null;
    });
    if (failure === null) this.#base = base;
    return outcomeOf(failure);
  }

  eventsSinceSnapshot(): number {
    return this.#progress.at.seq - this.#base.seq;
  }

  /** As `acknowledge`, it does not wait for the disk. */
  pruneApplied(wallMs: number): void {
    this.#file.transactRelaxed(() => {
      if (this.#isFenced()) return "fenced";
      deleteAppliedBefore(this.#file, this.#number, wallMs);
      return null;
    });
  }

  #isFenced(): boolean {
    invariant(this.#life > 0, "STORE_NOT_OPEN", "A store must be opened before it is used");
    return livingIncarnation(this.#file, this.#options.actor) !== this.#life;
  }

  #write(turn: TurnRecord<Types>): Progress {
    const actorNumber = this.#number;
    const format = this.#options.format.version;
    const at = this.#writeEvents(turn.events);
    this.#consume(turn);
    let { outboxNumber } = this.#progress;
    for (const named of turn.outbox) {
      outboxNumber += 1;
      writeOutbox(this.#file, named, { actorNumber, number: outboxNumber, format });
    }
    for (const timer of turn.timersSet) writeTimer(this.#file, actorNumber, timer);
    for (const key of turn.timersCancelled) deleteTimer(this.#file, actorNumber, key);
    this.#writeReplies(turn);
    return { at, outboxNumber };
  }

  #writeEvents(events: readonly Types["event"][]): LogPosition {
    const format = this.#options.format.version;
    let { seq, chain } = this.#progress.at;
    for (const event of events) {
      const json = JSON.stringify(event);
      seq += 1;
      chain = chainChecksum({ format, json }, chain);
      this.#file.run(
        "INSERT INTO events (actor, seq, format, checksum, json) VALUES (?, ?, ?, ?, ?)",
        this.#number,
        seq,
        format,
        chain,
        json,
      );
    }
    return { seq, chain };
  }

  #consume(turn: TurnRecord<Types>): void {
    const { consumed } = turn;
    switch (consumed.kind) {
      case "nothing":
        return;
      case "message":
        return this.#writeApplied(consumed.id, { replies: [], wallMs: turn.wallMs });
      case "completion":
        return deleteOutbox(this.#file, this.#number, consumed.effectId);
      case "timer":
        return deleteTimer(this.#file, this.#number, consumed.key);
    }
  }

  #writeReplies(turn: TurnRecord<Types>): void {
    const answered = new Map<MessageId, NamedReply<Types["message"]>[]>();
    for (const reply of turn.replies) {
      const id = reply.effect.inReplyTo;
      const replies = answered.get(id) ?? [...this.repliesTo(id) ?? []];
      replies.push(reply);
      answered.set(id, replies);
    }
    for (const [id, replies] of answered) this.#writeApplied(id, { replies, wallMs: turn.wallMs });
  }

  #writeApplied(
    id: MessageId,
    entry: { readonly replies: readonly NamedReply<Types["message"]>[]; readonly wallMs: number },
  ): void {
    const format = this.#options.format.version;
    writeApplied(this.#file, { actorNumber: this.#number, id, format, ...entry });
  }

  #currentSnapshot(state: { readonly value: unknown; readonly format: number }): unknown {
    const { format } = this.#options;
    return state.format === format.version
      ? state.value
      : format.upgradeSnapshot(state.value, state.format);
  }
}

function outcomeOf(failure: CommitFailure | null): CommitOutcome {
  return failure === null ? { kind: "committed" } : { kind: "failed", reason: failure };
}
