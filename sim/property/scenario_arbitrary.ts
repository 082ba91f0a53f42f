import fc from "fast-check";
import { PROMISE_IDS } from "../checkers/promise_id.ts";
import {
  DEVICE_ACTIONS,
  LIBRARY_ACTIONS,
  UPLOAD_ACTIONS,
  WORLD_RATIOS,
} from "../scenario/generated_names.ts";
import {
  type GeneratedWorld,
  type RatioPair,
  type Scenario,
  SCENARIO_FORMAT,
  type ScenarioFaults,
  type WorkloadRates,
  type WorldRatios,
} from "../scenario/scenario.ts";
import { worldFaults } from "../world/faults/catalogue.ts";
import type { Perturbation } from "../world/faults/fault.ts";

/** Which libraries there are. */
export type LibraryKind = Scenario["library"]["kind"];

/** A crash now and then is a fault; one after another leaves no time for anything else. */
const CRASH_RATES: readonly RatioPair[] = [[1, 500], [1, 2_000]];
const OTHER_RATES: readonly RatioPair[] = [[1, 5], [1, 20], [1, 100]];

/** Faults at named places: the schedule, as plain data that can be taken apart. */
const NAMED_FAULTS = [
  "messageDelay",
  "messageReorder",
  "messageDuplicate",
  "messageDrop",
  "actorCrashBeforeEffect",
  "processCrashBeforeEffect",
] as const;

const ACTORS = ["librarian", "album_reconciler", "grouping", "hashing", "embedding"] as const;

/**
 * Small worlds of one kind of library with what their users do, which faults may strike and how
 * often, and some at named places: plain data, so that what fails becomes smaller by itself.
 *
 * Each is a complete scenario; `loadScenario` takes it.
 */
export function arbitraryScenario(kind: LibraryKind): fc.Arbitrary<Scenario> {
  const devices = kind === "stored" ? fc.constantFrom(0, 1, 2, 2) : fc.constant(0);
  return devices.chain((count) => withDevices(kind, count));
}

function withDevices(kind: LibraryKind, devices: number): fc.Arbitrary<Scenario> {
  return fc.record({
    seed: fc.integer({ min: 1, max: 0x7fff_ffff }),
    world: arbitraryWorld(devices),
    virtualDays: fc.integer({ min: 1, max: 6 }),
    workload: arbitraryWorkload(kind, devices),
    faults: arbitraryFaults(),
    limitBytes: kind === "stored"
      ? fc.constantFrom(1_000_000_000_000, 600_000_000)
      : fc.constant(1_000_000_000_000),
  }).map(({ seed, world, virtualDays, workload, faults, limitBytes }): Scenario => ({
    format: SCENARIO_FORMAT,
    id: "property",
    exercises: PROMISE_IDS,
    why: "A generated world, workload and set of faults under which a promise did not hold",
    seed,
    library: { kind, limitBytes },
    world,
    virtualDays,
    workload,
    faults,
  }));
}

function arbitraryWorld(devices: number): fc.Arbitrary<GeneratedWorld> {
  const ratio = fc.constantFrom<RatioPair>([1, 2], [1, 5], [1, 20]);
  const ratios = Object.fromEntries(WORLD_RATIOS.map((name) => [name, ratio]));
  return fc.record({
    kind: fc.constant("generated" as const),
    filesAtStart: fc.integer({ min: 1, max: 40 }),
    albums: fc.integer({ min: 1, max: 6 }),
    devices: fc.constant(devices),
    itemsArriving: devices === 0 ? fc.constant(0) : fc.integer({ min: 1, max: 16 }),
    ratios: fc.record(ratios, { requiredKeys: [] }) as fc.Arbitrary<WorldRatios>,
  });
}

function arbitraryWorkload(kind: LibraryKind, devices: number): fc.Arbitrary<WorkloadRates> {
  const actions = [
    ...LIBRARY_ACTIONS,
    ...kind === "stored" ? UPLOAD_ACTIONS : [],
    ...devices > 0 ? DEVICE_ACTIONS : [],
  ];
  const perDay = fc.constantFrom(1, 4);
  const often: Record<string, fc.Arbitrary<number>> = Object.fromEntries(
    actions.map((name) => [name, perDay]),
  );
  often["scenesPerCleanUp"] = fc.constantFrom(3, 30);
  often["albumScopeEvery"] = fc.constantFrom(2, 4);
  // Devices are there to be freed: what is not tried proves nothing.
  return fc.record(often, { requiredKeys: devices > 0 ? ["freeUps"] : [] });
}

function arbitraryFaults(): fc.Arbitrary<ScenarioFaults> {
  const kept = worldFaults().filter(({ keepsContract }) => keepsContract).map(({ id }) => id);
  const perturbation: fc.Arbitrary<Perturbation> = fc.record({
    fault: fc.constantFrom(...NAMED_FAULTS),
    entity: fc.tuple(fc.constantFrom(...ACTORS), fc.nat(40), fc.nat(3))
      .map(([actor, turn, effect]) => `${actor}/1/${turn}/${effect}`),
    occurrence: fc.constant(0),
    value: fc.integer({ min: 1, max: 200 }),
  });
  return fc.record({
    enabled: fc.subarray(kept),
    crashRate: fc.constantFrom(...CRASH_RATES),
    otherRate: fc.constantFrom(...OTHER_RATES),
    perturbations: fc.array(perturbation, { maxLength: 6 }),
  }).map(({ enabled, crashRate, otherRate, perturbations }) => ({
    profile: "default" as const,
    enabled,
    settings: Object.fromEntries(
      enabled.map((id) => [id, { rate: id.includes("Crash") ? crashRate : otherRate }]),
    ),
    perturbations,
  }));
}
