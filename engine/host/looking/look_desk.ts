import type { ContentHash, EngineResult, LookedPair, Outcome } from "@scenekeep/engine/core";
import type { SecondLook } from "./second_look.ts";

/** How long one answer may take: a long look is told to be under way, and asked for again. */
const ANSWER_MS_MAX = 5_000;

type Crowds = readonly (readonly ContentHash[])[];

/** One look, under way or done. */
interface RunningLook {
  readonly crowds: Crowds;
  readonly outcome: Promise<Outcome<EngineResult>>;
}

/**
 * Answers questions for a second look a part at a time, so that whoever asks sees that it goes on.
 * A question about other contents begins anew; what was compared by then is remembered.
 */
export class LookDesk {
  readonly #look: SecondLook;
  readonly #onDone: () => void;
  readonly #onFailed: (reason: string) => void;
  /** All pairs of the last look that ended. */
  pairs: readonly LookedPair[] = [];
  #running: RunningLook | null = null;

  /**
   * @param onDone Told when a look has ended: processes are not needed for now.
   * @param onFailed Told why one could not be carried out; it will be asked for again.
   */
  constructor(look: SecondLook, onDone: () => void, onFailed: (reason: string) => void) {
    this.#look = look;
    this.#onDone = onDone;
    this.#onFailed = onFailed;
  }

  /** All pairs that were compared, or that it will take longer. */
  async answer(crowds: Crowds): Promise<Outcome<EngineResult>> {
    if (this.#running === null || !areSame(this.#running.crowds, crowds)) {
      this.#running = { crowds, outcome: this.#run(crowds, this.#running?.outcome) };
    }
    const running = this.#running;
    const patience = Promise.withResolvers<Outcome<EngineResult>>();
    const timer = setTimeout(
      () => patience.resolve({ kind: "done", result: { kind: "lookingAgain" } }),
      ANSWER_MS_MAX,
    );
    const outcome = await Promise.race([running.outcome, patience.promise]);
    clearTimeout(timer);
    const isOver = outcome.kind === "failed" || outcome.result.kind === "lookedAgain";
    if (isOver && this.#running === running) this.#running = null;
    return outcome;
  }

  /** Resolves when no look is under way. */
  async rest(): Promise<void> {
    await this.#running?.outcome;
  }

  async #run(
    crowds: Crowds,
    before: Promise<unknown> | undefined,
  ): Promise<Outcome<EngineResult>> {
    await before;
    const pairs: LookedPair[] = [];
    try {
      for (const crowd of crowds) {
        for (const pair of await this.#look.look(crowd)) pairs.push(pair);
      }
    } catch (error) {
      this.#onFailed(error instanceof Error ? error.message : String(error));
      // No process, or the cache cannot be written: whoever asked tries again.
      return { kind: "failed", error: "failed" };
    }
    this.pairs = pairs;
    this.#onDone();
    return { kind: "done", result: { kind: "lookedAgain", pairs } };
  }
}

function areSame(left: Crowds, right: Crowds): boolean {
  return left.length === right.length && left.every((crowd, at) => {
    const other = right[at]!;
    return crowd.length === other.length && crowd.every((hash, place) => hash === other[place]);
  });
}
