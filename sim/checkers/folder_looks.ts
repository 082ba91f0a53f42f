import {
  type EngineTypes,
  isOnItsWay,
  type NameStep,
  type ObjectName,
  pathOfEntry,
  type StoredObject,
  TRASH_PLACE,
} from "@scenekeep/engine/core";
import type { Observation } from "../world/observation.ts";
import type { Watched } from "./promise_checker.ts";
import type { ShadowFile } from "./shadow_records.ts";
import { LIBRARY_STORE } from "./stored_bytes.ts";

/** The steps after which a name must lead somewhere. */
const NAMING: ReadonlySet<NameStep["action"]> = new Set(
  ["replace", "restore", "add", "move", "relink", "mend"] as const,
);

/** One look at a folder: whether it is as it must be. */
export interface FolderLook {
  readonly holds: boolean;
  readonly name: string;
  /** What is wrong when it does not hold. */
  readonly what: string;
}

/** After a change of names: each name that stays leads somewhere, and nothing put away is lost. */
export function* stepsInFolder(
  { link, outcome }: Observation<EngineTypes> & { kind: "linked" },
  watched: Watched,
): Generator<FolderLook> {
  const { folder } = watched;
  if (outcome.kind !== "done" || folder === null) return;
  for (const { action, path, slot } of link.steps) {
    if (NAMING.has(action)) {
      const name = objectOf(path);
      yield {
        holds: watched.contentOf(name) !== null,
        name,
        what: `After ${action} ${name} leads nowhere`,
      };
    }
    if ((action === "replace" || action === "discard") && slot !== null) {
      const holds = folder.slot(slot) !== null;
      yield { holds, name: path, what: `After ${action} of ${path} nothing is in slot ${slot}` };
    }
  }
}

/**
 * Every live file is found under each of its names with its own bytes, and the bytes of every
 * trashed one are in the trash; of what is on its way, in one place or the other. Linear.
 */
export function* namesInFolder(watched: Watched): Generator<FolderLook> {
  const { shadow, state } = watched;
  const moving = namesOnTheirWay(watched);
  for (const file of shadow.files.values()) {
    const expected = file.contentHash?.split(":")[0];
    if (expected === undefined) continue;
    for (const path of namesOf(file)) {
      if (moving.has(path)) continue;
      const found = watched.contentOf(objectOf(path))?.contentHash;
      const what = `${path} of ${file.id} has content ${file.contentHash}, and leads to ${found}`;
      yield { holds: found === expected, name: file.id, what };
    }
  }
  for (const record of state.trash.values()) {
    const { contentHash, homeObjects } = record;
    const expected = contentHash?.split(":")[0];
    const slot = record.objects.find(({ role }) => role === "original");
    const home = homeObjects?.find(({ role }) => role === "original");
    if (expected === undefined || slot === undefined || home === undefined) continue;
    const places = isOnItsWay(state, record) ? [slot.name, home.name] : [slot.name];
    const holds = places.some((place) => watched.contentOf(place)?.contentHash === expected);
    const what = `${record.file} is in the trash, and its bytes are not: ${places.join(", ")}`;
    yield { holds, name: record.file, what };
  }
}

/**
 * At rest: bytes are under the very names that the library says, and no link is; the trash holds
 * what the library's trash says, and nothing else.
 */
export function* leftInFolder({ folder, shadow, state }: Watched): Generator<FolderLook> {
  for (const { id, objects, owner } of shadow.files.values()) {
    for (const object of owner === shadow.owner ? objects : []) {
      const holds = folder?.node(pathOf(object))?.kind === "bytes";
      yield { holds, name: id, what: `The bytes of ${id} are not ${object.name} itself` };
    }
  }
  const known = new Set<string>();
  for (const { objects } of state.trash.values()) {
    for (const { name } of objects) known.add(name);
  }
  for (const [slot] of folder?.slots() ?? []) {
    const name = objectOf(`${TRASH_PLACE}${slot}`);
    yield { holds: known.has(name), name, what: `${name} is in the trash and nothing says why` };
  }
  for (const name of known) {
    const slot = name.slice(LIBRARY_STORE.length + 1 + TRASH_PLACE.length);
    const holds = folder?.slot(slot) !== null;
    yield { holds, name, what: `${name} is not in the trash` };
  }
}

/** The paths under which a live file of a folder is found. */
export function namesOf(file: Pick<ShadowFile, "names">): string[] {
  const paths: string[] = [];
  for (const [album, name] of file.names ?? []) {
    if (name !== null) paths.push(pathOfEntry(album, name));
  }
  return paths;
}

/** Names that a request to the folder may be changing. */
function namesOnTheirWay({ state }: Watched): Set<string> {
  const paths = new Set<string>();
  const { nameMove: move } = state;
  if (move?.kind === "entries") {
    // Only the name that goes may be gone before the library says so.
    const change = move.changes[move.position];
    const album = change?.from ?? null;
    const name = album === null ? null : state.files.get(change!.file)?.entries.get(album) ?? null;
    if (album !== null && name !== null) paths.add(pathOfEntry(album, name));
  }
  for (const record of state.trash.values()) {
    if (!isOnItsWay(state, record)) continue;
    for (const object of record.homeObjects ?? []) paths.add(pathOf(object));
    for (const { album, name } of record.entries) {
      if (name !== null) paths.add(pathOfEntry(album, name));
    }
  }
  return paths;
}

function pathOf({ name }: StoredObject): string {
  return name.slice(LIBRARY_STORE.length + 1);
}

function objectOf(path: string): ObjectName {
  return `${LIBRARY_STORE}/${path}` as ObjectName;
}
