import { UNCATEGORIZED_NAME } from "../scenario/scenario_rules.ts";
import type { ScenarioOperation } from "../scenario/operation.ts";
import type { ListedFile, ListedWorld, Scenario } from "../scenario/scenario.ts";

/** A scenario whose world is listed, so that things can be taken out of it. */
export type ListedScenario = Scenario & { readonly world: ListedWorld };

/** True for a scenario that lists its world. */
export function isListed(scenario: Scenario): scenario is ListedScenario {
  return scenario.world.kind === "listed";
}

/** The scenario with these operations only. */
export function withOperations(
  scenario: ListedScenario,
  operations: readonly ScenarioOperation[],
): ListedScenario {
  return { ...scenario, operations };
}

/** The scenario with these files only; covers and orders forget the others. */
export function withFiles(
  scenario: ListedScenario,
  files: readonly ListedFile[],
): ListedScenario {
  const kept = new Set(files.map(({ id }) => id));
  const albums = scenario.world.albums.map((album) => {
    const { cover, order, ...rest } = album;
    const present = order?.filter((file) => kept.has(file)) ?? [];
    return {
      ...rest,
      ...(cover !== undefined && kept.has(cover) ? { cover } : {}),
      ...(present.length > 0 ? { order: present } : {}),
    };
  });
  return { ...scenario, world: { ...scenario.world, albums, files } };
}

/** The scenario with these albums only; what was in the others alone is in none. */
export function withAlbums(
  scenario: ListedScenario,
  albums: ListedWorld["albums"],
): ListedScenario {
  const { world } = scenario;
  const gone = new Set(world.albums.map(({ id }) => id));
  for (const { id } of albums) gone.delete(id);
  const files = world.files.map((file) => {
    const kept = file.albums.filter((album) => !gone.has(album));
    return { ...file, albums: kept.length > 0 ? kept : [UNCATEGORIZED_NAME] };
  });
  const devices = world.devices?.map((device) => ({
    ...device,
    backup: device.backup.filter(({ album }) => !gone.has(album)),
  }));
  return {
    ...scenario,
    world: { ...world, albums, files, ...(devices === undefined ? {} : { devices }) },
  };
}

/** The scenario with these devices only, and without what happened on the others. */
export function withDevices(
  scenario: ListedScenario,
  devices: NonNullable<ListedWorld["devices"]>,
): ListedScenario {
  const kept = new Set(devices.map(({ id }) => id));
  const operations = (scenario.operations ?? []).filter((operation) =>
    !("device" in operation) || kept.has(operation.device)
  );
  const { devices: _before, ...world } = scenario.world;
  return {
    ...scenario,
    operations,
    world: devices.length === 0 ? world : { ...world, devices },
  };
}

/** Fields of a file without which it is still a file. */
const PLAIN_FIELDS = [
  "name",
  "favorite",
  "capture",
  "raw",
  "takenAtMs",
  "widthPixels",
  "heightPixels",
  "sharpness",
  "hidden",
  "archived",
  "caption",
  "rating",
  "tags",
  "vector",
  "look",
  "embeddable",
] as const satisfies readonly (keyof ListedFile)[];

/** Simpler variants of a file, one change each: a field or an album less, round numbers. */
export function simplerFiles(file: ListedFile): ListedFile[] {
  const variants: ListedFile[] = [];
  for (const field of PLAIN_FIELDS) {
    if (file[field] === undefined) continue;
    const { [field]: _left, ...rest } = file;
    variants.push(rest as ListedFile);
  }
  if (file.albums.length > 1) {
    for (const album of file.albums) {
      variants.push({ ...file, albums: file.albums.filter((other) => other !== album) });
    }
  }
  if (file.sizeBytes !== ROUND_BYTES) variants.push({ ...file, sizeBytes: ROUND_BYTES });
  return variants;
}

/** A size that is easy to read. */
const ROUND_BYTES = 1_000_000;

/** Simpler variants of an operation: an item less in a list, or a condition less. */
export function simplerOperations(operation: ScenarioOperation): ScenarioOperation[] {
  const variants: ScenarioOperation[] = [];
  for (const [field, value] of Object.entries(operation)) {
    if (Array.isArray(value) && value.length > 1) {
      for (const [index] of value.entries()) {
        const shorter = value.filter((_, other) => other !== index);
        variants.push({ ...operation, [field]: shorter } as ScenarioOperation);
      }
    }
    if (OPTIONAL_FIELDS.has(field)) {
      const { [field as keyof ScenarioOperation]: _left, ...rest } = operation;
      variants.push(rest as ScenarioOperation);
    }
  }
  return variants;
}

const OPTIONAL_FIELDS: ReadonlySet<string> = new Set([
  "album",
  "keepRules",
  "consentAlbums",
  "choices",
  "scenesMax",
  "olderThanMs",
  "itemsMax",
  "abandons",
  "silent",
  "takenAtMs",
  "replaces",
]);
