import type { PlantedBug } from "../planted_bugs/planted_bug.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { tryScenario } from "../shrink/scenario_trial.ts";
import { shrinkScenario } from "../shrink/shrink_scenario.ts";

/** What became of one planted bug. */
export interface MutantResult {
  readonly id: string;
  readonly losesData: boolean;
  /** The first seed under which something was noticed; null when none was. */
  readonly killedBySeed: number | null;
  /** What noticed: a checker's name, a crash, work without end, or the scenario's own facts. */
  readonly noticedBy: string;
  readonly text: string;
  /** Size of the smallest scenario; null when it was not made. */
  readonly operations: number | null;
  readonly faults: number | null;
  readonly files: number | null;
  readonly isSeedFree: boolean;
  readonly scenario: Scenario | null;
}

/** Runs one planted bug over seeds until something notices, and makes that small. */
export function judgeMutant(
  bug: PlantedBug,
  scenario: Scenario,
  limits: { seedsMax: number; isOver: () => boolean; shrinks: boolean },
): MutantResult {
  const options = { actors: bug.actors, store: bug.store, holdsItems: true };
  for (let seed = 1; seed <= limits.seedsMax && !limits.isOver(); seed += 1) {
    const seeded = { ...scenario, seed };
    const failure = tryScenario(seeded, options)?.failure ?? null;
    if (failure === null) continue;
    const shrunk = limits.shrinks
      ? shrinkScenario(seeded, { ...options, isOver: limits.isOver })
      : null;
    const small = shrunk?.scenario;
    return {
      ...plainResult(bug),
      killedBySeed: seed,
      noticedBy: noticedBy(failure.signature),
      text: shrunk?.failure.text ?? failure.text,
      operations: small === undefined ? null : (small.operations ?? []).length,
      faults: small === undefined ? null : (small.faults?.perturbations ?? []).length,
      files: small === undefined ? null : small.world.files.length,
      isSeedFree: shrunk?.isSeedFree ?? false,
      scenario: small ?? null,
    };
  }
  return plainResult(bug);
}

function plainResult(bug: PlantedBug): MutantResult {
  return {
    id: bug.id,
    losesData: bug.losesData ?? false,
    killedBySeed: null,
    noticedBy: "nothing",
    text: bug.breaks,
    operations: null,
    faults: null,
    files: null,
    isSeedFree: false,
    scenario: null,
  };
}

function noticedBy(signature: string): string {
  const [first = signature] = signature.split(/[: ]/);
  if (first === "crash") return signature.split(" in ")[0]!;
  return first === "unmet" ? "final facts" : first;
}

/** The table of all mutants, and the score. */
export function mutationText(results: readonly MutantResult[]): string {
  const killed = results.filter(({ killedBySeed }) => killedBySeed !== null);
  const losing = results.filter(({ losesData }) => losesData);
  const losingKilled = losing.filter(({ killedBySeed }) => killedBySeed !== null);
  const small = killed.filter(({ operations }) => operations !== null);
  const rows = results.map((result) =>
    [
      result.id.padEnd(29),
      (result.losesData ? "data" : "").padEnd(5),
      `${result.killedBySeed ?? "-"}`.padStart(5),
      ` ${result.noticedBy}`.padEnd(22),
      `${result.operations ?? "-"}`.padStart(4),
      `${result.faults ?? "-"}`.padStart(6),
      `${result.files ?? "-"}`.padStart(6),
    ].join(" ")
  );
  const header = `${"mutant".padEnd(29)} ${"loses".padEnd(5)}  seed  ${
    "noticed by".padEnd(20)
  }  ops faults  files`;
  return [
    header,
    ...rows,
    "",
    `${killed.length} of ${results.length} killed ` +
    `(${permille(killed.length, results.length)} %); of those that lose data ` +
    `${losingKilled.length} of ${losing.length}`,
    `smallest scenario at the median: ${median(small.map(({ operations }) => operations ?? 0))} ` +
    `operations, ${median(small.map(({ faults }) => faults ?? 0))} faults, ` +
    `${median(small.map(({ files }) => files ?? 0))} files; ` +
    `seeds to kill at the median: ${median(killed.map(({ killedBySeed }) => killedBySeed ?? 0))}`,
  ].join("\n");
}

function permille(part: number, whole: number): string {
  return (part * 100 / Math.max(1, whole)).toFixed(1);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? 0;
}
