import { worldFaults } from "../world/faults/catalogue.ts";
import { swarmOf } from "../world/faults/swarm.ts";
import { draw, drawBetween, drawStream, hashText } from "../world/draw.ts";
import { phasesOf } from "../library/world_setup.ts";
import {
  DEVICE_ACTIONS,
  LIBRARY_ACTIONS,
  UPLOAD_ACTIONS,
  WORLD_RATIOS,
} from "../scenario/generated_names.ts";
import type { Scenario, WorkloadRates } from "../scenario/scenario.ts";
import type { Failure } from "../shrink/failure_signature.ts";
import { tryScenario } from "../shrink/scenario_trial.ts";
import { Coverage } from "./coverage.ts";
import { orderingOf, type Strategy, strategyOf } from "./strategy.ts";

/** One run of a campaign: all that it differs by, and what came of it. */
export interface FuzzRun {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly strategy: Strategy;
  readonly failure: Failure | null;
  readonly events: number;
  readonly cells: ReadonlyMap<string, number>;
  /** Faults that struck and were noticed. */
  readonly noticed: readonly string[];
  /** Faults that were drawn. */
  readonly drawn: readonly string[];
}

/**
 * The world of a seed: a small library with a random half of all features, actions of the user and
 * kinds of fault. Every fourth is brutal: faults break contracts, and only safety is demanded.
 */
export function fuzzScenario(seed: number): Scenario {
  const between = (name: string, min: number, max: number): number =>
    drawBetween(drawStream(seed, "fuzz"), { entityHash: hashText(name), n: 0, min, max });
  const isOn = (name: string): boolean => draw(seed, "fuzz/feature", name, 0) % 2 === 0;
  const ratios = Object.fromEntries(
    WORLD_RATIOS.filter(isOn).map((ratio) => [ratio, [1, between(ratio, 2, 8)] as const]),
  );
  const workload: WorkloadRates = Object.fromEntries(
    RATES.filter(isOn).map((rate) => [rate, between(rate, 1, 12)]),
  );
  return {
    format: "scenario/1",
    id: `fuzz-${seed}`,
    exercises: ["INV-LOSS-1"],
    why: "A world drawn by its seed: features, actions and faults are each there or not",
    seed,
    library: { kind: "stored", limitBytes: isOn("tight") ? 200_000_000 : 1_000_000_000_000 },
    world: {
      kind: "generated",
      filesAtStart: between("files", 4, 40),
      itemsArriving: between("arriving", 0, 30),
      devices: between("devices", 1, 2),
      albums: between("albums", 1, 8),
      ratios,
    },
    virtualDays: between("days", 1, 3),
    quietDays: 2,
    workload,
    faults: {
      profile: between("brutal", 0, 3) === 0 ? "brutal" : "default",
      enabled: swarmOf(seed, worldFaults().filter(({ id }) => !HOPELESS.has(id))),
    },
  };
}

/** Everything that users do. */
const RATES = [
  ...LIBRARY_ACTIONS,
  ...UPLOAD_ACTIONS,
  ...DEVICE_ACTIONS,
  "limitChanges",
] as const satisfies readonly (keyof WorkloadRates)[];

/** What no engine can survive: a journal that loses what it said was safe. */
const HOPELESS: ReadonlySet<string> = new Set(["journalTailLost", "linkError"]);

/** Checkers of safety: what is demanded even where contracts are broken. */
const LIVENESS: ReadonlySet<string> = new Set(["INV-LIVE-1"]);

/** Runs the world of a seed, in the order of the seed's strategy. */
export function fuzzOnce(seed: number): FuzzRun {
  const scenario = fuzzScenario(seed);
  const strategy = strategyOf(seed);
  const coverage = new Coverage();
  let nowMs = (): number => 0;
  const trial = tryScenario(scenario, {
    eventsMax: 400_000,
    observe: (observation) => coverage.observe(observation),
    started: (world) => {
      nowMs = () => world.nowMs;
    },
    adjust: (options) => ({
      ...options,
      ordering: orderingOf(strategy, {
        seed,
        chaosEndsMs: phasesOf(scenario).quietFromMs,
        nowMs: () => nowMs(),
      }),
    }),
  });
  const report = trial?.report;
  const found = trial?.failure ?? null;
  const isBrutal = scenario.faults?.profile === "brutal";
  const isLiveness = found !== null &&
    (found.signature.startsWith("noProgress") || LIVENESS.has(found.signature.split(":")[0]!));
  const faults = Object.entries(report?.faults ?? {});
  return {
    seed,
    scenario,
    strategy,
    failure: isBrutal && isLiveness ? null : found,
    events: report?.counts.events ?? 0,
    cells: coverage.cells,
    noticed: faults.filter(([, count]) => count.noticed > 0).map(([id]) => id),
    drawn: scenario.faults?.enabled ?? [],
  };
}

/**
 * Clean seeds after which a failure that showed once in so many runs may be called fixed with 95 %
 * confidence: three times as many runs as it took (the rule of three).
 */
export function cleanSeedsNeeded(failures: number, runs: number): number {
  return Math.ceil(3 * runs / Math.max(1, failures));
}
