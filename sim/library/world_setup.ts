import type { Scenario } from "../scenario/scenario.ts";
import { ratioOf } from "../scenario/scenario.ts";
import type { FaultSetting } from "../world/faults/fault.ts";
import type { FaultPlanOptions, FaultProfile } from "../world/faults/fault_plan.ts";
import { WATCH_ALL, WATCH_SAMPLED, type WatchOptions } from "../world/world_options.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Wall clock at the start of every run: 14 November 2023. */
export const START_WALL_MS = 1_700_000_000_000;

/** Files up to which everything is watched after each turn. */
const SMALL_WORLD_FILES = 2_000;

/** Quiet days after the last fault, unless the scenario says otherwise. */
const QUIET_DAYS = 3;

/**
 * Faults that no engine can be held to: a journal that loses what it said was safe. A scenario may
 * still ask for them by name.
 */
const HOPELESS_FAULTS: readonly string[] = ["journalTailLost"];

/** True for worlds of which only samples are watched. */
export function isLarge(scenario: Scenario): boolean {
  return filesOf(scenario) > SMALL_WORLD_FILES;
}

function filesOf({ world }: Scenario): number {
  return world.kind === "listed" ? world.files.length : world.filesAtStart + world.itemsArriving;
}

/** When faults stop, and when the run may end. */
export function phasesOf(scenario: Scenario): { quietFromMs: number; endsMs: number } {
  const { activeMinutes, quietMinutes, quietDays = QUIET_DAYS, virtualDays } = scenario;
  const quietFromMs = activeMinutes === undefined
    ? virtualDays * DAY_MS
    : activeMinutes * MINUTE_MS;
  const quietMs = quietMinutes === undefined ? quietDays * DAY_MS : quietMinutes * MINUTE_MS;
  return { quietFromMs, endsMs: quietFromMs + quietMs };
}

/** How closely the world is watched. */
export function watchOptions(scenario: Scenario): Partial<WatchOptions> {
  const files = filesOf(scenario);
  if (files > SMALL_WORLD_FILES) {
    return { ...WATCH_SAMPLED, invariantsEvery: 0, evaluateEvery: 0, recomputeEvery: 250_000 };
  }
  // What costs as much as the library is large is done less often in a larger one.
  const every = Math.max(1, files >> 2);
  return {
    ...WATCH_ALL,
    invariantsEvery: every,
    purityEvery: every * 8,
    // A given order is one that failed, or may: everything is looked at, as exploration does.
    recomputeEvery: scenario.order === undefined ? every * 20 : 1,
    evaluateEvery: 0,
  };
}

/** What strikes, by the scenario and what the command line says instead. */
export function faultOptions(
  scenario: Scenario,
  run: { seed: number; profile: FaultProfile | undefined; chaosEndsMs: number },
): FaultPlanOptions {
  const { faults } = scenario;
  const profile = run.profile ?? faults?.profile ?? "off";
  const settings: Record<string, FaultSetting> = {};
  const named = new Set([...faults?.enabled ?? [], ...Object.keys(faults?.settings ?? {})]);
  for (const fault of [...HOPELESS_FAULTS, ...impossibleFaults(scenario)]) {
    if (!named.has(fault)) settings[fault] = { rate: { numerator: 0, denominator: 1 } };
  }
  for (const [fault, { rate, min, max }] of Object.entries(faults?.settings ?? {})) {
    settings[fault] = {
      ...(rate === undefined ? {} : { rate: ratioOf(rate) }),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
    };
  }
  return {
    seed: run.seed,
    profile,
    chaosEndsMs: run.chaosEndsMs,
    settings,
    ...(faults?.enabled === undefined ? {} : { enabled: faults.enabled }),
    ...(faults?.perturbations === undefined ? {} : { perturbations: faults.perturbations }),
  };
}

/** Faults that have nothing to strike in a library of this kind. */
function impossibleFaults({ library, world }: Scenario): readonly string[] {
  const devices = world.kind === "generated" ? world.devices : (world.devices ?? []).length;
  const compute = [
    "computeFailure",
    "computeTimeout",
    "computeLateResult",
    "computeDuplicateResult",
    "computeWrongSize",
  ];
  const writes = [
    "objectDiskFull",
    "objectWriteError",
    "storeCrashInChange",
    "tornWrite",
    "lostWrite",
    "objectDamaged",
  ];
  switch (library.kind) {
    case "stored":
      return devices === 0 ? ["linkError", ...writes] : ["linkError"];
    case "folder":
      return writes;
    case "catalog":
      return ["linkError", ...writes, ...compute, "objectReadError", "objectRemoveError"];
  }
}
