import type { EngineTypes } from "@scenekeep/engine/core";
import type { Scenario } from "../scenario/scenario.ts";
import type { Failure } from "../shrink/failure_signature.ts";
import { type TrialOptions, tryScenario } from "../shrink/scenario_trial.ts";
import { CausalLog, type CausalStep } from "../trace/causal_log.ts";

/** How many futures of one moment fail in the same way. */
export interface Branching {
  /** All that struck before this moment is the same; what strikes from it on is drawn anew. */
  readonly fromMs: number;
  /** Faults that struck before it. */
  readonly faultsBefore: number;
  readonly failed: number;
  readonly runs: number;
}

/** When a failure could not be averted any more. */
export interface Futures {
  readonly failure: Failure;
  readonly failedAtMs: number;
  /** The moments that were tried, in order of time. */
  readonly branchings: readonly Branching[];
  /** The fault after which every future failed; null when the start was lost already. */
  readonly decisive: CausalStep | null;
}

/** What to try. */
export interface FuturesOptions extends TrialOptions {
  /** Futures of each moment. */
  readonly runs: number;
  /** Told of each moment that was tried. */
  readonly onBranching?: (branching: Branching) => void;
}

/**
 * Looks for the moment from which a failure was inevitable: goes back to a moment between two
 * faults, lets chance decide anew from there, and halves the time between a moment with a future
 * that is clean and one without. Null when the scenario does not fail.
 *
 * What was tried is a sample: a future that averts the failure may exist among those not tried.
 *
 * Time: the logarithm of the number of faults, times `runs` runs.
 */
export function futuresOf(scenario: Scenario, options: FuturesOptions): Futures | null {
  const log = new CausalLog<EngineTypes>();
  const faults: CausalStep[] = [];
  let nowMs = (): number => 0;
  const base = tryScenario(scenario, {
    ...options,
    observe: (observation) => {
      log.observe(observation, nowMs());
      if (observation.kind === "fault") faults.push(log.steps.at(-1)!);
    },
    started: (world) => {
      nowMs = () => world.nowMs;
    },
  });
  const failure = base?.failure ?? null;
  if (base === null || failure === null) return null;
  const moments = momentsAfter(faults);
  const branchings: Branching[] = [];
  const isLost = (place: number): boolean => {
    const fromMs = place === 0 ? 0 : moments[place - 1]!.fromMs;
    const faultsBefore = place === 0 ? 0 : moments[place - 1]!.faultsBefore;
    const failed = failuresFrom(scenario, { ...options, fromMs, failure });
    const branching = { fromMs, faultsBefore, failed, runs: options.runs };
    branchings.push(branching);
    options.onBranching?.(branching);
    return failed === options.runs;
  };
  const place = firstLost(moments.length, isLost);
  branchings.sort((left, right) => left.fromMs - right.fromMs);
  return {
    failure,
    failedAtMs: base.report.virtualMs,
    branchings,
    decisive: place === 0 ? null : faults[moments[place - 1]!.faultsBefore - 1]!,
  };
}

/** The moments right after a fault, each once, with how many faults there were by then. */
function momentsAfter(
  faults: readonly CausalStep[],
): { readonly fromMs: number; readonly faultsBefore: number }[] {
  const moments: { fromMs: number; faultsBefore: number }[] = [];
  for (const [index, { virtualMs }] of faults.entries()) {
    const last = moments.at(-1);
    if (last?.fromMs === virtualMs + 1) last.faultsBefore = index + 1;
    else moments.push({ fromMs: virtualMs + 1, faultsBefore: index + 1 });
  }
  return moments;
}

/** The first place from 0 to `last` that is lost; the last one is taken to be, as it happened. */
function firstLost(last: number, isLost: (place: number) => boolean): number {
  if (isLost(0)) return 0;
  let [open, lost] = [0, last];
  while (lost - open > 1) {
    const middle = (open + lost) >> 1;
    if (isLost(middle)) lost = middle;
    else open = middle;
  }
  return lost;
}

function failuresFrom(
  scenario: Scenario,
  { failure, fromMs, runs, ...options }: FuturesOptions & {
    readonly fromMs: number;
    readonly failure: Failure;
  },
): number {
  let failed = 0;
  for (let seed = 1; seed <= runs; seed += 1) {
    const trial = tryScenario(scenario, {
      ...options,
      adjust: (setup) => {
        const { faults, ...rest } = options.adjust?.(setup) ?? setup;
        return { ...rest, faults: { ...faults, branch: { fromMs, seed: branchSeed(seed) } } };
      },
    });
    if (trial?.failure?.signature === failure.signature) failed += 1;
  }
  return failed;
}

/** Far from the seeds of scenarios, so that no future is drawn as the past was. */
function branchSeed(seed: number): number {
  return 1_000_003 * seed + 77;
}
