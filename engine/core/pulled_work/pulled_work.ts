import type { RequestKey } from "../protocol/ids.ts";

/** How often a worker asks for work unasked: every 15 minutes. Hints may be lost, work may not. */
export const POLL_INTERVAL_MS: number = 15 * 60 * 1000;

/** How long a worker waits for the answer to a request before it asks again: 30 seconds. */
export const ANSWER_PATIENCE_MS: number = 30 * 1000;

/** Pause after an answer that brought nothing new, so that a lost report costs no busy loop. */
export const ASK_PAUSE_MS: number = 5 * 1000;

/** How long a result waits for others to share its message: 1 second. */
export const REPORT_DELAY_MS: number = 1000;

/** Most work that is asked for at once; the librarian hands out no more than this either. */
export const ASKED_MAX = 256;

/** Most results of one report: some 50 KiB of hashes. */
export const REPORT_LENGTH_MAX = 256;

/**
 * Most reported results that are remembered until they are confirmed. A forgotten one is redone.
 */
export const REPORTED_MAX = 4096;

/** First delay before a failed task is tried again; four times as long each time. */
export const RETRY_FIRST_MS: number = 1000;

/** Longest delay before a failed task is tried again: 5 minutes. */
export const RETRY_MAX_MS: number = 5 * 60 * 1000;

/** One piece of work in a worker's hands. */
export interface WorkTask<Item> {
  readonly item: Item;
  readonly failures: number;
  /** The port request under way, or null while the task waits to be tried again. */
  readonly request: RequestKey | null;
}

/** A task that was put away unfinished, and how often it has failed. */
export interface WorkSetAside {
  readonly failures: number;
  readonly isResting: boolean;
}

/**
 * What a worker holds of the work that it pulls from the librarian. Plain data; lost in a crash.
 *
 * A piece of work is named by the librarian's own key: a file id or a content hash.
 */
export interface PulledWork<Item, Result> {
  readonly inHand: Map<string, WorkTask<Item>>;
  readonly byRequest: Map<RequestKey, string>;
  /** Results that no report has carried yet. */
  readonly toReport: Map<string, Result>;
  /** Results that were reported and may have been lost on the way. */
  readonly reported: Map<string, Result>;
  /** Work that cannot be done now. While it rests, until the next poll, it is not asked for. */
  readonly setAside: Map<string, WorkSetAside>;
  asking: "idle" | "waiting" | "pausing";
  /** True when there is reason to believe that the librarian has work. */
  moreExpected: boolean;
  reportTimerSet: boolean;
  askedLimit: number;
  requestsMade: number;
}

/** A worker with empty hands. */
export function emptyHands<Item, Result>(): PulledWork<Item, Result> {
  return {
    inHand: new Map(),
    byRequest: new Map(),
    toReport: new Map(),
    reported: new Map(),
    setAside: new Map(),
    asking: "idle",
    moreExpected: false,
    reportTimerSet: false,
    askedLimit: 0,
    requestsMade: 0,
  };
}

/** How long to wait before the attempt that follows `failures` failures, of which at least one. */
export function retryDelayMs(failures: number): number {
  let delayMs = RETRY_FIRST_MS;
  for (let failure = 1; failure < failures && delayMs < RETRY_MAX_MS; failure += 1) delayMs *= 4;
  return Math.min(delayMs, RETRY_MAX_MS);
}

/** What must hold of a worker's hands between turns; null when it does. */
export function pulledWorkProblem<Item, Result>(
  state: PulledWork<Item, Result>,
  windowSize: number,
): string | null {
  if (state.inHand.size > windowSize) {
    return `${state.inHand.size} tasks in hand, at most ${windowSize} fit`;
  }
  let requests = 0;
  for (const [key, task] of state.inHand) {
    if (state.toReport.has(key)) return `${key} is in hand and already has a result`;
    if (task.request === null) continue;
    requests += 1;
    if (state.byRequest.get(task.request) !== key) return `request of ${key} is not known`;
  }
  if (requests !== state.byRequest.size) return "a request belongs to no task";
  return null;
}

/** The hands as plain JSON. `encodeItem` makes an item plain. */
export function encodePulledWork<Item, Result>(
  state: PulledWork<Item, Result>,
  encodeItem: (item: Item) => unknown,
): unknown {
  return {
    ...state,
    inHand: [...state.inHand].map(([key, task]) => [
      key,
      { ...task, item: encodeItem(task.item) },
    ]),
    byRequest: [...state.byRequest],
    toReport: [...state.toReport],
    reported: [...state.reported],
    setAside: [...state.setAside],
  };
}

/** The hands that `encodePulledWork` made plain. */
export function decodePulledWork<Item, Result>(
  snapshot: unknown,
  decodeItem: (item: unknown) => Item,
): PulledWork<Item, Result> {
  const plain = snapshot as
    & {
      readonly inHand: readonly (readonly [string, WorkTask<unknown>])[];
      readonly byRequest: readonly (readonly [RequestKey, string])[];
      readonly toReport: readonly (readonly [string, Result])[];
      readonly reported: readonly (readonly [string, Result])[];
      readonly setAside: readonly (readonly [string, WorkSetAside])[];
    }
    & Pick<
      PulledWork<Item, Result>,
      "asking" | "moreExpected" | "reportTimerSet" | "askedLimit" | "requestsMade"
    >;
  return {
    ...plain,
    inHand: new Map(
      plain.inHand.map(([key, task]) => [key, { ...task, item: decodeItem(task.item) }]),
    ),
    byRequest: new Map(plain.byRequest),
    toReport: new Map(plain.toReport),
    reported: new Map(plain.reported),
    setAside: new Map(plain.setAside),
  };
}
