import type { EngineTypes } from "@scenekeep/engine/core";
import { writeOut } from "../shrink/write_out.ts";
import { tryScenario } from "../shrink/scenario_trial.ts";
import { inSpan } from "../shrink/shorter_span.ts";
import { isListed, type ListedScenario } from "../shrink/smaller_world.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Perturbation } from "../world/faults/fault.ts";
import type { Observation } from "../world/observation.ts";
import type { WorldOptions } from "../world/world_options.ts";

/** Where a process dies: before an effect left, in the middle of it, or after the turn's last. */
export type CrashPlace = "before" | "torn" | "after";

/** One place at which one process dies once. */
export interface CrashPoint {
  readonly place: CrashPlace;
  readonly perturbations: readonly Perturbation[];
}

/** A crash point at which something failed. */
export interface CrashFailure {
  readonly point: CrashPoint;
  readonly text: string;
  readonly signature: string;
  readonly scenario: ListedScenario;
}

/** What came of all crash points of one scenario. */
export interface CrashPointReport {
  readonly scenario: string;
  /** Effects that the run lets out without faults. */
  readonly effects: number;
  readonly points: number;
  readonly failures: readonly CrashFailure[];
  /** Why the scenario was left out; null when it was not. */
  readonly leftOut: string | null;
}

/** Minutes between operations, and after them, that are tried; the first clean ones are taken. */
const SPANS_MINUTES = [[1, 20], [5, 60], [20, 120]] as const;

/** Quiet time after which all accepted work must have ended. */
const PATIENT_MINUTES = 3 * 1_440;

/** How long a process is down. */
const DOWN_MS = 50;

/**
 * The scenario without faults, in a span so short that idle time adds nothing; null when it is not
 * clean in a short span.
 */
export function goldenOf(scenario: Scenario): ListedScenario | null {
  const written = isListed(scenario) ? scenario : writeOut(scenario, {});
  if (written === null) return null;
  const { expect: _expect, workload: _workload, ...rest } = written;
  for (const [gap, quiet] of SPANS_MINUTES) {
    const golden: ListedScenario = {
      ...inSpan(rest, gap, quiet),
      faults: { profile: "off" },
    };
    const trial = tryScenario(golden, {});
    if (trial !== null && trial.report.verdict.kind === "clean") return golden;
  }
  return null;
}

/**
 * Every place at which a crash makes a difference in a run: before each turn's commit (all of it
 * torn off), before each effect, in the middle of each request to a port (a write torn, another
 * with an unknown end), and after the last effect of each turn. After an effect is before the next.
 */
export function crashPointsOf(golden: ListedScenario): { effects: number; points: CrashPoint[] } {
  const points: CrashPoint[] = [];
  let effects = 0;
  const observe = (observation: Observation<EngineTypes>): void => {
    if (observation.kind !== "turn" || observation.effects.length === 0) return;
    const turn = `${observation.actor}/${observation.life}/${observation.turn}`;
    if (observation.turn > 0) {
      points.push({ place: "torn", perturbations: [crash("processCrashBeforeCommit", turn)] });
    }
    for (const [index, effect] of observation.effects.entries()) {
      effects += 1;
      if (effect.kind === "append" || effect.kind === "note") continue;
      const entity = `${turn}/${index}`;
      points.push({ place: "before", perturbations: [crash("processCrashBeforeEffect", entity)] });
      if (effect.kind === "send" || effect.kind === "reply" || !("key" in effect)) continue;
      if (effect.kind === "setTimer" || effect.kind === "cancelTimer") continue;
      points.push({ place: "torn", perturbations: tornAt(entity, effect.kind) });
    }
    points.push({ place: "after", perturbations: [crash("processCrashBeforeEffect", turn)] });
  };
  tryScenario(golden, { observe });
  return { effects, points };
}

function tornAt(entity: string, kind: string): Perturbation[] {
  const crashes = [crash("processCrashInOperation", entity)];
  if (kind === "writeObject") crashes.push({ ...crash("tornWrite", entity), value: 500 });
  if (kind === "remove" || kind === "link") crashes.push(crash("unknownEnd", entity));
  return crashes;
}

function crash(fault: string, entity: string): Perturbation {
  return { fault, entity, occurrence: 0, value: DOWN_MS };
}

/** Dies at one point, recovers, and goes on to the end; null when every promise holds. */
export function crashAt(golden: ListedScenario, point: CrashPoint): CrashFailure | null {
  const scenario: ListedScenario = {
    ...golden,
    faults: { profile: "off", perturbations: point.perturbations },
  };
  if ((tryScenario(scenario, { adjust: withoutHashes })?.failure ?? null) === null) return null;
  // Some work may take half a day to end: what is still wrong after three quiet days is a failure.
  const patient = { ...scenario, quietMinutes: PATIENT_MINUTES };
  const failure = tryScenario(patient, {})?.failure ?? null;
  return failure === null ? null : { point, ...failure, scenario: patient };
}

/** Nobody compares how such runs end. */
function withoutHashes(options: WorldOptions<EngineTypes>): WorldOptions<EngineTypes> {
  return { ...options, hashStates: false };
}

/**
 * Dies once at every point of a scenario. Complete, not sampled: as many runs as there are points.
 *
 * @param part Which of so many equal parts is done here, for several processes.
 */
export function allCrashPoints(
  scenario: Scenario,
  part: { readonly index: number; readonly of: number } = { index: 0, of: 1 },
): CrashPointReport {
  const empty = { scenario: scenario.id, effects: 0, points: 0, failures: [] };
  const golden = goldenOf(scenario);
  if (golden === null) return { ...empty, leftOut: "not clean within two hours" };
  const { effects, points } = crashPointsOf(golden);
  const failures: CrashFailure[] = [];
  let done = 0;
  for (const [index, point] of points.entries()) {
    if (index % part.of !== part.index) continue;
    done += 1;
    const failure = crashAt(golden, point);
    if (failure !== null) failures.push(failure);
  }
  return { scenario: scenario.id, effects, points: done, failures, leftOut: null };
}
