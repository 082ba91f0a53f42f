import fc from "fast-check";
import { PROMISE_IDS, type PromiseId } from "../checkers/promise_id.ts";
import { photoWorld } from "../library/photo_world.ts";
import type { PhotoActors } from "../library/photo_actors.ts";
import { loadScenario } from "../scenario/load_scenario.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { arbitraryScenario, type LibraryKind } from "./scenario_arbitrary.ts";

/** See `timeLimitMs`. */
const TIME_LIMIT_MS = 60_000;

/** Events of one run. A small world with more than these has no end. */
const EVENTS_MAX = 100_000;

/** What came of a property over generated worlds. */
export interface PropertyOutcome {
  /** How often each promise was put to the test, over all runs. */
  readonly looks: ReadonlyMap<PromiseId, number>;
  /** The smallest scenario that failed, as a document with what failed; null when all held. */
  readonly failure: string | null;
  readonly scenario: Scenario | null;
}

/**
 * Runs generated worlds and checks every promise in each.
 *
 * What fails is made smaller by fast-check and told as a scenario document: saved to a file,
 * `deno task sim FILE` repeats it.
 *
 * @param options `seed`: of the worlds, 32 bits; `runs`: how many; `actors`: put in place of the
 * engine's, to plant a bug.
 */
export function checkPromises(
  options: {
    readonly kind: LibraryKind;
    readonly seed: number;
    readonly runs: number;
    readonly actors?: Partial<PhotoActors>;
    /** No run is begun after this, nor a failure made smaller. @default 60_000 */
    readonly timeLimitMs?: number;
  },
): PropertyOutcome {
  const looks = new Map<PromiseId, number>(PROMISE_IDS.map((id) => [id, 0]));
  const details = fc.check(
    fc.property(arbitraryScenario(options.kind), (scenario) => {
      const problem = problemOf(scenario, looks, options.actors);
      if (problem !== null) throw new Error(problem);
    }),
    {
      seed: options.seed,
      numRuns: options.runs,
      interruptAfterTimeLimit: options.timeLimitMs ?? TIME_LIMIT_MS,
    },
  );
  if (!details.failed) return { looks, failure: null, scenario: null };
  const [scenario] = details.counterexample ?? [];
  if (scenario === undefined) {
    throw new Error("fast-check gave no world", { cause: details.errorInstance });
  }
  const failure = [
    problemOf(scenario, looks, options.actors) ?? "It did not fail again",
    "Save this as out/property.json:",
    JSON.stringify(scenario),
    "deno task sim out/property.json",
  ].join("\n");
  return { looks, failure, scenario };
}

/** Why a scenario is not clean, in words; null when it is. */
function problemOf(
  scenario: Scenario,
  looks: Map<PromiseId, number>,
  actors: Partial<PhotoActors> | undefined,
): string | null {
  // As a document, just as `deno task sim` will read it.
  const read = loadScenario(JSON.stringify(scenario), "property.json");
  const run = photoWorld(read, actors === undefined ? {} : { actors });
  const { verdict, checks } = run.world.run({ untilEvent: EVENTS_MAX });
  for (const id of PROMISE_IDS) looks.set(id, (looks.get(id) ?? 0) + (checks[id] ?? 0));
  switch (verdict.kind) {
    case "clean":
      return null;
    case "violation":
      return verdict.violations.map(({ checker, message }) => `${checker}: ${message}`).join("\n");
    case "crash":
      return `${verdict.code} in ${verdict.where}: ${verdict.message}`;
    case "noProgress":
      return `Accepted work did not end: ${verdict.outstanding.join("; ")}`;
    case "paused":
      return `It has not come to rest after ${EVENTS_MAX} events`;
  }
}
