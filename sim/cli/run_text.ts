import type { PhotoRun } from "../library/photo_world.ts";
import type { CleanUpStatistics } from "../library/run_statistics.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { RunReport } from "../world/run_report.ts";
import { ENDING_TEXTS } from "./exit_code.ts";
import type { Judgement, RunResult } from "./run_result.ts";

const DAY_MS = 86_400_000;
const GIGABYTE = 1_000_000_000;
const MEGABYTE = 1_000_000;

/** A run as a person reads it: what was found and won back, what struck, what was checked. */
export function runText(
  ended: {
    scenario: Scenario;
    run: PhotoRun;
    report: RunReport;
    result: RunResult;
    judgement: Judgement;
  },
): string {
  const { judgement, report, result, run, scenario } = ended;
  const { statistics } = run;
  const { library, work } = result;
  const lines = [
    `${scenario.id}, seed ${result.seed}: ${ENDING_TEXTS[judgement.ending]}`,
    ...judgement.reasons.slice(0, 20).map((reason) => `  ${reason}`),
    "",
    "Found and won back",
    cleanUpLine("exact copies", statistics.exact, statistics.purgedBytes.exact),
    cleanUpLine("similar images", statistics.similar, statistics.purgedBytes.similar),
    `  device space   ${count(statistics.freedItems)} items, ${
      bytes(statistics.freedBytes)
    } freed; ` +
    `${count(statistics.keptItems)} kept`,
    `  trash          ${count(statistics.purgedByAge)} purged by age, ` +
    `${count(statistics.purgedByUser)} by the user; ` +
    `${bytes(statistics.purgedBytes.user + statistics.purgedBytes.edit)} of the user's own`,
    `  skipped        ${count(work.itemsSkippedStale)} items that were stale by then`,
    "",
    "Library at the end",
    `  ${count(library.files)} files in ${count(library.albums)} albums, ` +
    `${count(work.filesArrived)} arrived; usage ${bytes(library.usageBytes)}, of it trash ` +
    `${bytes(library.trashBytes)}; stored ${bytes(library.storedBytes)}`,
    "",
    "Faults delivered",
    ...table(result.faultsDelivered),
    "",
    "Looks at something that could have failed",
    ...table(result.checksEvaluated),
    "",
    `${count(result.events)} events in ${(result.wallMs / 1000).toFixed(1)} s, ` +
    `${count(Math.round(result.events * 1000 / Math.max(1, result.wallMs)))} a second; ` +
    `${(result.virtualMs / DAY_MS).toFixed(1)} virtual days; ` +
    `${count(report.counts.restarts)} restarts`,
    `trace ${result.traceHash}`,
  ];
  return lines.join("\n");
}

function cleanUpLine(name: string, cleanUp: CleanUpStatistics, purged: number): string {
  const { bytesToTrash, itemsApplied, itemsUndone, plans, refused } = cleanUp;
  return `  ${name.padEnd(14)} ${count(plans)} plans (${count(refused)} refused), ` +
    `${count(itemsApplied)} items applied, ${count(itemsUndone)} undone; ` +
    `${bytes(bytesToTrash)} to trash, ${bytes(purged)} freed by purges`;
}

/** Counts in three columns. */
export function table(counts: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(counts);
  if (entries.length === 0) return ["  none"];
  const lines: string[] = [];
  for (let index = 0; index < entries.length; index += 3) {
    const row = entries.slice(index, index + 3).map(([name, value]) =>
      `${name.padEnd(26)}${count(value).padStart(10)}`
    );
    lines.push(`  ${row.join("   ")}`.trimEnd());
  }
  return lines;
}

/** A number with thin groups of three digits, the same in every locale. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Bytes in decimal megabytes or gigabytes. */
export function bytes(value: number): string {
  if (value < GIGABYTE) return `${(value / MEGABYTE).toFixed(1)} MB`;
  return `${(value / GIGABYTE).toFixed(1)} GB`;
}
