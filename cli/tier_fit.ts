/**
 * Finds the distances of the tiers of a model from labelled pairs.
 *
 * [Note: Fitted tiers] `close` is the farthest distance at which at least 99 of 100 pairs that are
 * found are right; `similar` the one with the best F1; `related` the farthest at which at least one
 * pair in two is right: it only says which pictures are compared. On a grid of hundredths, the
 * nearest first, which wins a tie; each at least one step above the one before.
 *
 * @module
 */

/** A pair of photos that labels speak of. */
export interface FittedPair {
  /** Cosine distance of their vectors. */
  readonly cosine: number;
  readonly isSame: boolean;
  /** Where the two come from; one of them, where they come from one. */
  readonly sources: readonly string[];
}

/** Pairs up to a distance. */
export interface DistanceScore {
  readonly cosine: number;
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
}

export const FITTED_TIERS = ["close", "similar", "related"] as const;
export type FittedTier = typeof FITTED_TIERS[number];

/** Cosine distances of the tiers. */
export type FittedTiers = Readonly<Record<FittedTier, number>>;

const STEPS = 100;
const CLOSE_PRECISION = 0.99;
const RELATED_PRECISION = 0.5;

/** Precision, recall and F1, 0 to 1. */
export function scoreRates({ missed, right, wrong }: Omit<DistanceScore, "cosine">): {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
} {
  return {
    precision: right + wrong === 0 ? 1 : right / (right + wrong),
    recall: right + missed === 0 ? 1 : right / (right + missed),
    f1: 2 * right / Math.max(1, 2 * right + wrong + missed),
  };
}

/** What each distance of the grid finds: 0.01, 0.02, … 1. */
export function scoreDistances(pairs: readonly FittedPair[]): DistanceScore[] {
  const right = new Array<number>(STEPS + 2).fill(0);
  const wrong = new Array<number>(STEPS + 2).fill(0);
  for (const { cosine, isSame } of pairs) {
    const step = Math.min(STEPS + 1, Math.max(1, Math.ceil(cosine * STEPS)));
    const counts = isSame ? right : wrong;
    counts[step]! += 1;
  }
  const same = right.reduce((sum, count) => sum + count, 0);
  const sums = { right: 0, wrong: 0 };
  return Array.from({ length: STEPS }, (_, at) => {
    sums.right += right[at + 1]!;
    sums.wrong += wrong[at + 1]!;
    return { cosine: (at + 1) / STEPS, ...sums, missed: same - sums.right };
  });
}

/** The tiers that fit these scores best. See [Note: Fitted tiers]. */
export function fitTiers(scores: readonly DistanceScore[]): FittedTiers {
  const last = scores.length - 1;
  const farthest = (precision: number): number =>
    scores.findLastIndex((score) => score.right > 0 && scoreRates(score).precision >= precision);
  const f1s = scores.map((score) => scoreRates(score).f1);
  const best = f1s.indexOf(Math.max(...f1s));
  const similar = Math.min(Math.max(best, 1), last - 1);
  const close = Math.min(Math.max(farthest(CLOSE_PRECISION), 0), similar - 1);
  const related = Math.max(farthest(RELATED_PRECISION), similar + 1);
  const cosineAt = (at: number): number => scores[at]!.cosine;
  return { close: cosineAt(close), similar: cosineAt(similar), related: cosineAt(related) };
}

/** What tiers find that were fitted without what they are tried on. */
export interface Validated {
  readonly sources: number;
  readonly tiers: Readonly<Record<FittedTier, Omit<DistanceScore, "cosine">>>;
}

/**
 * For each source: tiers by the pairs without it, tried on the pairs with it. A pair of two sources
 * is tried twice. Null where there is one source.
 */
export function validateTiers(pairs: readonly FittedPair[]): Validated | null {
  const sources = [...new Set(pairs.flatMap((pair) => pair.sources))].sort();
  if (sources.length < 2) return null;
  const sum = (): { right: number; wrong: number; missed: number } => ({
    right: 0,
    wrong: 0,
    missed: 0,
  });
  const tiers = { close: sum(), similar: sum(), related: sum() };
  for (const source of sources) {
    const fitted = fitTiers(
      scoreDistances(pairs.filter((pair) => !pair.sources.includes(source))),
    );
    const held = scoreDistances(pairs.filter((pair) => pair.sources.includes(source)));
    for (const tier of FITTED_TIERS) {
      const score = held.find(({ cosine }) => cosine === fitted[tier])!;
      for (const key of ["right", "wrong", "missed"] as const) tiers[tier][key] += score[key];
    }
  }
  return { sources: sources.length, tiers };
}
