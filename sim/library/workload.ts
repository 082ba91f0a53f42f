import type { ScenarioOperation } from "../scenario/operation.ts";
import type { WorkloadRates } from "../scenario/scenario.ts";
import { draw32, type DrawStream, drawStream } from "../world/draw.ts";
import { type ActionSubject, drawAction } from "./drawn_actions.ts";
import type { Draws } from "./library_sample.ts";

const DAY_MS = 86_400_000;

/** Kinds of action that a workload draws. */
export type ActionKind = Exclude<
  keyof WorkloadRates,
  "albumScopeEvery" | "itemsPerFreeUp" | "racedCleanUpEvery" | "scenesPerCleanUp"
>;

/** One action to come: what, which one of its kind, and when. */
export interface DueAction {
  readonly kind: ActionKind;
  readonly number: number;
  readonly atMs: number;
}

/**
 * What the user does by rates: each kind of action evenly over the days, at drawn moments.
 *
 * What exactly is done is drawn when it is due, from the library as it then is.
 */
export class Workload {
  readonly #rates: WorkloadRates;
  readonly #endsMs: number;
  readonly #moments: DrawStream;
  readonly #actions: DrawStream;

  constructor(options: { seed: number; rates: WorkloadRates; endsMs: number }) {
    this.#rates = options.rates;
    this.#endsMs = options.endsMs;
    this.#moments = drawStream(options.seed, "workload/moment");
    this.#actions = drawStream(options.seed, "workload/action");
  }

  /** The first action of each kind. */
  first(): DueAction[] {
    const due: DueAction[] = [];
    for (const kind of Object.keys(this.#rates).sort() as (keyof WorkloadRates)[]) {
      if (!isActionKind(kind)) continue;
      const action = this.#due(kind, 0);
      if (action !== null) due.push(action);
    }
    return due;
  }

  /** The action of the same kind that follows; null after the last. */
  after(action: DueAction): DueAction | null {
    return this.#due(action.kind, action.number + 1);
  }

  /** True when a second device does the same at the same time. */
  isRaced(action: DueAction): boolean {
    const every = this.#rates.racedCleanUpEvery ?? 0;
    return every > 0 && action.number % every === every - 1;
  }

  /** What is done, or null when the library has nothing to do it with. */
  operation(action: DueAction, subject: ActionSubject): ScenarioOperation | null {
    const draws: Draws = (n) =>
      draw32(this.#actions, kindHash(action.kind), action.number * 128 + n);
    return drawAction(action, { ...subject, draws, rates: this.#rates });
  }

  #due(kind: ActionKind, number: number): DueAction | null {
    const perDay = this.#rates[kind] ?? 0;
    if (perDay === 0) return null;
    const everyMs = Math.floor(DAY_MS / perDay);
    const offsetMs = draw32(this.#moments, kindHash(kind), number) % Math.max(1, everyMs);
    const atMs = number * everyMs + offsetMs;
    return atMs < this.#endsMs ? { kind, number, atMs } : null;
  }
}

/** What is no rate but says how actions are done. */
const SETTINGS: ReadonlySet<string> = new Set([
  "albumScopeEvery",
  "itemsPerFreeUp",
  "racedCleanUpEvery",
  "scenesPerCleanUp",
]);

function isActionKind(kind: keyof WorkloadRates): kind is ActionKind {
  return !SETTINGS.has(kind);
}

function kindHash(kind: ActionKind): number {
  let hash = 7;
  for (let index = 0; index < kind.length; index += 1) {
    hash = Math.imul(hash, 31) + kind.charCodeAt(index);
  }
  return hash;
}
