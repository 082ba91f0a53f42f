import { type PhotoRun, photoWorld } from "../library/photo_world.ts";
import { phasesOf } from "../library/world_setup.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { RunReport } from "../world/run_report.ts";
import type { TraceSink } from "../world/trace_chain.ts";
import type { SimOptions } from "./options.ts";
import type { RunRecorder } from "./run_recorder.ts";
import { judge, type Judgement, resultOf, type RunResult } from "./run_result.ts";

/** Events between two looks at the clock. */
const SLICE_EVENTS = 5_000;
/** Time between two words on the progress. */
const PROGRESS_EVERY_MS = 2_000;
const DAY_MS = 86_400_000;

/** A run that has ended. */
export interface EndedRun {
  readonly run: PhotoRun;
  readonly report: RunReport;
  readonly result: RunResult;
  readonly judgement: Judgement;
}

/** Runs a scenario to its end, and says on the way how far it is. */
export function runScenario(
  scenario: Scenario,
  options: SimOptions,
  outside: {
    /** Milliseconds of real time, from any start. */
    readonly clockMs: () => number;
    readonly progress: (text: string) => void;
    readonly trace: TraceSink | null;
    /** Sees all that happens. */
    readonly recorder?: RunRecorder | null;
  },
): EndedRun {
  const startedMs = outside.clockMs();
  const recorder = outside.recorder ?? null;
  const seed = options.seed ?? scenario.seed;
  const run = photoWorld(scenario, {
    seed,
    ...(options.faults === null ? {} : { faults: options.faults }),
    ...(outside.trace === null ? {} : { trace: outside.trace }),
    ...(recorder === null ? {} : { observe: (observation) => recorder.observe(observation) }),
  });
  recorder?.begin(run);
  const days = (phasesOf(scenario).endsMs / DAY_MS).toFixed(1);
  let saidMs = startedMs;
  let report = run.world.run({ untilEvent: SLICE_EVENTS });
  while (report.verdict.kind === "paused") {
    const nowMs = outside.clockMs();
    if (nowMs - saidMs >= PROGRESS_EVERY_MS) {
      saidMs = nowMs;
      const { events } = report.counts;
      const day = (report.virtualMs / DAY_MS).toFixed(1);
      const perSecond = Math.round(events * 1000 / (nowMs - startedMs));
      outside.progress(
        `day ${day} of ${days}, ${events} events, ${perSecond} a second, ` +
          `${run.watch.shadow.files.size} files, ${run.statistics.plansProposed} plans`,
      );
    }
    report = run.world.run({ untilEvent: report.counts.events + SLICE_EVENTS });
  }
  const wallMs = outside.clockMs() - startedMs;
  const result = resultOf({ scenario, seed, run, report, wallMs });
  return { run, report, result, judgement: judge({ scenario, run, report, result }) };
}
