import type { LibraryEvent, StoredObject } from "@scenekeep/engine/core";
import { FAVORITES, OWNER } from "../library/library_names.ts";
import { type LibraryPlan, planLibrary } from "../library/library_plan.ts";
import type { CleanUpDecisions } from "../library/user_actions.ts";
import { phasesOf } from "../library/world_setup.ts";
import type { ArrivingItem, ScenarioOperation } from "../scenario/operation.ts";
import type { ListedAlbum, ListedFile, ListedWorld, Scenario } from "../scenario/scenario.ts";
import type { ListedScenario } from "./smaller_world.ts";
import { type TrialOptions, tryScenario } from "./scenario_trial.ts";

/**
 * Runs a scenario and writes out everything that its seed decided: the library file by file, each
 * drawn step at its moment, every mark of the user, and every fault by the name of what it struck.
 *
 * A listed scenario keeps its world; only its faults are written out. Two things stay with the
 * seed: the direction in which a look lies, and which orders of a catalog's service fail.
 */
export function writeOut(scenario: Scenario, options: TrialOptions): ListedScenario | null {
  const drawn: ScenarioOperation[] = [];
  const trial = tryScenario(scenario, {
    ...options,
    onDrawn: (operation) => drawn.push(operation),
  });
  if (trial === null) return null;
  const { plan, actions } = trial.run;
  const { workload: _rates, expect: _expect, ...rest } = scenario;
  const steps = [...scenario.operations ?? [], ...drawn].map((operation) =>
    withLook(decided(operation, actions.decisions.get(operation.id)), plan)
  );
  const { quietFromMs } = phasesOf(scenario);
  if ((scenario.workload?.limitChanges ?? 0) > 0) {
    const { limitBytes } = scenario.library;
    steps.push({ id: "limit-at-end", atMs: quietFromMs, kind: "setLimit", limitBytes });
  }
  return {
    ...rest,
    world: scenario.world.kind === "listed" ? scenario.world : listWorld(plan),
    operations: steps.sort((left, right) => left.atMs - right.atMs),
    faults: { profile: "off", perturbations: trial.report.perturbations },
  };
}

/** A listed scenario with the vector of each listed picture instead of its look. */
export function withVectors(scenario: ListedScenario): ListedScenario {
  const plan = planLibrary(scenario, scenario.seed);
  const files = scenario.world.files.map((file): ListedFile => {
    const { look: _look, ...rest } = file;
    const [image] = file.contentHash.split(":");
    const sharpness = file.sharpness ?? plan.contents.sharpnessOf(image ?? file.contentHash);
    return { ...rest, ...looksOf(file, plan), sharpness };
  });
  return { ...scenario, world: { ...scenario.world, files } };
}

function decided(
  operation: ScenarioOperation,
  decisions: CleanUpDecisions | undefined,
): ScenarioOperation {
  if (decisions === undefined) return operation;
  const { choices, scenesFrom, thinkMs } = decisions;
  if (operation.kind === "cleanExact") return thinkMs === 0 ? operation : { ...operation, thinkMs };
  if (operation.kind !== "cleanSimilar") return operation;
  const marks = { ...choices, ...operation.choices };
  return {
    ...operation,
    ...(thinkMs === 0 ? {} : { thinkMs }),
    ...(Object.keys(marks).length === 0 ? {} : { choices: marks }),
    ...(scenesFrom === null ? {} : { scenesFrom }),
  };
}

/** New pictures get the vectors that their moments gave them. */
function withLook(operation: ScenarioOperation, plan: LibraryPlan): ScenarioOperation {
  switch (operation.kind) {
    case "arrive": {
      const items = operation.items.map((item): ArrivingItem => ({
        ...item,
        ...looksOf(item, plan),
      }));
      return { ...operation, items };
    }
    case "editLocally":
    case "upload": {
      if (operation.look !== undefined || operation.vector !== undefined) return operation;
      const { vector } = looksOf(operation, plan);
      return vector === undefined ? operation : { ...operation, vector };
    }
    default:
      return operation;
  }
}

function looksOf(
  { contentHash }: { contentHash: string },
  { contents }: LibraryPlan,
): { vector?: readonly number[]; embeddable?: boolean } {
  const vector = contents.vectorOf(contentHash.split(":")[0] ?? contentHash);
  return vector === null ? { embeddable: false } : { vector: [...vector] };
}

/** The library of a plan, as a scenario lists it. Linear in its events. */
export function listWorld(plan: LibraryPlan): ListedWorld {
  const albums = new Map<string, ListedAlbum>();
  const files = new Map<string, ListedFile>();
  for (const event of plan.seed.events) listEvent(event, { albums, files, plan });
  return {
    kind: "listed",
    ...(plan.devices.length === 0 ? {} : { devices: plan.devices }),
    albums: [...albums.values()],
    files: [...files.values()].map((file) =>
      // Alone in favourites, a file still needs a place of its own.
      file.albums.length > 0 ? file : { ...file, albums: ["uncategorized"] }
    ),
  };
}

function listEvent(
  event: LibraryEvent,
  into: { albums: Map<string, ListedAlbum>; files: Map<string, ListedFile>; plan: LibraryPlan },
): void {
  const { albums, files, plan } = into;
  switch (event.kind) {
    case "albumMade": {
      const { album, albumKind, name, owner } = event;
      if (albumKind === "favorites" || albumKind === "uncategorized") return;
      albums.set(album, {
        id: album,
        kind: albumKind,
        ...(owner === OWNER ? {} : { owner }),
        ...(name === album ? {} : { name }),
        ...(event.visibleToOthers ? { visibleToOthers: true } : {}),
        ...(event.mayAdd ? {} : { mayAdd: false }),
      });
      return;
    }
    case "fileAdded":
      files.set(event.file, {
        ...listFile(event),
        ...looksOf({ contentHash: event.contentHash ?? event.file }, plan),
      });
      return;
    case "entryAdded": {
      const file = files.get(event.file);
      if (file === undefined) return;
      const entries = [...file.albums, event.album];
      const favorite = event.album === FAVORITES ? { favorite: true } : {};
      files.set(event.file, {
        ...file,
        ...favorite,
        albums: entries.filter((album) => album !== FAVORITES),
      });
      return;
    }
    case "albumArranged": {
      const album = albums.get(event.album);
      if (album === undefined) return;
      albums.set(event.album, {
        ...album,
        ...(event.cover === null ? {} : { cover: event.cover }),
        ...(event.order === null ? {} : { order: [...event.order] }),
      });
      return;
    }
  }
}

function listFile(event: Extract<LibraryEvent, { kind: "fileAdded" }>): ListedFile {
  const { contentHash, facts, metadata, objects } = event;
  const bytes = (role: StoredObject["role"]): number | undefined =>
    objects.find((object) => object.role === role)?.sizeBytes;
  const videoBytes = bytes("video");
  return {
    id: event.file,
    kind: event.fileKind,
    name: event.name,
    ...(event.owner === OWNER ? {} : { owner: event.owner }),
    contentHash: contentHash ?? event.file,
    sizeBytes: bytes("original") ?? 1,
    ...(videoBytes === undefined ? {} : { videoBytes }),
    albums: [],
    ...(event.capture === null ? {} : { capture: event.capture }),
    ...(facts.raw ? { raw: true } : {}),
    ...(facts.takenAtMs === null ? {} : { takenAtMs: facts.takenAtMs }),
    widthPixels: facts.widthPixels ?? 0,
    heightPixels: facts.heightPixels ?? 0,
    ...(metadata.hidden ? { hidden: true } : {}),
    ...(metadata.caption === "" ? {} : { caption: metadata.caption }),
  };
}
