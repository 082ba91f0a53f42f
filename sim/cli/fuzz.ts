/**
 * Looks for what nobody thought of: `deno task fuzz --minutes N`, see `--help`.
 *
 * @module
 */

import { coverageText } from "../campaign/coverage.ts";
import { type Batch, Findings } from "../campaign/findings.ts";
import { cleanSeedsNeeded, fuzzOnce } from "../campaign/fuzz_run.ts";
import { shrinkScenario } from "../shrink/shrink_scenario.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { childJson } from "./child_process.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { print, say } from "./output.ts";

const HELP = `Runs worlds drawn by seed on all cores, each in an order of its own, until time is up.

deno task fuzz [options]

  --minutes N     how long (1)
  --seed N        the first seed; a commit's hash may give it (1)
  --runs N        stops after so many runs
  --keep-going    goes on after a failure; failures of one signature are told once
  --out DIR       where small scenarios of failures go (out/fuzz)

Ends with 0 when nothing failed, else 10. One seed alone: deno task fuzz --seed N --runs 1`;

/** Seconds that one process works before it hands over what it found. */
const BATCH_SECONDS = 20;

if (import.meta.main) Deno.exitCode = await main(Deno.args);

async function main(parameters: readonly string[]): Promise<number> {
  const parsed = parseArguments(parameters, {
    values: ["--minutes", "--seed", "--runs", "--seconds", "--step", "--out"],
    flags: ["--keep-going", "--child"],
  });
  if (parsed.kind === "help") return print(HELP, EXIT_CODES.clean);
  if (parsed.kind === "problem") {
    return print(`${parsed.message}\n\n${HELP}`, EXIT_CODES.badScenario);
  }
  const given = parsed.arguments;
  return given.has("--child") ? print(JSON.stringify(batch(given))) : await campaign(given);
}

/** Runs seeds `seed`, `seed + step`, … until the time or the runs are used up. */
function batch(given: Arguments): Batch {
  const endsMs = performance.now() + given.number("--seconds", BATCH_SECONDS) * 1000;
  const runsMax = given.number("--runs", Number.MAX_SAFE_INTEGER);
  const cells = new Map<string, number>();
  const [drawn, noticed] = [new Set<string>(), new Set<string>()];
  const failures: Batch["failures"][number][] = [];
  const strategies: Record<string, number> = {};
  let [runs, events] = [0, 0];
  for (let seed = given.number("--seed", 1); runs < runsMax; seed += given.number("--step", 1)) {
    const run = fuzzOnce(seed);
    runs += 1;
    events += run.events;
    strategies[run.strategy] = (strategies[run.strategy] ?? 0) + 1;
    for (const [cell, times] of run.cells) cells.set(cell, (cells.get(cell) ?? 0) + times);
    for (const fault of run.drawn) drawn.add(fault);
    for (const fault of run.noticed) noticed.add(fault);
    if (run.failure !== null) {
      const shrinkEndsMs = performance.now() + 60_000;
      const isOver = (): boolean => performance.now() > shrinkEndsMs;
      const small = shrinkScenario(run.scenario, { isOver })?.scenario ?? null;
      failures.push({ seed, strategy: run.strategy, ...run.failure, small });
      if (!given.has("--keep-going")) break;
    }
    if (performance.now() > endsMs) break;
  }
  return {
    runs,
    events,
    strategies,
    cells: [...cells],
    drawn: [...drawn],
    noticed: [...noticed],
    failures,
  };
}

async function campaign(given: Arguments): Promise<number> {
  const startedMs = performance.now();
  const endsMs = startedMs + given.number("--minutes", 1) * 60_000;
  const runsMax = given.number("--runs", Number.MAX_SAFE_INTEGER);
  const findings = new Findings();
  const keepsGoing = given.has("--keep-going");
  let next = given.number("--seed", 1);
  const lanes = Math.max(1, Math.min(navigator.hardwareConcurrency, runsMax));
  const isDone = (): boolean =>
    performance.now() >= endsMs || findings.runs >= runsMax ||
    (findings.failures.size > 0 && !keepsGoing);
  const work = async (): Promise<void> => {
    while (!isDone()) {
      const first = next;
      // Ranges are disjoint: no process does so many runs in one batch.
      next += runsMax < 1_000 ? 1 : 10_000;
      const leftSeconds = Math.ceil((endsMs - performance.now()) / 1000);
      // deno-lint-ignore no-await-in-loop -- one process after the other, in each lane
      const found = await childJson<Batch>(import.meta.url, [
        ...["--child", "--seed", `${first}`],
        ...["--seconds", `${Math.max(1, Math.min(BATCH_SECONDS, leftSeconds))}`],
        ...(keepsGoing ? ["--keep-going"] : []),
        ...(runsMax < 1_000 ? ["--runs", "1"] : []),
      ]);
      const fresh = findings.add(found);
      say(`${findings.runs} runs, ${findings.failures.size} kinds of failure`);
      // deno-lint-ignore no-await-in-loop -- as above
      await tell(fresh, given.text("--out", "out/fuzz"));
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  print(summary(findings, (performance.now() - startedMs) / 1000));
  return findings.failures.size === 0 ? EXIT_CODES.clean : EXIT_CODES.violation;
}

async function tell(failures: readonly Batch["failures"][number][], out: string): Promise<void> {
  if (failures.length > 0) await Deno.mkdir(out, { recursive: true });
  for (const { seed, signature, small, strategy, text } of failures) {
    say(`seed ${seed}, order ${strategy}: ${text}\n  signature ${signature}`);
    say(`  deno task fuzz --seed ${seed} --runs 1`);
    if (small === null) continue;
    const path = `${out}/fuzz-${seed}.json`;
    // deno-lint-ignore no-await-in-loop -- few files
    await Deno.writeTextFile(path, `${JSON.stringify(small, null, 2)}\n`);
    say(`  deno task explain ${path}`);
  }
}

function summary(findings: Findings, seconds: number): string {
  const { cells, drawn, events, failures, noticed, runs, strategies } = findings;
  const unnoticed = [...drawn].filter((fault) => !noticed.has(fault));
  const kinds = [...failures].map(([signature, list]) => {
    const orders = [...new Set(list.map(({ strategy }) => strategy))].join(", ");
    return `  ${list.length} × ${signature} (order ${orders}; after a fix, ` +
      `${cleanSeedsNeeded(list.length, runs)} clean seeds before it may be called fixed)`;
  });
  return [
    coverageText(cells),
    "",
    `${cells.size} cells of fault × actor × phase × message reached; ` +
    `${drawn.size - unnoticed.length} of ${drawn.size} faults delivered and noticed` +
    (unnoticed.length === 0 ? "" : `, not ${unnoticed.join(", ")}`),
    `orders: ${[...strategies].map(([name, count]) => `${name} ${count}`).join(", ")}`,
    `${runs} runs, ${events} events in ${seconds.toFixed(0)} s: ` +
    `${(runs / seconds).toFixed(1)} runs and ${Math.round(events / seconds)} events a second`,
    failures.size === 0 ? "nothing failed" : `${failures.size} kinds of failure:`,
    ...kinds,
  ].join("\n");
}
