import type { ShadowLibrary } from "../checkers/shadow_library.ts";
import type { ScenarioOperation } from "../scenario/operation.ts";
import type { WorkloadRates } from "../scenario/scenario.ts";
import type { Draws, LibrarySample } from "./library_sample.ts";
import type { VirtualDevices } from "./virtual_devices.ts";
import type { DueAction } from "./workload.ts";

const MEGABYTE = 1_000_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What actions are drawn from. */
export interface ActionSubject {
  readonly shadow: ShadowLibrary;
  readonly sample: LibrarySample;
  readonly devices: VirtualDevices;
  readonly limitBytes: number;
  /** Albums that devices back up to: the user does not delete those. */
  readonly backupAlbums: ReadonlySet<string>;
}

interface Drawing extends ActionSubject {
  readonly draws: Draws;
  readonly rates: WorkloadRates;
}

/** Draws what is done; null when the library has nothing to do it with. */
export function drawAction(action: DueAction, drawing: Drawing): ScenarioOperation | null {
  const step = { id: `w/${action.kind}/${action.number}`, atMs: action.atMs };
  switch (action.kind) {
    case "makeAlbums":
    case "addEntries":
    case "removeEntries":
    case "moveEntries":
    case "deleteAlbums":
    case "shareAlbums":
    case "arrangeAlbums":
      return drawAlbumAction(action.kind, step, drawing);
    case "favorites":
    case "hides":
    case "captions":
    case "notDuplicates":
      return drawFileAction(action.kind, step, drawing);
    case "localEdits":
    case "localDeletions":
    case "freeUps":
    case "downloads":
      return drawDeviceAction(action.kind, step, drawing);
    case "trashFiles":
    case "restores":
    case "deletesForGood":
    case "emptyTrash":
      return drawTrashAction(action.kind, step, drawing);
    case "remoteEdits":
    case "explicitUploads":
      return drawUpload(action.kind, step, drawing);
    case "limitChanges":
      return drawLimit(step, drawing);
    default:
      return drawCleanUp(action.kind, step, { ...drawing, number: action.number });
  }
}

interface Step {
  readonly id: string;
  readonly atMs: number;
}

function drawAlbumAction(
  kind: DueAction["kind"],
  step: Step,
  { backupAlbums, draws, sample, shadow }: Drawing,
): ScenarioOperation | null {
  if (kind === "makeAlbums") return { ...step, kind: "makeAlbum", album: step.id };
  if (kind === "addEntries") {
    const album = sample.albumToAdd(draws);
    const file = sample.file((n) => draws(n + 40));
    return album === null || file === null ? null : { ...step, kind: "addEntry", album, file };
  }
  const album = sample.filledAlbum(draws);
  if (album === null) return null;
  switch (kind) {
    case "removeEntries": {
      const file = sample.fileOf(album, draws);
      return file === null ? null : { ...step, kind: "removeEntry", album, file };
    }
    case "moveEntries": {
      const file = sample.fileOf(album, draws);
      const to = sample.album((n) => draws(n + 40));
      if (file === null || to === null) return null;
      return { ...step, kind: "moveEntry", from: album, to, file };
    }
    case "deleteAlbums":
      if (backupAlbums.has(album)) return null;
      return { ...step, kind: "deleteAlbum", album, files: draws(80) % 3 === 0 ? "trash" : "keep" };
    case "shareAlbums": {
      const visibleToOthers = shadow.albums.get(album)?.visibleToOthers !== true;
      return { ...step, kind: "shareAlbum", album, visibleToOthers };
    }
    default: {
      const files = [...shadow.albums.get(album)?.files ?? []];
      const first = draws(81) % files.length;
      const order = [...files.slice(first), ...files.slice(0, first)];
      return { ...step, kind: "arrangeAlbum", album, cover: order[0] ?? null, order };
    }
  }
}

function drawFileAction(
  kind: DueAction["kind"],
  step: Step,
  { draws, sample, shadow }: Drawing,
): ScenarioOperation | null {
  const file = sample.file(draws);
  if (file === null) return null;
  switch (kind) {
    case "favorites":
      return { ...step, kind: "setFavorite", file, favorite: draws(80) % 4 !== 0 };
    case "hides":
      return {
        ...step,
        kind: "changeMetadata",
        file,
        change: { hidden: shadow.files.get(file)?.metadata.hidden !== true },
      };
    case "captions": {
      const change = {
        caption: `Said ${step.id}`,
        rating: draws(80) % 6,
        tags: [`tag${draws(81) % 9}`],
      };
      return { ...step, kind: "changeMetadata", file, change };
    }
    default: {
      const other = sample.file((n) => draws(n + 40));
      const left = shadow.files.get(file)?.contentHash ?? null;
      const right = other === null ? null : shadow.files.get(other)?.contentHash ?? null;
      if (left === null || right === null || left === right) return null;
      return { ...step, kind: "notDuplicates", left, right };
    }
  }
}

function drawDeviceAction(
  kind: DueAction["kind"],
  step: Step,
  { devices, draws, rates }: Drawing,
): ScenarioOperation | null {
  const names = devices.names();
  const device = names[draws(0) % names.length];
  if (device === undefined) return null;
  if (kind === "freeUps") {
    const { itemsPerFreeUp: itemsMax } = rates;
    const olderThanMs = draws(1) % 4 === 0 ? HOUR_MS : 3 * DAY_MS;
    return {
      ...step,
      kind: "freeUp",
      device,
      olderThanMs,
      ...(itemsMax === undefined ? {} : { itemsMax }),
    };
  }
  const asset = devices.assetAt(device, draws(1));
  if (asset === undefined) return null;
  switch (kind) {
    case "downloads":
      return { ...step, kind: "download", device, asset };
    case "localDeletions":
      return { ...step, kind: "deleteLocally", device, asset };
    default:
      return {
        ...step,
        kind: "editLocally",
        device,
        asset,
        contentHash: `edit-${step.id}`,
        sizeBytes: MEGABYTE + draws(2) % MEGABYTE,
        silent: draws(3) % 5 === 0,
      };
  }
}

function drawTrashAction(
  kind: DueAction["kind"],
  step: Step,
  { draws, sample }: Drawing,
): ScenarioOperation | null {
  if (kind === "emptyTrash") return { ...step, kind: "emptyTrash" };
  if (kind === "trashFiles") {
    const files = new Set<string>();
    for (let index = 0; index <= draws(80) % 4; index += 1) {
      const file = sample.file((n) => draws(n + index * 25));
      if (file !== null) files.add(file);
    }
    return files.size === 0 ? null : { ...step, kind: "trashFiles", files: [...files] };
  }
  const record = sample.trashed(draws);
  if (record === null) return null;
  if (record.content === "version") {
    return kind === "restores" ? { ...step, kind: "restoreVersion", file: record.file } : null;
  }
  const restores = kind === "restores";
  return { ...step, kind: restores ? "restoreFiles" : "deleteForGood", files: [record.file] };
}

function drawUpload(
  kind: DueAction["kind"],
  step: Step,
  { draws, sample, shadow }: Drawing,
): ScenarioOperation | null {
  const album = sample.album(draws);
  if (album === null) return null;
  const other = sample.file((n) => draws(n + 40));
  // One upload in four brings content that the library has, or had.
  const known = draws(80) % 4 !== 0
    ? null
    : sample.trashed(draws)?.contentHash ?? (other === null ? null : hashOf(shadow, other));
  const contentHash = known === null || known.includes(":") ? `new-${step.id}` : known;
  const upload = {
    ...step,
    kind: "upload",
    file: `${step.id}/file`,
    contentHash,
    sizeBytes: MEGABYTE + draws(81) % (4 * MEGABYTE),
    album,
    intent: "explicit",
    abandons: draws(82) % 16 === 0,
  } as const;
  if (kind === "explicitUploads") return upload;
  return other === null ? null : { ...upload, replaces: other };
}

function hashOf(shadow: ShadowLibrary, file: string): string | null {
  return shadow.files.get(file as Parameters<typeof shadow.files.get>[0])?.contentHash ?? null;
}

/** The limit comes down to a little above what is used, and goes back to what it was. */
function drawLimit(step: Step, { draws, limitBytes, shadow }: Drawing): ScenarioOperation {
  const isTight = shadow.limitBytes === limitBytes;
  const used = shadow.objects.sums.live + shadow.objects.sums.trash;
  const room = draws(0) % (40 * MEGABYTE);
  return { ...step, kind: "setLimit", limitBytes: isTight ? used + room : limitBytes };
}

function drawCleanUp(
  kind: DueAction["kind"],
  step: Step,
  drawing: Drawing & { readonly number: number },
): ScenarioOperation | null {
  const { draws, number, rates, sample, shadow } = drawing;
  if (kind === "undos") {
    const plan = sample.appliedPlan(draws);
    return plan === null ? null : { ...step, kind: "undoPlan", plan };
  }
  const every = rates.albumScopeEvery ?? 0;
  const album = every > 0 && number % every === every - 1 ? sample.filledAlbum(draws) : null;
  const scope = album === null ? {} : { album };
  const plan = `plan/${kind}/${number}`;
  if (kind === "exactCleanUps") return { ...step, kind: "cleanExact", plan, ...scope };
  const consentAlbums: string[] = [];
  if (draws(80) % 3 === 0) {
    for (const { id, visibleToOthers } of shadow.albums.values()) {
      if (visibleToOthers && draws(81 + consentAlbums.length % 8) % 2 === 0) consentAlbums.push(id);
    }
  }
  return {
    ...step,
    kind: "cleanSimilar",
    plan,
    ...scope,
    tier: (["close", "similar", "related"] as const)[draws(79) % 3]!,
    consentAlbums,
    scenesMax: rates.scenesPerCleanUp ?? 200,
  };
}
