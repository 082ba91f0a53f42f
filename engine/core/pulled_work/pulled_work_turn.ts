import type { TurnContext } from "../protocol/actor.ts";
import type { PortRequest } from "../protocol/effect.ts";
import { identifier, type RequestKey, type TimerKey } from "../protocol/ids.ts";
import type { PortError } from "../protocol/incoming.ts";
import { BETWEEN_PROCESSES, LIBRARIAN } from "../messages/addresses.ts";
import type { EngineEffect, EngineJob, EngineMessage } from "../messages/engine_types.ts";
import {
  ANSWER_PATIENCE_MS,
  ASK_PAUSE_MS,
  ASKED_MAX,
  POLL_INTERVAL_MS,
  type PulledWork,
  REPORT_DELAY_MS,
  REPORT_LENGTH_MAX,
  REPORTED_MAX,
  retryDelayMs,
  type WorkTask,
} from "./pulled_work.ts";

const POLL: TimerKey = identifier("poll");
const ASK: TimerKey = identifier("ask");
const REPORT: TimerKey = identifier("report");
const RETRY = "retry/";

/** What tells one kind of pulled work from another. */
export interface WorkKind<Item, Result> {
  readonly work: "hash" | "embed";
  /** Most tasks in hand. Each has at most one port request under way. */
  readonly windowSize: number;
  /** Failures after which a task is given up. */
  readonly attemptsMax: number;
  /** What the port must do next for the item. */
  next(item: Item, key: RequestKey): PortRequest<EngineJob>;
  report(results: readonly Result[]): EngineMessage;
}

/** A piece of work as the librarian lists it. */
export interface ListedWork<Item, Result> {
  readonly item: Item;
  /** A result that needs no work, or null. */
  readonly verdict: Result | null;
  /** True when a result from before is still one for this very item. */
  isAnsweredBy(result: Result): boolean;
}

/**
 * One turn of a worker that pulls its work. Changes the hands in place and collects effects.
 *
 * The librarian is asked for what is not in hand; it may be asked twice, answer late, twice or
 * never. A result is repeated while the librarian still lists its work.
 */
export class PulledWorkTurn<Item, Result> {
  readonly kind: WorkKind<Item, Result>;
  readonly state: PulledWork<Item, Result>;
  readonly effects: EngineEffect[] = [];
  readonly #incarnation: number;

  constructor(
    kind: WorkKind<Item, Result>,
    turn: { state: PulledWork<Item, Result>; context: TurnContext },
  ) {
    this.kind = kind;
    this.state = turn.state;
    this.#incarnation = turn.context.incarnation;
  }

  /** Begins a life: asks at once, and from then on every poll interval. */
  begin(): void {
    this.effects.push({ kind: "setTimer", key: POLL, afterMs: POLL_INTERVAL_MS });
    this.state.moreExpected = true;
  }

  /** The librarian says that there is work. */
  hint(): void {
    this.state.moreExpected = true;
  }

  /** Takes the librarian's list: starts what is new, and reports again what was lost. */
  take(listed: ReadonlyMap<string, ListedWork<Item, Result>>): void {
    const { state } = this;
    let begun = 0;
    let repeated = 0;
    for (const [key, { item, verdict, isAnsweredBy }] of listed) {
      if (state.inHand.has(key) || state.toReport.has(key)) continue;
      const result = state.reported.get(key);
      if (result !== undefined && isAnsweredBy(result)) {
        state.reported.delete(key);
        state.toReport.set(key, result);
        repeated += 1;
      } else if (state.inHand.size < this.kind.windowSize) {
        state.reported.delete(key);
        const failures = state.setAside.get(key)?.failures ?? 0;
        state.setAside.delete(key);
        if (verdict === null) this.attempt(key, { item, failures, request: null });
        else this.finish(key, verdict);
        begun += 1;
      }
    }
    if (state.asking === "waiting") this.#endAsking(listed, begun);
    if (repeated > 0) this.#report();
  }

  /** Asks the port for the next step of a task. */
  attempt(key: string, task: WorkTask<Item>): void {
    const { state } = this;
    state.requestsMade += 1;
    const request = identifier<RequestKey>(
      `${this.kind.work}/${this.#incarnation}/${state.requestsMade}`,
    );
    state.inHand.set(key, { ...task, request });
    state.byRequest.set(request, key);
    this.effects.push(this.kind.next(task.item, request));
  }

  /** The task whose request has been answered, or null for an answer that is late or double. */
  answered(request: RequestKey): { key: string; task: WorkTask<Item> } | null {
    const { state } = this;
    const key = state.byRequest.get(request);
    if (key === undefined) return null;
    state.byRequest.delete(request);
    const task = state.inHand.get(key);
    if (task === undefined) return null;
    const rested = { ...task, request: null };
    state.inHand.set(key, rested);
    return { key, task: rested };
  }

  /** Counts a failure and tries again later; false when the task has had all its attempts. */
  retry(key: string, task: WorkTask<Item>): boolean {
    const failures = task.failures + 1;
    if (failures >= this.kind.attemptsMax) return false;
    this.state.inHand.set(key, { ...task, failures });
    this.effects.push({
      kind: "setTimer",
      key: identifier(RETRY + key),
      afterMs: retryDelayMs(failures),
    });
    return true;
  }

  /** Ends a task with a result. */
  finish(key: string, result: Result): void {
    this.state.inHand.delete(key);
    this.state.toReport.set(key, result);
  }

  /** Ends a task without one: it is left alone until the next poll, with its failures counted. */
  setAside(key: string, failures: number): void {
    this.state.inHand.delete(key);
    this.state.setAside.set(key, { failures, isResting: true });
  }

  /** Acts on a timer, whenever it comes. */
  timer(timer: TimerKey): void {
    const { state } = this;
    if (timer === POLL) {
      this.effects.push({ kind: "setTimer", key: POLL, afterMs: POLL_INTERVAL_MS });
      state.moreExpected = true;
      for (const [key, aside] of state.setAside) {
        state.setAside.set(key, { ...aside, isResting: false });
      }
    } else if (timer === ASK && state.asking !== "idle") {
      state.asking = "idle";
      state.moreExpected = true;
    } else if (timer === REPORT) {
      state.reportTimerSet = false;
      this.#report();
    } else if (timer.startsWith(RETRY)) {
      const key = timer.slice(RETRY.length);
      const task = state.inHand.get(key);
      if (task !== undefined && task.request === null) this.attempt(key, task);
    }
  }

  /** Ends the turn: reports when it is time, and asks for more when there is room. */
  end(): readonly EngineEffect[] {
    const { state } = this;
    const due = state.inHand.size === 0 || state.toReport.size >= REPORT_LENGTH_MAX;
    if (state.toReport.size > 0 && due) this.#report();
    if (state.toReport.size > 0 && !state.reportTimerSet) {
      state.reportTimerSet = true;
      this.effects.push({ kind: "setTimer", key: REPORT, afterMs: REPORT_DELAY_MS });
    }
    if (state.asking === "idle" && this.#wantsMore()) this.#ask();
    return this.effects;
  }

  #wantsMore(): boolean {
    const { state } = this;
    // Only from half a window on: asking for each free place would double the messages.
    if (state.moreExpected) return state.inHand.size * 2 <= this.kind.windowSize;
    return state.inHand.size === 0 && state.reported.size > 0;
  }

  #ask(): void {
    const { state } = this;
    state.asking = "waiting";
    state.moreExpected = false;
    state.askedLimit = Math.min(this.kind.windowSize - state.inHand.size, ASKED_MAX);
    this.effects.push({
      kind: "send",
      to: LIBRARIAN,
      channel: BETWEEN_PROCESSES,
      body: {
        kind: "takeWork",
        work: this.kind.work,
        inFlight: [...state.inHand.keys(), ...state.toReport.keys(), ...this.#resting()],
        limit: state.askedLimit,
      },
    });
    this.effects.push({ kind: "setTimer", key: ASK, afterMs: ANSWER_PATIENCE_MS });
  }

  #resting(): string[] {
    return [...this.state.setAside].filter(([, aside]) => aside.isResting).map(([key]) => key);
  }

  /** Makes sense of the answer that was waited for. */
  #endAsking(listed: ReadonlyMap<string, unknown>, begun: number): void {
    const { state } = this;
    if (listed.size < state.askedLimit) {
      // A short list is the whole list: what was reported and is not on it has arrived.
      state.reported.clear();
      for (const [key, aside] of state.setAside) {
        if (!aside.isResting && !listed.has(key)) state.setAside.delete(key);
      }
    }
    state.moreExpected ||= listed.size >= state.askedLimit;
    if (begun === 0 && listed.size > 0) {
      state.asking = "pausing";
      this.effects.push({ kind: "setTimer", key: ASK, afterMs: ASK_PAUSE_MS });
    } else {
      state.asking = "idle";
      this.effects.push({ kind: "cancelTimer", key: ASK });
    }
  }

  #report(): void {
    const { state } = this;
    if (state.toReport.size === 0) return;
    const results = [...state.toReport];
    state.toReport.clear();
    for (let start = 0; start < results.length; start += REPORT_LENGTH_MAX) {
      const part = results.slice(start, start + REPORT_LENGTH_MAX);
      this.effects.push({
        kind: "send",
        to: LIBRARIAN,
        channel: BETWEEN_PROCESSES,
        body: this.kind.report(part.map(([, result]) => result)),
      });
      for (const [key, result] of part) state.reported.set(key, result);
    }
    while (state.reported.size > REPORTED_MAX) dropOldest(state.reported);
  }
}

/** True for failures that may pass by themselves. */
export function isTransientFailure(error: PortError): boolean {
  switch (error) {
    case "ioError":
    case "timeout":
    case "failed":
    case "changed":
    case "diskFull":
      return true;
    case "missing":
    case "gone":
    case "corrupt":
    case "refused":
      return false;
  }
}

function dropOldest<Value>(map: Map<string, Value>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
