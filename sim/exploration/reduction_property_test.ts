import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Scripted } from "../world/_scripted_world.ts";
import { DRAWN_WORLDS, drawnSubject } from "./_drawn_world.ts";
import { type ExplorationReport, explore, type ExploreOptions } from "./explore.ts";
import type { Subject } from "./subject.ts";

/** Worlds with more orders are left out. */
const NAIVE_RUNS_MAX = 200;
const WORLDS = 20;

/** Explores a world, and gathers what its actors have noted down at each end. */
function exploreDiaries(
  subject: Subject<Scripted>,
  options: ExploreOptions,
): { report: ExplorationReport; diaries: Set<string> } {
  const diaries = new Set<string>();
  const report = explore({
    ...subject,
    begin: (hooks) => {
      const run = subject.begin(hooks);
      return {
        ...run,
        failure: (...ended) => {
          const failure = run.failure(...ended);
          if (failure?.signature !== "wrong") return failure;
          diaries.add(failure.text);
          return null;
        },
      };
    },
  }, options);
  return { report, diaries };
}

for (const extra of [{}, { lateMax: 1 }, { crashes: true }] satisfies ExploreOptions[]) {
  const what = JSON.stringify(extra);
  Deno.test(`explore() reaches the same in drawn worlds as all orders: ${what}`, () => {
    let fewer = 0;
    fc.assert(
      fc.property(DRAWN_WORLDS, (world) => {
        const subject = drawnSubject(world);
        const none = { mergesStates: false, leavesOutCommuting: false };
        const naive = exploreDiaries(subject, { ...extra, ...none, runsMax: NAIVE_RUNS_MAX });
        fc.pre(naive.report.isComplete && naive.report.runs > 1);
        assertEquals(naive.report.failures, []);
        for (const less of [{}, { mergesStates: false }, { leavesOutCommuting: false }]) {
          const { diaries, report } = exploreDiaries(subject, { ...extra, ...less });
          assertEquals(diaries, naive.diaries);
          assertEquals(report.failures, []);
          assertEquals([report.naiveRuns, report.isNaiveExact], [BigInt(naive.report.runs), true]);
          // After a crash one state may have two names, see [Note: Causal names].
          if (!("crashes" in extra)) assertEquals(report.endStates, naive.report.endStates);
          if (report.runs < naive.report.runs) fewer += 1;
        }
      }),
      { numRuns: WORLDS },
    );
    assert(fewer > 0, "each exploration took all runs");
  });
}
