/**
 * The simulator's command line: `deno task sim SCENARIO.json [options]`, see `--help`; a recording
 * of a real library, in the place of a scenario, is replayed.
 *
 * Progress goes to the standard error, the result to the standard output; the last line is the
 * command that does the same again. Each way to end has an exit code of its own.
 *
 * @module
 */

import { runCommand } from "./cli/command.ts";
import { EXIT_CODES } from "./cli/exit_code.ts";
import { manyRuns, manyText } from "./cli/many_runs.ts";
import { commandOf, helpText, parseOptions, type SimOptions } from "./cli/options.ts";
import { print, say } from "./cli/output.ts";
import { readScenario } from "./cli/read_scenario.ts";
import { isRecordingFile } from "./cli/recording_file.ts";
import { replayFile } from "./cli/replay_file.ts";
import { RunRecorder } from "./cli/run_recorder.ts";
import { type EndedRun, runScenario } from "./cli/run_scenario.ts";
import { runText } from "./cli/run_text.ts";
import { TraceFile } from "./cli/trace_file.ts";
import { type Comparison, verifyRun } from "./cli/verify_run.ts";
import type { Scenario } from "./scenario/scenario.ts";

if (import.meta.main) Deno.exitCode = await runCommand(main);

async function main(parameters: readonly string[]): Promise<number> {
  const parsed = parseOptions(parameters);
  if (parsed.kind === "help") {
    print(helpText());
    return EXIT_CODES.clean;
  }
  if (parsed.kind === "problem") {
    say(`${parsed.message}\n\n${helpText()}`);
    return EXIT_CODES.badScenario;
  }
  if (isRecording(parsed.options.scenarioPath)) {
    return await replayFile(parsed.options, { print, say, clockMs: () => performance.now() });
  }
  const scenario = await readScenario(parsed.options.scenarioPath);
  return parsed.options.runs > 1
    ? await runMany(scenario, parsed.options)
    : await runOne(scenario, parsed.options);
}

/** What cannot be read is said to be no scenario. */
function isRecording(path: string): boolean {
  try {
    return isRecordingFile(path);
  } catch {
    return false;
  }
}

async function runOne(scenario: Scenario, options: SimOptions): Promise<number> {
  const file = options.tracePath === null ? null : new TraceFile(options.tracePath);
  const recorder = options.pagePath === null ? null : new RunRecorder();
  let ended: EndedRun;
  try {
    ended = runScenario(scenario, options, {
      clockMs: () => performance.now(),
      progress: (text) => say(`${scenario.id}: ${text}`),
      trace: file === null ? null : (line) => file.write(line),
      recorder,
    });
  } finally {
    file?.close();
  }
  const { judgement, report, result } = ended;
  if (options.blocksPath !== null) {
    const { blockHashes, traceHash } = report;
    await Deno.writeTextFile(options.blocksPath, JSON.stringify({ traceHash, blockHashes }));
  }
  const command = commandOf(options, result.seed);
  if (recorder !== null && options.pagePath !== null) {
    await Deno.writeTextFile(
      options.pagePath,
      await recorder.page({ scenario, ...ended }, command),
    );
  }
  const comparison = options.verify
    ? await verifyRun(report, options, { ...programs(), seed: result.seed })
    : null;
  if (options.json) {
    if (judgement.ending !== "clean") say(judgement.reasons.join("\n"));
    print(JSON.stringify(result));
  } else {
    print(runText({ scenario, ...ended }));
  }
  const isSame = comparison === null || comparison.kind === "equal";
  if (comparison !== null) (options.json ? say : print)(comparisonText(comparison));
  const isFailure = ["violation", "noProgress", "crash"].includes(judgement.ending);
  if (isFailure) (options.json ? say : print)(command.replace("deno task sim", "deno task shrink"));
  if (!options.json) print(command);
  const code = EXIT_CODES[judgement.ending];
  return code === EXIT_CODES.clean && !isSame ? EXIT_CODES.notDeterministic : code;
}

async function runMany(scenario: Scenario, options: SimOptions): Promise<number> {
  const outcomes = await manyRuns(scenario, options, {
    program: programs().program,
    ended: ({ code, output, seed }) => {
      if (options.json) print(output);
      else say(`${scenario.id}: seed ${seed} ended with ${code}`);
    },
  });
  const text = manyText(outcomes, options);
  (options.json ? say : print)(text);
  if (!options.json) {
    const first = options.seed ?? scenario.seed;
    print(`${commandOf(options, first)} --runs ${options.runs}`);
  }
  return outcomes.find((outcome) => outcome.code !== EXIT_CODES.clean)?.code ?? EXIT_CODES.clean;
}

function comparisonText(comparison: Comparison): string {
  switch (comparison.kind) {
    case "equal":
      return "verified: a second process under another ambience gave the same trace";
    case "failed":
      return `not verified: ${comparison.reason}`;
    case "different": {
      const { actor, event, field, here, line, there, virtualMs } = comparison.first;
      const where = `event ${event} (line ${line}, ${virtualMs} ms), ${actor}`;
      return [
        `not deterministic: ${where}, field ${field}`,
        `  here:  ${here}`,
        `  there: ${there}`,
      ].join("\n");
    }
  }
}

function programs(): { program: string; clockShift: string } {
  return {
    program: import.meta.url,
    clockShift: new URL("./cli/clock_shift.ts", import.meta.url).href,
  };
}
