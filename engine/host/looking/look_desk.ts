import type {
  ContentDigests,
  ContentHash,
  EngineResult,
  LookedPair,
  Outcome,
  PictureTraces,
} from "@scenekeep/engine/core";
import { LookFailed, LookStopped } from "./look_failed.ts";
import { PairNumbers } from "./pair_numbers.ts";
import type { SecondLook } from "./second_look.ts";

/** How long one answer may take: a long look is told to be under way, and asked for again. */
const ANSWER_MS_MAX = 5_000;

type Crowds = readonly (readonly ContentHash[])[];

/** One look, under way or done. */
interface RunningLook {
  readonly crowds: Crowds;
  readonly outcome: Promise<Outcome<EngineResult>>;
  /** True when it has been asked about other contents since. */
  isStale: boolean;
}

/** Who is told how a look ended. */
export interface LookWatchers {
  /** A look has ended: processes are not needed for now. */
  readonly onDone: () => void;
  /** Why one could not be carried out; it will be asked for again. */
  readonly onFailed: (reason: string) => void;
  /** Why none can be carried out at all. */
  readonly onUnavailable: (reason: string) => void;
}

/**
 * Answers questions for a second look a part at a time, so that whoever asks sees that it goes on.
 * A question about other contents ends the look under way and begins anew; what was compared by
 * then is remembered.
 */
export class LookDesk {
  readonly #look: SecondLook;
  readonly #watchers: LookWatchers;
  /** All pairs of the last look that ended. */
  pairs: readonly LookedPair[] = [];
  /** Contents that hold the picture of another one, of the same look. */
  digests: readonly ContentDigests[] = [];
  #running: RunningLook | null = null;

  constructor(look: SecondLook, watchers: LookWatchers) {
    this.#look = look;
    this.#watchers = watchers;
  }

  /** All pairs that were compared, or that it will take longer. */
  async answer(crowds: Crowds): Promise<Outcome<EngineResult>> {
    if (this.#running === null || !areSame(this.#running.crowds, crowds)) {
      this.#running = this.#begin(crowds);
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

  #begin(crowds: Crowds): RunningLook {
    const before = this.#running;
    if (before !== null) before.isStale = true;
    const running: RunningLook = {
      crowds,
      isStale: false,
      outcome: Promise.resolve(before?.outcome).then(() =>
        this.#run(crowds, () => running.isStale)
      ),
    };
    return running;
  }

  async #run(crowds: Crowds, isStale: () => boolean): Promise<Outcome<EngineResult>> {
    // Two crowds may share a pair: contents of which some files are hidden and others are not.
    const numbers = new PairNumbers(crowds.flat());
    const told = new Set<number>();
    const pairs: LookedPair[] = [];
    const traces = new Map<ContentHash, PictureTraces>();
    const digests = new Map<ContentHash, ContentDigests>();
    try {
      for (const crowd of crowds) {
        // deno-lint-ignore no-await-in-loop -- one crowd after the other
        const looked = await this.#look.look(crowd, isStale);
        for (const found of looked.traces) traces.set(found.contentHash, found);
        for (const found of looked.digests) {
          const known = digests.get(found.contentHash)?.digests.pixels ?? null;
          if (known === null) digests.set(found.contentHash, found);
        }
        for (const pair of looked.pairs) {
          const number = numbers.numberOf(pair.first, pair.second);
          if (!told.has(number)) pairs.push(pair);
          told.add(number);
        }
      }
    } catch (error) {
      this.#tellFailure(error);
      // No process, or the cache cannot be written: whoever asked tries again.
      return { kind: "failed", error: "failed" };
    }
    this.pairs = pairs;
    this.digests = withEqualPixels([...digests.values()]);
    this.#watchers.onDone();
    return {
      kind: "done",
      result: {
        kind: "lookedAgain",
        pairs,
        traces: [...traces.values()],
        ...(digests.size === 0 ? {} : { digests: this.digests }),
      },
    };
  }

  #tellFailure(error: unknown): void {
    if (error instanceof LookStopped) return;
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof LookFailed && error.isHopeless) this.#watchers.onUnavailable(reason);
    else this.#watchers.onFailed(reason);
  }
}

/**
 * Of a content on both sides of the barrier, one crowd may know more than the other: what has equal
 * data has equal pixels, see [Note: The same picture].
 */
function withEqualPixels(known: readonly ContentDigests[]): ContentDigests[] {
  const pixelsOf = new Map<string, string>();
  for (const { digests: { imageData, pixels } } of known) {
    if (imageData !== null && pixels !== null) pixelsOf.set(imageData, pixels);
  }
  return known.map((one) => {
    const { imageData, pixels } = one.digests;
    if (pixels !== null || imageData === null) return one;
    return { ...one, digests: { imageData, pixels: pixelsOf.get(imageData) ?? null } };
  });
}

function areSame(left: Crowds, right: Crowds): boolean {
  return left.length === right.length && left.every((crowd, at) => {
    const other = right[at]!;
    return crowd.length === other.length && crowd.every((hash, place) => hash === other[place]);
  });
}
