import { worldFaults } from "../world/faults/catalogue.ts";
import type { ScenarioOperation } from "./operation.ts";
import type { ListedWorld, Scenario } from "./scenario.ts";
import type { ScenarioProblem } from "./scenario_error.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Components of a vector of the virtual model. */
const VECTOR_LENGTH = 32;

/** Albums that every library has, by the names under which scenarios speak of them. */
export const FAVORITES_NAME = "favorites";
/** The album of files without another one. */
export const UNCATEGORIZED_NAME = "uncategorized";

/**
 * What a well-formed document says that cannot be: numbers that contradict each other, names of
 * things that are not there, faults that do not exist.
 */
export function scenarioProblems(scenario: Scenario): ScenarioProblem[] {
  return [
    ...worldProblems(scenario),
    ...operationProblems(scenario),
    ...workloadProblems(scenario),
    ...faultProblems(scenario),
    ...expectationProblems(scenario),
  ];
}

function worldProblems(scenario: Scenario): ScenarioProblem[] {
  const { library, world } = scenario;
  const problems: ScenarioProblem[] = [];
  if (world.kind === "listed") {
    problems.push(...listedProblems(world));
    if (library.kind !== "stored" && (world.devices ?? []).length > 0) {
      problems.push(at("world.devices", `Expected none: a ${library.kind} library has no uploads`));
    }
    return problems;
  }
  if (world.itemsArriving > 0 && world.devices === 0) {
    problems.push(at("world.devices", "Expected at least 1, as items arrive: got 0"));
  }
  if (world.itemsArriving > 0 && library.kind !== "stored") {
    const message = `Expected 0, as a ${library.kind} library has no uploads: ` +
      `got ${world.itemsArriving}`;
    problems.push(at("world.itemsArriving", message));
  }
  return problems;
}

function listedProblems(world: ListedWorld): ScenarioProblem[] {
  const problems: ScenarioProblem[] = [];
  const albums = new Map<string, string | undefined>([
    [FAVORITES_NAME, undefined],
    [UNCATEGORIZED_NAME, undefined],
  ]);
  for (const [index, album] of world.albums.entries()) {
    if (albums.has(album.id)) {
      problems.push(
        at(`world.albums[${index}].id`, `Expected a new name: got "${album.id}" again`),
      );
    }
    albums.set(album.id, album.owner);
  }
  const files = new Set<string>();
  for (const [index, file] of world.files.entries()) {
    const path = `world.files[${index}]`;
    if (files.has(file.id)) problems.push(at(`${path}.id`, `Got "${file.id}" twice`));
    files.add(file.id);
    problems.push(...fileProblems({ path, file, albums }));
  }
  const vectors = new Set(world.files.map((file) => file.vector?.length ?? 0));
  vectors.delete(0);
  if (vectors.size > 1) {
    const lengths = [...vectors].join(" and ");
    problems.push(at("world.files", `Expected vectors of one length: got ${lengths}`));
  }
  const dimensions = world.model?.dimensions ?? VECTOR_LENGTH;
  const [length] = vectors;
  if (length !== undefined && length !== dimensions) {
    const message = `Expected vectors of ${dimensions} components, as the model has: got ${length}`;
    problems.push(at("world.files", message));
  }
  const { model } = world;
  if (model !== undefined && (model.close > model.similar || model.similar > model.related)) {
    problems.push(at("world.model", "Expected close up to similar up to related"));
  }
  for (const [index, [first, second]] of (world.looked ?? []).entries()) {
    if (first < second) continue;
    const message = `Expected two contents, the smaller first: got "${first}" and "${second}"`;
    problems.push(at(`world.looked[${index}]`, message));
  }
  for (const [index, device] of (world.devices ?? []).entries()) {
    for (const [place, { album }] of device.backup.entries()) {
      if (albums.has(album)) continue;
      const path = `world.devices[${index}].backup[${place}].album`;
      problems.push(at(path, `Expected an album of the world: got "${album}"`));
    }
  }
  return problems;
}

function fileProblems(
  listed: {
    path: string;
    file: ListedWorld["files"][number];
    albums: ReadonlyMap<string, string | undefined>;
  },
): ScenarioProblem[] {
  const { path, file, albums } = listed;
  const problems: ScenarioProblem[] = [];
  let owned = 0;
  for (const [index, album] of file.albums.entries()) {
    if (!albums.has(album)) {
      problems.push(at(`${path}.albums[${index}]`, `Expected an album: got "${album}"`));
    } else if (albums.get(album) === file.owner) owned += 1;
  }
  if (owned === 0) problems.push(at(`${path}.albums`, "Expected an album of the file's owner"));
  if (new Set(file.albums).size < file.albums.length) {
    problems.push(at(`${path}.albums`, "Expected each album once"));
  }
  const isLive = file.kind === "live";
  if (isLive !== file.contentHash.includes(":")) {
    const message = 'Expected "image:video" for a live photo, and no colon for all else: ' +
      `got "${file.contentHash}"`;
    problems.push(at(`${path}.contentHash`, message));
  }
  if (isLive !== (file.videoBytes !== undefined)) {
    problems.push(at(`${path}.videoBytes`, "Expected for live photos, and for them only"));
  }
  if (file.vector !== undefined && file.look !== undefined) {
    problems.push(at(`${path}.look`, "Expected a vector or a look, not both"));
  }
  return problems;
}

function operationProblems(scenario: Scenario): ScenarioProblem[] {
  const problems: ScenarioProblem[] = [];
  const ids = new Set<string>();
  const devices = deviceNames(scenario);
  const plans = new Set<string>();
  for (const [index, operation] of (scenario.operations ?? []).entries()) {
    const path = `operations[${index}]`;
    if (ids.has(operation.id)) problems.push(at(`${path}.id`, `Got "${operation.id}" twice`));
    ids.add(operation.id);
    const { activeMinutes: minutes, virtualDays: days } = scenario;
    if (operation.atMs > (minutes === undefined ? days * DAY_MS : minutes * MINUTE_MS)) {
      const span = minutes === undefined ? `${days} days` : `${minutes} minutes`;
      const message = `Expected a time within ${span}: got ${operation.atMs}`;
      problems.push(at(`${path}.atMs`, message));
    }
    if ("device" in operation && devices !== null && !devices.has(operation.device)) {
      problems.push(at(`${path}.device`, `Expected a device of the world: "${operation.device}"`));
    }
    problems.push(...planProblems({ path, operation, plans }));
    if (operation.kind === "upload" && scenario.library.kind !== "stored") {
      problems.push(at(path, `Expected no upload: a ${scenario.library.kind} library has none`));
    }
  }
  return problems;
}

function planProblems(
  step: { path: string; operation: ScenarioOperation; plans: Set<string> },
): ScenarioProblem[] {
  const { operation, path, plans } = step;
  switch (operation.kind) {
    case "cleanExact":
    case "cleanSimilar":
      if (plans.has(operation.plan)) {
        return [at(`${path}.plan`, `Expected a new plan: got "${operation.plan}" again`)];
      }
      plans.add(operation.plan);
      return [];
    case "confirmPlan":
    case "discardPlan":
    case "undoPlan":
      if (plans.has(operation.plan)) return [];
      return [at(`${path}.plan`, `Expected a plan made before: got "${operation.plan}"`)];
    default:
      return [];
  }
}

/** Names of the devices; null when they are made from numbers and named later. */
function deviceNames(scenario: Scenario): ReadonlySet<string> | null {
  if (scenario.world.kind === "generated") return null;
  return new Set((scenario.world.devices ?? []).map((device) => device.id));
}

function workloadProblems(scenario: Scenario): ScenarioProblem[] {
  const { library, workload, world } = scenario;
  if (workload === undefined) return [];
  const problems: ScenarioProblem[] = [];
  const devices = world.kind === "generated" ? world.devices : (world.devices ?? []).length;
  for (const rate of ["localEdits", "localDeletions", "freeUps", "downloads"] as const) {
    if ((workload[rate] ?? 0) === 0 || devices > 0) continue;
    problems.push(at(`workload.${rate}`, "Expected 0 or absent, as there are no devices"));
  }
  for (const rate of ["remoteEdits", "explicitUploads"] as const) {
    if ((workload[rate] ?? 0) === 0 || library.kind === "stored") continue;
    problems.push(at(`workload.${rate}`, `Expected 0: a ${library.kind} library has no uploads`));
  }
  return problems;
}

function faultProblems(scenario: Scenario): ScenarioProblem[] {
  const { faults } = scenario;
  if (faults === undefined) return [];
  const known = new Set(worldFaults().map((fault) => fault.id));
  const problems: ScenarioProblem[] = [];
  const check = (path: string, fault: string): void => {
    if (known.has(fault)) return;
    problems.push(at(path, `Expected one of ${[...known].join(", ")}: got "${fault}"`));
  };
  for (const [index, fault] of (faults.enabled ?? []).entries()) {
    check(`faults.enabled[${index}]`, fault);
  }
  for (const [fault, { min, max }] of Object.entries(faults.settings ?? {})) {
    check(`faults.settings.${fault}`, fault);
    if (min === undefined || max === undefined || min <= max) continue;
    problems.push(at(`faults.settings.${fault}`, `Expected min up to max: got ${min} and ${max}`));
  }
  for (const [index, { fault }] of (faults.perturbations ?? []).entries()) {
    check(`faults.perturbations[${index}].fault`, fault);
  }
  return problems;
}

function expectationProblems(scenario: Scenario): ScenarioProblem[] {
  const { expect, operations } = scenario;
  const ids = new Set((operations ?? []).map((operation) => operation.id));
  const problems: ScenarioProblem[] = [];
  for (const [index, fact] of (expect?.final ?? []).entries()) {
    if (fact.kind !== "answered" || ids.has(fact.operation)) continue;
    const path = `expect.final[${index}].operation`;
    problems.push(at(path, `Expected an operation of the scenario: got "${fact.operation}"`));
  }
  return problems;
}

function at(path: string, message: string): ScenarioProblem {
  return { path, message };
}
