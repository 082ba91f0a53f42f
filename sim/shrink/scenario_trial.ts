import type { DurableStore, EngineTypes } from "@scenekeep/engine/core";
import { engineActors, type PhotoActors } from "../library/photo_actors.ts";
import { type PhotoRun, photoWorld, type PhotoWorldOptions } from "../library/photo_world.ts";
import { VIRTUAL_MODEL } from "../library/virtual_model.ts";
import type { ScenarioOperation } from "../scenario/operation.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { scenarioProblems } from "../scenario/scenario_rules.ts";
import type { RunReport } from "../world/run_report.ts";
import type { TraceSink } from "../world/trace_chain.ts";
import { type Failure, failureOf, violationFailure, withoutNames } from "./failure_signature.ts";

/** What is tried: the engine as it is, or with a bug planted, and how long. */
export interface TrialOptions {
  /** Put in place of the engine's actors. */
  readonly actors?: ((engine: PhotoActors) => Partial<PhotoActors>) | undefined;
  /** Put between the librarian and its journal. */
  readonly store?: ((journal: DurableStore<EngineTypes>) => DurableStore<EngineTypes>) | undefined;
  /** Only what this checker says counts as the failure. @default any */
  readonly checker?: string | undefined;
  /** Holds applied items to the letter of their plan. @default false */
  readonly holdsItems?: boolean;
  /** A run is given up after so many events. @default 2_000_000 */
  readonly eventsMax?: number;
  /** Takes each line of the trace. */
  readonly trace?: TraceSink;
  /** Told of everything that is drawn to happen. */
  readonly onDrawn?: (operation: ScenarioOperation) => void;
  /** Sees every observation. */
  readonly observe?: PhotoWorldOptions["observe"];
  /** Given the world before it runs. */
  readonly started?: (world: PhotoRun["world"]) => void;
  /** Changes what the world is set up with. */
  readonly adjust?: PhotoWorldOptions["adjust"];
}

/** One run of a candidate. */
export interface Trial {
  readonly failure: Failure | null;
  readonly report: RunReport;
  readonly run: PhotoRun;
}

/** Violations that are looked through for the one that counts. */
const VIOLATIONS_MAX = 20;

/** Runs a scenario and says how it failed; null when the scenario itself cannot be. */
export function tryScenario(scenario: Scenario, options: TrialOptions): Trial | null {
  if (scenarioProblems(scenario).length > 0) return null;
  const { adjust, checker, holdsItems = false, observe, onDrawn, trace } = options;
  const run = photoWorld(scenario, {
    ...brokenWorld(options),
    holdsItems,
    violationsMax: checker === undefined ? 1 : VIOLATIONS_MAX,
    ...(trace === undefined ? {} : { trace }),
    ...(onDrawn === undefined ? {} : { onDrawn }),
    ...(observe === undefined ? {} : { observe }),
    ...(adjust === undefined ? {} : { adjust }),
  });
  options.started?.(run.world);
  const report = run.world.run({ untilEvent: options.eventsMax ?? 2_000_000 });
  return { failure: failureIn(report, run, checker), report, run };
}

/** The engine as it is, or with a bug planted. */
export function brokenWorld(
  { actors, store }: Pick<TrialOptions, "actors" | "store">,
): Pick<PhotoWorldOptions, "actors" | "store"> {
  return {
    ...(actors === undefined ? {} : { actors: actors(engineActors(VIRTUAL_MODEL)) }),
    ...(store === undefined ? {} : { store }),
  };
}

/** What a run that ended has failed in, by its checkers or by what the scenario expects. */
export function failureIn(
  report: RunReport,
  run: PhotoRun,
  checker: string | undefined,
): Failure | null {
  const { verdict } = report;
  if (checker !== undefined) {
    const found = verdict.kind === "violation"
      ? verdict.violations.find((violation) => violation.checker === checker)
      : undefined;
    return found === undefined ? null : violationFailure(found);
  }
  const failure = failureOf(verdict);
  if (failure !== null || verdict.kind !== "clean") return failure;
  const [unmet] = run.finalProblems();
  return unmet === undefined ? null : { signature: `unmet: ${withoutNames(unmet)}`, text: unmet };
}
