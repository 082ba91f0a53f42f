import type { ActorDefinition, TurnContext } from "../protocol/actor.ts";
import type { PortRequest } from "../protocol/effect.ts";
import { type ActorId, identifier, type TimerKey } from "../protocol/ids.ts";
import { invariant } from "../protocol/invariant.ts";
import type { PortError } from "../protocol/incoming.ts";
import { LIBRARIAN } from "../messages/addresses.ts";
import type {
  EngineEffect,
  EngineIncoming,
  EngineJob,
  EngineMessage,
  EngineResult,
  EngineTypes,
} from "../messages/engine_types.ts";
import type { LibrarianReport } from "../messages/librarian_messages.ts";

/** The librarian and the port as a worker meets them. */
export interface WorkSource {
  readonly work: "hash" | "embed";
  /** The list for a `takeWork`. */
  list(request: LibrarianReport & { kind: "takeWork" }): EngineMessage;
  /** Takes a report; must bear repetition. */
  take(report: EngineMessage): void;
  /** What the port finds when nothing fails. */
  answer(request: PortRequest<EngineJob>): CompletedOutcome;
  /** How much work there still is. */
  left(): number;
}

/** The outcome of a port request, as the actor receives it. */
export type CompletedOutcome = (EngineIncoming & { kind: "completed" })["outcome"];

interface MessageOnItsWay {
  readonly toActor: boolean;
  readonly body: EngineMessage;
}

/** One thing that happens to a worker: an action and two numbers that choose what it hits. */
export type WorkerStep = readonly [action: number, first: number, second: number];

/** How many actions a `WorkerStep` may name. */
export const WORKER_ACTIONS = 12;

const ERRORS: readonly PortError[] = ["ioError", "timeout", "failed", "diskFull", "changed"];
const QUIET_STEPS_MAX = 20_000;

/**
 * Runs one pulling worker against a model librarian, a model port and a network that loses, doubles
 * and reorders; all that happens is chosen by plain data.
 */
export class WorkerWorld<State> {
  readonly #definition: ActorDefinition<State, EngineTypes>;
  readonly #source: WorkSource;
  readonly #messages: MessageOnItsWay[] = [];
  readonly #requests: PortRequest<EngineJob>[] = [];
  readonly #answered: PortRequest<EngineJob>[] = [];
  readonly #timers = new Map<TimerKey, number>();
  readonly #fired: TimerKey[] = [];
  #state: State;
  #incarnation = 0;
  #turn = 0;
  #monotonicMs = 0;
  /** Most port requests that were under way at once in one life. */
  requestsMost: number = 0;
  /** Messages that the worker sent, by kind. */
  readonly sent: Map<string, number> = new Map();

  constructor(definition: ActorDefinition<State, EngineTypes>, source: WorkSource) {
    this.#definition = definition;
    this.#source = source;
    this.#state = definition.initial();
    this.restart();
  }

  /** The worker's state, for reading. */
  get state(): State {
    return this.#state;
  }

  /** Milliseconds since the world began. */
  get nowMs(): number {
    return this.#monotonicMs;
  }

  /** Port requests under way, oldest first. */
  get requests(): readonly PortRequest<EngineJob>[] {
    return this.#requests;
  }

  /** Ends the worker's life and begins the next. What was under way is lost; so are its timers. */
  restart(): void {
    this.#incarnation += 1;
    this.#turn = 0;
    this.#requests.length = 0;
    this.#timers.clear();
    this.#state = this.#definition.initial();
    this.#carryOut(this.#definition.restored(this.#state, this.#context()));
  }

  /** Tells the worker that there is work. */
  hint(): void {
    this.#messages.push({
      toActor: true,
      body: { kind: "workAvailable", work: this.#source.work },
    });
  }

  /** Hands a message of the librarian to the worker. */
  tell(body: EngineMessage): void {
    const self: ActorId = identifier(this.#source.work);
    this.deliver({
      kind: "message",
      envelope: {
        id: identifier(`m/${this.#turn}`),
        from: LIBRARIAN,
        to: self,
        channel: "remote",
        inReplyTo: null,
        body,
      },
    });
  }

  /** Hands one incoming to the worker, and keeps its state only as far as JSON carries it. */
  deliver(incoming: EngineIncoming): void {
    this.#turn += 1;
    this.#carryOut(this.#definition.receive(this.#state, incoming, this.#context()));
    for (const rule of this.#definition.invariants) {
      const problem = rule.check(this.#state);
      invariant(problem === null, rule.id, problem ?? "");
    }
    const snapshot = JSON.parse(JSON.stringify(this.#definition.encode(this.#state)));
    this.#state = this.#definition.decode(snapshot);
  }

  /** Does what a step says; a step that finds nothing to hit does nothing. */
  step([action, first, second]: WorkerStep): void {
    switch (action) {
      case 0:
      case 1:
        return this.#deliverMessage(first, { keep: false });
      case 2:
        return this.#deliverMessage(first, { keep: true });
      case 3:
        this.#take(this.#messages, first);
        return;
      case 4:
      case 5:
        return this.complete(first, null);
      case 6:
        return this.complete(first, ERRORS[second % ERRORS.length] ?? "failed");
      case 7:
        return this.#completeAgain(first);
      case 8:
        return this.#fire([...this.#timers.keys()][first % Math.max(1, this.#timers.size)]);
      case 9:
        return this.hint();
      case 10:
        return this.#fire(this.#fired[first % Math.max(1, this.#fired.length)]);
      default:
        if (first % 8 === 0) this.restart();
    }
  }

  /** Lets everything arrive and every timer fire in order until the librarian has no work left. */
  settle(): void {
    for (let step = 0; step < QUIET_STEPS_MAX; step += 1) {
      if (this.#messages.length > 0) this.#deliverMessage(0, { keep: false });
      else if (this.#requests.length > 0) this.complete(0, null);
      else if (this.#source.left() === 0) return;
      else this.fireNextTimer();
    }
    invariant(false, "WORK_STUCK", `${this.#source.left()} pieces of work are left`);
  }

  /** Completes the request at `index`, with `error` unless it is null. */
  complete(index: number, error: PortError | null): void {
    const request = this.#take(this.#requests, index);
    if (request === undefined) return;
    this.#answered.push(request);
    this.#complete(request, error);
  }

  /** Moves time to the next timer and fires it. */
  fireNextTimer(): void {
    let next: TimerKey | undefined;
    for (const [key, atMs] of this.#timers) {
      if (next === undefined || atMs < (this.#timers.get(next) ?? 0)) next = key;
    }
    this.#fire(next);
  }

  #fire(key: TimerKey | undefined): void {
    if (key === undefined) return;
    this.#monotonicMs = Math.max(this.#monotonicMs, this.#timers.get(key) ?? 0);
    this.#timers.delete(key);
    this.#fired.push(key);
    this.deliver({ kind: "timer", key });
  }

  #complete(request: PortRequest<EngineJob>, error: PortError | null): void {
    this.deliver({
      kind: "completed",
      key: request.key,
      outcome: error === null ? this.#source.answer(request) : { kind: "failed", error },
    });
  }

  #completeAgain(index: number): void {
    const request = this.#answered[index % Math.max(1, this.#answered.length)];
    if (request !== undefined) this.#complete(request, null);
  }

  #deliverMessage(index: number, options: { keep: boolean }): void {
    const { length } = this.#messages;
    const message = options.keep
      ? this.#messages[index % Math.max(1, length)]
      : this.#take(this.#messages, index);
    if (message === undefined) return;
    const { body } = message;
    if (message.toActor) return this.tell(body);
    if (body.kind === "takeWork") {
      this.#messages.push({ toActor: true, body: this.#source.list(body) });
    } else this.#source.take(body);
  }

  #take<Entry>(entries: Entry[], index: number): Entry | undefined {
    return entries.length === 0 ? undefined : entries.splice(index % entries.length, 1)[0];
  }

  #carryOut(effects: readonly EngineEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "send":
          this.#messages.push({ toActor: false, body: effect.body });
          this.sent.set(effect.body.kind, (this.sent.get(effect.body.kind) ?? 0) + 1);
          break;
        case "setTimer":
          this.#timers.set(effect.key, this.#monotonicMs + effect.afterMs);
          break;
        case "cancelTimer":
          this.#timers.delete(effect.key);
          break;
        case "readObject":
        case "compute":
          this.#requests.push(effect);
          this.requestsMost = Math.max(this.requestsMost, this.#requests.length);
          break;
        case "note":
          break;
        default:
          invariant(false, "WORKER_EFFECT", effect.kind);
      }
    }
  }

  #context(): TurnContext {
    return {
      self: identifier(this.#source.work),
      incarnation: this.#incarnation,
      turn: this.#turn,
      wallMs: 1_700_000_000_000 + this.#monotonicMs,
      monotonicMs: this.#monotonicMs,
      bootId: "boot",
    };
  }
}

/** A `done` outcome. */
export function done(
  result: EngineResult | { kind: "objectFacts"; sizeBytes: number; contentHash: string | null },
): CompletedOutcome {
  return { kind: "done", result };
}
