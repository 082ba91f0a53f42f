import type { EffectId, MessageId, RequestKey } from "../protocol/ids.ts";
import { identifier } from "../protocol/ids.ts";
import { DurableCell } from "../protocol/durable_cell.ts";
import type { NamedEffect } from "../protocol/durable_store.ts";
import type { Outcome, PortError } from "../protocol/incoming.ts";
import { invariant } from "../protocol/invariant.ts";
import { MemoryStore } from "../protocol/memory_store.ts";
import type { LibraryState } from "../library/state.ts";
import { draftPlan } from "../album_reconciler/draft_plan.ts";
import { LIBRARIAN } from "../messages/addresses.ts";
import type {
  EngineEffect,
  EngineIncoming,
  EngineMessage,
  EngineTypes,
} from "../messages/engine_types.ts";
import type { LibrarianReply } from "../messages/librarian_replies.ts";
import { LIBRARIAN_INVARIANTS } from "./invariants.ts";
import { LIBRARIAN_ACTOR } from "./librarian.ts";

/**
 * Runs a librarian on a store in memory for tests: answers its port requests from a small object
 * store, drafts plans with the real planner, and checks every state invariant after every turn.
 */
export class LibrarianDriver {
  readonly store: MemoryStore<EngineTypes> = new MemoryStore();
  /** What the object store holds: content hash by object name. */
  readonly objects: Map<string, string> = new Map();
  readonly notes: string[] = [];
  readonly sent: EngineMessage[] = [];
  #cell: DurableCell<LibraryState, EngineTypes>;
  #boots = 1;
  #messages = 0;
  #nowMs = 1_000_000;
  #replies = new Map<MessageId, LibrarianReply>();
  /** Port requests that wait to be answered, oldest first. */
  readonly pending: NamedEffect<EngineTypes>[] = [];
  /** When false, port requests wait in `pending` until `settle`. */
  autoAnswer = true;

  /** What the folder answers to a change of names instead of doing it; null when it does it. */
  linkError: PortError | null = null;

  /** What the store answers to a read instead of reading; null when it reads. */
  readError: PortError | null = null;

  constructor() {
    this.#cell = this.#newCell();
    this.restart();
  }

  get state(): LibraryState {
    return this.#cell.state;
  }

  /** Crashes the process and boots it again: everything but the store is gone. */
  restart(): void {
    this.#boots += 1;
    this.pending.length = 0;
    this.#cell = this.#newCell();
    const opened = this.#cell.open(this.#clock());
    invariant(opened.outcome.kind === "committed", "OPEN", opened.outcome.kind);
    this.#release([...opened.outbox, ...opened.outcome.released]);
    for (const key of opened.timersDue) this.#deliver({ kind: "timer", key }, null);
  }

  /** Lets time pass, on both clocks alike. */
  wait(elapsedMs: number): void {
    this.#nowMs += elapsedMs;
  }

  /** Sends a command and returns its reply; `id` repeats an earlier command. */
  command(body: EngineMessage, id?: string): LibrarianReply {
    this.#messages += 1;
    const messageId = identifier<MessageId>(id ?? `client/${this.#messages}`);
    this.#deliver({
      kind: "message",
      envelope: {
        id: messageId,
        from: identifier("client"),
        to: LIBRARIAN,
        channel: "remote",
        inReplyTo: null,
        body,
      },
    }, null);
    const reply = this.#replies.get(messageId);
    invariant(reply !== undefined, "NO_REPLY", `${body.kind} was not answered`);
    return reply;
  }

  /** Tells something that needs no reply, as a worker does. */
  tell(body: EngineMessage): void {
    this.#messages += 1;
    this.#deliver({
      kind: "message",
      envelope: {
        id: identifier(`worker/${this.#messages}`),
        from: identifier("hashing"),
        to: LIBRARIAN,
        channel: "remote",
        inReplyTo: null,
        body,
      },
    }, null);
  }

  /** Fires the sweep timer. */
  sweep(): void {
    this.#deliver({ kind: "timer", key: identifier("sweep") }, null);
  }

  /** Fires a timer that a turn has set. */
  fire(key: string): void {
    this.#deliver({ kind: "timer", key: identifier(key) }, null);
  }

  /** Reads back and confirms every hash that the librarian waits for. */
  verifyHashes(): void {
    const results = [...this.state.toHash].map(([file, version]) => ({
      file,
      version,
      contentHash: this.state.files.get(file)?.contentHash ?? null,
      reason: null,
    }));
    if (results.length > 0) this.tell({ kind: "filesHashed", results });
  }

  /** Answers waiting port requests, newest requests included. */
  settle(): void {
    for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift()) {
      this.#answer(next);
    }
  }

  /** Answers the oldest waiting port request, if there is one. */
  settleOne(): void {
    const next = this.pending.shift();
    if (next !== undefined) this.#answer(next);
  }

  #newCell(): DurableCell<LibraryState, EngineTypes> {
    return new DurableCell(LIBRARIAN_ACTOR, { store: this.store, self: LIBRARIAN });
  }

  #clock(): { wallMs: number; monotonicMs: number; bootId: string } {
    return { wallMs: this.#nowMs, monotonicMs: this.#nowMs, bootId: `boot${this.#boots}` };
  }

  #deliver(incoming: EngineIncoming, effectId: EffectId | null): void {
    const outcome = this.#cell.deliver({ incoming, effectId }, this.#clock());
    for (const rule of LIBRARIAN_INVARIANTS) {
      const problem = rule.check(this.state);
      invariant(problem === null, rule.id, `${problem} after ${JSON.stringify(incoming)}`);
    }
    if (outcome.kind === "committed" || outcome.kind === "duplicate") {
      this.#release(outcome.released);
    }
  }

  #release(effects: readonly NamedEffect<EngineTypes>[]): void {
    for (const named of effects) this.#releaseOne(named);
    if (this.autoAnswer) this.settle();
  }

  #releaseOne(named: NamedEffect<EngineTypes>): void {
    const { effect } = named;
    switch (effect.kind) {
      case "reply":
        this.#replies.set(effect.inReplyTo, effect.body as LibrarianReply);
        return;
      case "note":
        this.notes.push(effect.code);
        return;
      case "send":
        this.pending.push(named);
        return;
      case "readObject":
      case "remove":
      case "compute":
      case "link":
      case "writeObject":
        this.pending.push(named);
        return;
      default:
        return;
    }
  }

  #answer(named: NamedEffect<EngineTypes>): void {
    const { effect } = named;
    if (effect.kind === "send") return this.#route(named.id, effect.body, effect.channel);
    const key = requestKey(effect);
    if (key === null) return;
    this.#deliver({ kind: "completed", key, outcome: this.#perform(effect) }, named.id);
  }

  #route(id: EffectId, body: EngineMessage, channel: "local" | "durable" | "remote"): void {
    this.sent.push(body);
    if (body.kind === "draftPlan") {
      this.#local({
        kind: "planDrafted",
        requestId: body.requestId,
        client: body.client,
        outcome: draftPlan(body.facts, body.request),
      });
    }
    if (body.kind === "applyItem" || body.kind === "continueUndo") {
      this.#self(id, body);
      if (channel === "durable") this.store.acknowledge(id);
    }
  }

  #local(body: EngineMessage): void {
    this.#envelope({ id: "local", body, channel: "local" });
  }

  #self(id: EffectId, body: EngineMessage): void {
    this.#envelope({ id, body, channel: "durable" });
  }

  #envelope(
    sent: { id: string; body: EngineMessage; channel: "local" | "durable" | "remote" },
  ): void {
    this.#deliver({
      kind: "message",
      envelope: {
        id: identifier(sent.id),
        from: LIBRARIAN,
        to: LIBRARIAN,
        channel: sent.channel,
        inReplyTo: null,
        body: sent.body,
      },
    }, null);
  }

  #perform(effect: EngineEffect): Outcome<never> {
    switch (effect.kind) {
      case "readObject": {
        if (this.readError !== null) return { kind: "failed", error: this.readError };
        const contentHash = this.objects.get(effect.object);
        if (contentHash === undefined) return { kind: "failed", error: "missing" };
        return done({ kind: "objectFacts", sizeBytes: 1, contentHash });
      }
      case "remove":
        this.objects.delete(effect.object);
        return done({ kind: "acknowledged" });
      case "link":
        if (this.linkError !== null) return { kind: "failed", error: this.linkError };
        return done({ kind: "acknowledged" });
      default:
        return done({ kind: "acknowledged" });
    }
  }
}

function requestKey(effect: EngineEffect): RequestKey | null {
  return "key" in effect ? effect.key as RequestKey : null;
}

function done(result: unknown): Outcome<never> {
  return { kind: "done", result: result as never };
}
