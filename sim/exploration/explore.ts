import type { ActorTypes } from "@scenekeep/engine/core";
import { ExploringRun } from "./exploring_run.ts";
import { SearchState } from "./search_state.ts";
import type { FoundOrder, Subject } from "./subject.ts";

/** How a world is explored. */
export interface ExploreOptions {
  /** Runs after which the search is given up. @default 1_000_000 */
  readonly runsMax?: number;
  /** Leave out orders that differ in events that commute. @default true */
  readonly leavesOutCommuting?: boolean;
  /** Go on from each state once, however it was reached. @default true */
  readonly mergesStates?: boolean;
  /**
   * Also have one process die, once in a run or never: at each place of each turn that is tried,
   * which are before its commit, before each effect, and after the last. It comes back in the same
   * moment, in the race with all that is due then. Processes of which no actor takes a turn do not
   * die, and none does before `Subject.fromMs` or from `untilMs` on.
   *
   * @default false
   */
  readonly crashes?: boolean;
  /**
   * How many messages, answers and timers of a run may be late. All that is due in one moment is
   * late together, and only where it is nothing else: no actor's own turn, no act from outside,
   * nothing that is sent again or comes back. It becomes due with what comes next in time. Each
   * counts once for each moment that it misses. What is private is never late, as it happens at
   * once.
   *
   * @default 0
   */
  readonly lateMax?: number;
  /** Told of the number of runs, now and then. */
  readonly onProgress?: (runs: number) => void;
}

/** A failure, and the order in which it happens. */
export interface ExploredFailure extends FoundOrder {
  readonly signature: string;
  readonly text: string;
}

/** What came of an exploration. */
export interface ExplorationReport {
  /** False when the search was given up. */
  readonly isComplete: boolean;
  /**
   * Runs that were begun: each goes to its end, or to a state or order that was looked at before.
   */
  readonly runs: number;
  readonly runsToTheEnd: number;
  /** Events of all runs, without those that only lead back to where something new is tried. */
  readonly events: number;
  readonly states: number;
  /** States in which more than one thing may happen next. */
  readonly choices: number;
  /** Runs that it takes to go through every order one by one. */
  readonly naiveRuns: bigint;
  /** False when there are at least so many. */
  readonly isNaiveExact: boolean;
  /**
   * What the world is at the ends of all orders, each once. After a crash one state may be there
   * twice, see [Note: Causal names].
   */
  readonly endStates: ReadonlySet<string>;
  /** One for each signature. */
  readonly failures: readonly ExploredFailure[];
  /** How often each checker judged something, in all runs. */
  readonly checks: Readonly<Record<string, number>>;
}

/** Runs between two words on the progress. */
const PROGRESS_EVERY_RUNS = 100;

/**
 * Tries every order in which things may happen in a small world, with every promise checked after
 * each event of each run, and every fold recomputed in each state.
 *
 * [Note: Exploration] Messages and answers of ports take no time, so that all that comes of what
 * begins at one moment happens at that moment, in whatever order; time goes on when nothing is left
 * in it. So a step of the workload races with those of the same moment, and timers with what else
 * is due when they are. Each run begins anew and repeats the choices that lead to where something
 * new is to be tried: depth first.
 *
 * Two things save runs. Sleep sets (Godefroid, Partial-Order Methods for the Verification of
 * Concurrent Systems, 1996, chapter 5): once an event was tried in a state, it sleeps in the states
 * that other events lead to, for as long as these commute with it; there it would only lead to
 * where the other order has led. And states that are equal in everything that has a say, what
 * checkers remember included, are gone on from once, however they were reached: see [Note: Merged
 * states]. Neither leaves a state out: each that any order reaches is reached, so what checkers say
 * of states is complete.
 *
 * @throws {InvariantError} `EXPLORED_WITHOUT_END` when a state leads back to itself, or a run has
 * no end.
 */
export function explore<Types extends ActorTypes>(
  subject: Subject<Types>,
  options: ExploreOptions = {},
): ExplorationReport {
  const { onProgress, runsMax = 1_000_000 } = options;
  const search = new SearchState(options);
  const checks: Record<string, number> = {};
  const failures = new Map<string, ExploredFailure>();
  const endStates = new Set<string>();
  let runs = 0;
  let runsToTheEnd = 0;
  let isComplete = true;
  do {
    if (runs >= runsMax) {
      isComplete = false;
      break;
    }
    runs += 1;
    const ended = new ExploringRun(subject, search).toItsEnd();
    for (const [id, count] of Object.entries(ended.report.checks)) {
      checks[id] = (checks[id] ?? 0) + count;
    }
    if (ended.endState !== null) {
      runsToTheEnd += 1;
      endStates.add(ended.endState);
    }
    const { failure } = ended;
    if (failure !== null && !failures.has(failure.signature)) {
      failures.set(failure.signature, { ...failure, ...ended.found });
    }
    if (runs % PROGRESS_EVERY_RUNS === 0) onProgress?.(runs);
  } while (search.goBack());
  const { graph } = search;
  const { isExact, runs: naiveRuns } = graph.nodes.length === 0
    ? { isExact: true, runs: 1n }
    : graph.runsFrom(0);
  return {
    isComplete,
    runs,
    runsToTheEnd,
    events: search.events,
    states: graph.nodes.length,
    choices: graph.nodes.filter(({ open }) => open.size > 1).length,
    naiveRuns,
    isNaiveExact: isExact && isComplete,
    endStates,
    failures: [...failures.values()],
    checks,
  };
}
