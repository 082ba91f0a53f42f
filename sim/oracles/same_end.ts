import { LIBRARIAN, type LibraryState } from "@scenekeep/engine/core";
import { orderingOf, type Strategy, strategyOf } from "../campaign/strategy.ts";
import { photoWorld, type PhotoWorldOptions } from "../library/photo_world.ts";
import { phasesOf } from "../library/world_setup.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { worldFaults } from "../world/faults/catalogue.ts";
import {
  type CanonicalLibrary,
  canonicalLibrary,
  libraryDifferences,
} from "./canonical_library.ts";

/** What came of a library in two runs of one scenario. */
export interface SameEnd {
  /** Faults that struck in the second run, or messages that were moved. */
  readonly strikes: number;
  /** How the second run ended, when it was not clean; null when it was. */
  readonly problem: string | null;
  /** Where the library of the second run is not that of the first. */
  readonly differences: readonly string[];
}

/** What both runs have alike. */
export type SameEndOptions = Pick<PhotoWorldOptions, "store" | "actors" | "seed">;

/**
 * Faults that decide what becomes of a library by contract, not only when: a name that cannot be
 * changed stays, and an item that relies on it is skipped.
 */
const DECIDING: ReadonlySet<string> = new Set(["linkError"]);

/** Faults that move what happens in time, and do nothing else. */
const MOVING = ["messageDelay", "messageReorder", "slowActor", "slowDisk", "slowTimer"] as const;

/**
 * [Note: Same end]
 *
 * The same users do the same things in two runs. In one of them faults strike, or everything is
 * moved about within what the channels promise. Once all is quiet the libraries must be the same:
 * retries, restarts and redeliveries may cost time and nothing else. No checker needs to know what
 * is right for that, and what the checkers do not know of is compared too.
 *
 * It is not so where two race for one thing: then who comes first decides, and that is for the
 * checkers alone.
 */

/** Scenarios in which somebody races, and who; see [Note: Same end]. */
export const RACES: Readonly<Record<string, string>> = {
  "folder-entries": "an undo gives names back in the order in which items happened to be applied",
  "folder-undo-out-of-order": "the same, and the earlier plan is undone first",
  "two-clean-ups-at-once": "two plans want the same files",
  "two-devices-same-shot": "two devices have the same shots",
};

/** A run with the scenario's own faults, beside one without any. Costs two runs. */
export function besideTwin(scenario: Scenario, options: SameEndOptions = {}): SameEnd {
  const { faults = { profile: "default" } } = scenario;
  const all = faults.enabled ?? worldFaults().map(({ id }) => id);
  const enabled = all.filter((fault) => !DECIDING.has(fault));
  const struck = endOf({ ...scenario, faults: { ...faults, enabled } }, options);
  return compare(struck, endOf(without(scenario), options));
}

/**
 * A run in which half of all messages, turns and operations come late, and what is due at one
 * instant in the order of the seed's strategy, beside one in which nothing does. Costs two runs.
 */
export function inOtherOrder(
  scenario: Scenario,
  options: SameEndOptions & { readonly seed: number },
): SameEnd {
  const moved: Scenario = {
    ...scenario,
    faults: {
      profile: "default",
      enabled: MOVING,
      settings: Object.fromEntries(MOVING.map((fault) => [fault, { rate: [1, 2] as const }])),
    },
  };
  return compare(
    endOf(moved, { ...options, strategy: strategyOf(options.seed) }),
    endOf(without(scenario), options),
  );
}

function without(scenario: Scenario): Scenario {
  return { ...scenario, faults: { profile: "off" } };
}

interface End {
  readonly library: CanonicalLibrary;
  readonly strikes: number;
  readonly problem: string | null;
}

function endOf(
  scenario: Scenario,
  options: SameEndOptions & { readonly strategy?: Strategy },
): End {
  const { strategy, ...same } = options;
  let nowMs = (): number => 0;
  const { world } = photoWorld(scenario, {
    ...same,
    ...(strategy === undefined ? {} : {
      adjust: (setup) => ({
        ...setup,
        ordering: orderingOf(strategy, {
          seed: options.seed ?? scenario.seed,
          chaosEndsMs: phasesOf(scenario).quietFromMs,
          nowMs: () => nowMs(),
        }),
      }),
    }),
  });
  nowMs = () => world.nowMs;
  const { faults, verdict } = world.run();
  return {
    library: canonicalLibrary(world.state(LIBRARIAN) as LibraryState),
    strikes: Object.values(faults).reduce((sum, { delivered }) => sum + delivered, 0),
    problem: verdict.kind === "clean" ? null : JSON.stringify(verdict).slice(0, 300),
  };
}

function compare(found: End, expected: End): SameEnd {
  const { library, problem, strikes } = found;
  return {
    strikes,
    problem: problem ?? expected.problem,
    differences: libraryDifferences(library, expected.library),
  };
}
