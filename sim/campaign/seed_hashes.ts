import { photoWorld } from "../library/photo_world.ts";
import type { Scenario } from "../scenario/scenario.ts";

/** All that two runs of one seed must have alike. */
export interface SeedHash {
  readonly seed: number;
  readonly ending: string;
  readonly events: number;
  /** Of everything that happened, in order. */
  readonly traceHash: string;
  /** Of what every actor keeps in the end. */
  readonly stateHash: string;
  /** Of what the checkers judged and which faults struck. */
  readonly coverage: string;
}

/** Runs one scenario once for each seed, in this process. */
export function hashSeeds(
  scenario: Scenario,
  range: { readonly firstSeed: number; readonly seeds: number },
): SeedHash[] {
  return Array.from({ length: range.seeds }, (_, index) => {
    const seed = range.firstSeed + index;
    const report = photoWorld(scenario, { seed }).world.run();
    const { checks, counts, faults, stateHash, traceHash, verdict } = report;
    return {
      seed,
      ending: verdict.kind,
      events: counts.events,
      traceHash,
      stateHash,
      coverage: JSON.stringify([checks, faults]),
    };
  });
}

/** Seeds of which two processes do not say the same, in order. */
export function divergingSeeds(here: readonly SeedHash[], there: readonly SeedHash[]): number[] {
  const theirs = new Map(there.map((hash) => [hash.seed, JSON.stringify(hash)]));
  return here.filter((hash) => theirs.get(hash.seed) !== JSON.stringify(hash))
    .map(({ seed }) => seed);
}
