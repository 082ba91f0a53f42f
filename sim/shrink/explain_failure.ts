import type { EngineTypes } from "@scenekeep/engine/core";
import type { ScenarioOperation } from "../scenario/operation.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { CausalLog } from "../trace/causal_log.ts";
import { clockText, storyOf } from "../trace/story.ts";
import type { Failure } from "./failure_signature.ts";
import { type TrialOptions, tryScenario } from "./scenario_trial.ts";

/** What happened in a failing run, in order. */
export interface Explanation {
  readonly failure: Failure | null;
  /** Lines of text. */
  readonly text: string;
}

/** Runs a scenario and tells the story of its failure: what was there, done, struck, and led on. */
export function explainScenario(scenario: Scenario, options: TrialOptions): Explanation {
  const log = new CausalLog<EngineTypes>();
  let nowMs = (): number => 0;
  const trial = tryScenario(scenario, {
    ...options,
    observe: (observation) => log.observe(observation, nowMs()),
    started: (world) => {
      nowMs = () => world.nowMs;
    },
  });
  if (trial === null) return { failure: null, text: "The scenario cannot be run" };
  const { failure, report } = trial;
  const names = report.verdict.kind === "violation"
    ? report.verdict.violations.flatMap(({ entity, message }) => [entity, ...message.split(" ")])
    : [];
  const end = failure === null
    ? `Nothing failed: ${report.counts.events} events, ${report.verdict.kind}`
    : `${failure.text}\n(at ${clockText(report.virtualMs)}, event ${report.counts.events})`;
  return {
    failure,
    text: [
      scenario.why,
      "",
      "There is",
      ...worldLines(scenario),
      "",
      "What is done",
      ...(scenario.operations ?? []).map(operationLine),
      "",
      "What struck",
      ...struckLines(report.perturbations),
      "",
      failure === null ? "What happened" : "What led to it",
      storyOf(failure === null ? log.steps.slice(-30) : log.slice(names)),
      "",
      end,
    ].join("\n"),
  };
}

const LINES_MAX = 20;

function worldLines({ world }: Scenario): string[] {
  if (world.kind === "generated") {
    return [`  ${world.filesAtStart} files, ${world.albums} albums, ${world.devices} devices`];
  }
  const lines = world.files.map((file) => {
    const facts = [file.caption === undefined ? "" : `"${file.caption}"`];
    if (file.favorite === true) facts.push("favourite");
    if (file.hidden === true) facts.push("hidden");
    if (file.owner !== undefined) facts.push(`of ${file.owner}`);
    const words = facts.filter((fact) => fact !== "").join(", ");
    const place = file.albums.join(", ");
    return `  file ${file.id}: content ${file.contentHash}, in ${place}${words && `; ${words}`}`;
  });
  for (const { id } of world.devices ?? []) lines.push(`  device ${id}`);
  return short(lines.length === 0 ? ["  nothing"] : lines);
}

function operationLine(operation: ScenarioOperation): string {
  const { atMs, id: _id, kind, ...rest } = operation;
  return `  ${clockText(atMs)}  ${kind} ${JSON.stringify(rest)}`.slice(0, 160);
}

function struckLines(
  perturbations: readonly { fault: string; entity: string; value: number }[],
): string[] {
  if (perturbations.length === 0) return ["  nothing"];
  return short(
    perturbations.map(({ entity, fault, value }) => `  ${fault} (${value}) at ${entity}`),
  );
}

function short(lines: readonly string[]): string[] {
  if (lines.length <= LINES_MAX) return [...lines];
  return [...lines.slice(0, LINES_MAX), `  … and ${lines.length - LINES_MAX} more`];
}
