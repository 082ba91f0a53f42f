import { type Ending, EXIT_CODES } from "../cli/exit_code.ts";
import { runScenario } from "../cli/run_scenario.ts";
import type { Scenario } from "../scenario/scenario.ts";

/** One seed that was not clean. */
export interface UncleanSeed {
  readonly seed: number;
  readonly ending: Ending;
  readonly reasons: readonly string[];
}

/** What came of one scenario over a range of seeds. */
export interface SweepRow {
  readonly path: string;
  readonly scenario: string;
  readonly seeds: number;
  readonly events: number;
  /** Real time of all its seeds, in milliseconds. */
  readonly wallMs: number;
  /** The slowest seed, in milliseconds. */
  readonly slowestMs: number;
  readonly unclean: readonly UncleanSeed[];
}

/** Runs one scenario once for each seed, in this process, and judges every run as `sim` does. */
export function sweepSeeds(
  scenario: Scenario,
  options: {
    readonly path: string;
    readonly firstSeed: number;
    readonly seeds: number;
    readonly clockMs: () => number;
  },
): SweepRow {
  const { clockMs, firstSeed, path, seeds } = options;
  const unclean: UncleanSeed[] = [];
  let [events, wallMs, slowestMs] = [0, 0, 0];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const { judgement, result } = runScenario(
      scenario,
      { ...PLAIN_OPTIONS, scenarioPath: path, seed },
      { clockMs, progress: () => {}, trace: null },
    );
    events += result.events;
    wallMs += result.wallMs;
    slowestMs = Math.max(slowestMs, result.wallMs);
    if (judgement.ending !== "clean") unclean.push({ seed, ...judgement });
  }
  return { path, scenario: scenario.id, seeds, events, wallMs, slowestMs, unclean };
}

const PLAIN_OPTIONS = {
  runs: 1,
  faults: null,
  tracePath: null,
  pagePath: null,
  blocksPath: null,
  json: true,
  verify: false,
} as const;

/** Puts the parts of one scenario together, in the order of their names. */
export function mergeRows(rows: readonly SweepRow[]): SweepRow[] {
  const merged = new Map<string, SweepRow>();
  for (const row of rows) {
    const known = merged.get(row.path);
    merged.set(
      row.path,
      known === undefined ? row : {
        ...row,
        seeds: known.seeds + row.seeds,
        events: known.events + row.events,
        wallMs: known.wallMs + row.wallMs,
        slowestMs: Math.max(known.slowestMs, row.slowestMs),
        unclean: [...known.unclean, ...row.unclean].sort((left, right) => left.seed - right.seed),
      },
    );
  }
  return [...merged.values()].sort((left, right) => left.path < right.path ? -1 : 1);
}

/** The exit code of a sweep: that of its first unclean seed in the order of the table. */
export function sweepExitCode(rows: readonly SweepRow[]): number {
  return EXIT_CODES[firstUnclean(rows)?.ending ?? "clean"];
}

/** The table, the sum, and as last line the command that repeats the first failure or all. */
export function sweepText(rows: readonly SweepRow[], again: string): string {
  const head = `${"scenario".padEnd(NAME_WIDTH)}   seeds     events  seconds  slowest  verdict`;
  const lines = rows.map(rowText);
  const sum = (of: (row: SweepRow) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  const uncleanSeeds = sum(({ unclean }) => unclean.length);
  const first = firstUnclean(rows);
  return [
    head,
    ...lines,
    `${rows.length} scenarios, ${sum(({ seeds }) => seeds)} runs, ` +
    `${sum(({ events }) => events)} events, ${seconds(sum(({ wallMs }) => wallMs))} s of runs; ` +
    (uncleanSeeds === 0 ? "all clean" : `${uncleanSeeds} not clean`),
    first === null ? again : `deno task sim ${first.path} --seed ${first.seed}`,
  ].join("\n");
}

/** One line of the table, and one for each kind of unclean ending below it. */
export function rowText(row: SweepRow): string {
  const { events, scenario, seeds, slowestMs, unclean, wallMs } = row;
  const verdict = unclean.length === 0 ? "clean" : `${unclean.length} not clean`;
  const line = `${scenario.padEnd(NAME_WIDTH)} ${`${seeds}`.padStart(7)} ` +
    `${`${events}`.padStart(10)} ${seconds(wallMs).padStart(8)} ` +
    `${seconds(slowestMs).padStart(8)}  ${verdict}`;
  const endings = new Map<string, number[]>();
  for (const { ending, reasons, seed } of unclean) {
    const text = `${ending}: ${reasons[0] ?? "no reason given"}`;
    endings.set(text, [...endings.get(text) ?? [], seed]);
  }
  const told = [...endings].map(([text, found]) => `    ${text} (seed ${found.join(", ")})`);
  return [line, ...told].join("\n");
}

const NAME_WIDTH = 40;

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

function firstUnclean(
  rows: readonly SweepRow[],
): { path: string; seed: number; ending: Ending } | null {
  for (const { path, unclean } of rows) {
    const [first] = unclean;
    if (first !== undefined) return { path, seed: first.seed, ending: first.ending };
  }
  return null;
}
