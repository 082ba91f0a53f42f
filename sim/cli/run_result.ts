import type { PhotoRun } from "../library/photo_world.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { RunReport } from "../world/run_report.ts";
import type { Ending } from "./exit_code.ts";

/** What `--json` prints: this object and nothing else. */
export interface RunResult {
  readonly scenario: string;
  readonly seed: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly wallMs: number;
  readonly traceHash: string;
  readonly violations: readonly {
    readonly checker: string;
    readonly message: string;
    readonly entity: string;
    readonly event: number;
    readonly virtualMs: number;
  }[];
  readonly faultsDelivered: Readonly<Record<string, number>>;
  readonly checksEvaluated: Readonly<Record<string, number>>;
  readonly library: {
    readonly files: number;
    readonly albums: number;
    readonly usageBytes: number;
    readonly storedBytes: number;
    readonly trashBytes: number;
    readonly reclaimedBytes: number;
  };
  readonly work: {
    readonly plans: number;
    readonly itemsApplied: number;
    readonly itemsSkippedStale: number;
    readonly filesArrived: number;
  };
}

/** The result of a run, for machines. */
export function resultOf(
  ended: { scenario: Scenario; seed: number; run: PhotoRun; report: RunReport; wallMs: number },
): RunResult {
  const { report, run, scenario, seed, wallMs } = ended;
  const { shadow, stored } = run.watch;
  const { sums } = shadow.objects;
  const { verdict } = report;
  const delivered: Record<string, number> = {};
  for (const [fault, count] of Object.entries(report.faults)) {
    if (count.delivered > 0) delivered[fault] = count.delivered;
  }
  return {
    scenario: scenario.id,
    seed,
    events: report.counts.events,
    virtualMs: report.virtualMs,
    wallMs: Math.round(wallMs),
    traceHash: report.traceHash,
    violations: verdict.kind === "violation" ? verdict.violations : [],
    faultsDelivered: delivered,
    checksEvaluated: report.checks,
    library: {
      files: shadow.files.size,
      albums: shadow.albums.size,
      usageBytes: sums.live + sums.trash,
      storedBytes: run.watch.folder?.storedBytes() ?? stored.totalBytes,
      trashBytes: sums.trash,
      reclaimedBytes: shadow.purgedBytes,
    },
    work: {
      plans: run.statistics.plansProposed,
      itemsApplied: run.statistics.exact.itemsApplied + run.statistics.similar.itemsApplied,
      itemsSkippedStale: run.statistics.itemsSkippedStale,
      filesArrived: run.statistics.filesArrived,
    },
  };
}

/** How a run ended, and why it is not clean. */
export interface Judgement {
  readonly ending: Ending;
  readonly reasons: readonly string[];
}

/** Judges a run: its verdict first, then whether it proved enough. */
export function judge(
  ended: { scenario: Scenario; run: PhotoRun; report: RunReport; result: RunResult },
): Judgement {
  const { report } = ended;
  const { verdict } = report;
  switch (verdict.kind) {
    case "violation":
      return {
        ending: "violation",
        reasons: verdict.violations.map(({ checker, message, event, virtualMs }) =>
          `${checker} at event ${event}, ${virtualMs} ms: ${message}`
        ),
      };
    case "noProgress":
      return { ending: "noProgress", reasons: verdict.outstanding };
    case "crash":
      return {
        ending: "crash",
        reasons: [`${verdict.code} in ${verdict.where}: ${verdict.message}`],
      };
    case "paused":
      return { ending: "noProgress", reasons: ["The run was paused"] };
    case "clean": {
      const vacuous = vacuousReasons(ended);
      if (vacuous.length > 0) return { ending: "vacuous", reasons: vacuous };
      const unmet = unmetReasons(ended);
      return unmet.length > 0 ? { ending: "unmet", reasons: unmet } : {
        ending: "clean",
        reasons: [],
      };
    }
  }
}

function vacuousReasons(
  ended: { scenario: Scenario; report: RunReport },
): string[] {
  const { report, scenario } = ended;
  const { eachFaultMin = 1, eachCheckMin } = scenario.expect ?? {};
  const reasons: string[] = [];
  const enabled = new Set(
    report.vacuous.filter((text) => text.startsWith("fault")).map((text) => text.split('"')[1]!),
  );
  for (const [fault, { delivered }] of Object.entries(report.faults)) {
    const isDrawn = delivered > 0 || enabled.has(fault);
    if (isDrawn && delivered < eachFaultMin) {
      reasons.push(`Fault ${fault} was delivered ${delivered} times, expected ${eachFaultMin}`);
    }
  }
  for (const [checker, evaluations] of Object.entries(report.checks)) {
    const isNamed = scenario.exercises.some((promise) => promise === checker);
    const least = eachCheckMin ?? (isNamed ? 1 : 0);
    if (evaluations < least) {
      reasons.push(`Checker ${checker} judged ${evaluations} times, expected ${least}`);
    }
  }
  return reasons;
}

function unmetReasons(
  ended: { scenario: Scenario; run: PhotoRun; result: RunResult },
): string[] {
  const { result, run, scenario } = ended;
  const { expect } = scenario;
  if (expect === undefined) return [];
  const { library, work } = result;
  const reached: readonly (readonly [string, number, number | undefined])[] = [
    ["events", result.events, expect.eventsMin],
    ["plans", work.plans, expect.plansMin],
    ["items applied", work.itemsApplied, expect.itemsAppliedMin],
    ["items skipped as stale", work.itemsSkippedStale, expect.itemsSkippedStaleMin],
    ["files arrived", work.filesArrived, expect.filesArrivedMin],
    ["bytes reclaimed", library.reclaimedBytes, expect.reclaimedBytesMin],
  ];
  const reasons = reached.filter(([, count, least]) => count < (least ?? 0))
    .map(([what, count, least]) => `${count} ${what}, expected at least ${least}`);
  return [...reasons, ...run.finalProblems()];
}
