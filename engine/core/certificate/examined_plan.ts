import type { AlbumRecord } from "../library/album.ts";
import type { FileRecord } from "../library/file.ts";
import type { AlbumId, FileId, SceneId } from "../library/ids.ts";
import type { Plan, PlanItem, ReviewedScene, SceneDecision } from "../library/plan.ts";
import type { LibraryState } from "../library/state.ts";
import type { ProblemReport } from "./certificate_problem.ts";

/** The parts of a library that a certificate speaks of; a `LibraryState` is one. */
export type LibraryView = Readonly<
  Pick<
    LibraryState,
    | "library"
    | "libraryKind"
    | "owner"
    | "files"
    | "filesByCapture"
    | "filesByHash"
    | "albums"
    | "usage"
    | "unreadable"
    | "plannedRemovals"
  >
>;

/** A plan laid out for checking. Nothing in it comes from the planner but the plan. */
export interface ExaminedPlan {
  readonly library: LibraryView;
  readonly plan: Plan;
  readonly report: ProblemReport;
  readonly scopeAlbum: AlbumId | null;
  readonly favorites: AlbumId | null;
  /** The item that removes each file. */
  readonly removals: ReadonlyMap<FileId, PlanItem>;
  readonly scenes: ReadonlyMap<SceneId, ExaminedScene>;
  /** The scene that names each file. */
  readonly sceneOf: ReadonlyMap<FileId, ExaminedScene>;
}

/** One scene of the plan, with the members on which others may rely. */
export interface ExaminedScene {
  readonly scene: ReviewedScene;
  /** Members that stay and are fit to stand for others. */
  readonly kept: readonly FileRecord[];
  /** As the user reviewed it; null when the pair was not given. */
  readonly reviewedDistance: (left: FileId, right: FileId) => number | null;
  /** What the user decided for a file; undefined when it is no member. */
  readonly decisionOn: (file: FileId) => SceneDecision | undefined;
}

/** Lays a plan out. Linear in the plan and its distances. */
export function examinePlan(
  library: LibraryView,
  plan: Plan,
  report: ProblemReport,
): ExaminedPlan {
  const removals = new Map<FileId, PlanItem>();
  for (const item of plan.items) {
    report.expect(!removals.has(item.file), "PLAN_MALFORMED", {
      item: item.index,
      file: item.file,
      detail: "two items remove one file",
    });
    removals.set(item.file, item);
  }
  let favorites: AlbumId | null = null;
  for (const album of library.albums.values()) {
    if (album.kind === "favorites" && album.owner === library.owner) favorites = album.id;
  }
  const scenes = new Map<SceneId, ExaminedScene>();
  const sceneOf = new Map<FileId, ExaminedScene>();
  for (const scene of plan.scenes) {
    const examined = examineScene(library, { plan, scene, removals });
    report.expect(!scenes.has(scene.id), "PLAN_MALFORMED", {
      scene: scene.id,
      detail: "two scenes have one id",
    });
    scenes.set(scene.id, examined);
    for (const { file } of scene.members) {
      report.expect(!sceneOf.has(file), "PLAN_MALFORMED", {
        scene: scene.id,
        file,
        detail: "a file is named twice",
      });
      sceneOf.set(file, examined);
    }
  }
  const scopeAlbum = plan.scope.kind === "album" ? plan.scope.album : null;
  return { library, plan, report, scopeAlbum, favorites, removals, scenes, sceneOf };
}

function examineScene(
  library: LibraryView,
  context: { plan: Plan; scene: ReviewedScene; removals: ReadonlyMap<FileId, PlanItem> },
): ExaminedScene {
  const { plan, scene, removals } = context;
  const kept: FileRecord[] = [];
  for (const { file, contentHash } of scene.members) {
    const record = library.files.get(file);
    if (record === undefined || removals.has(file)) continue;
    if (contentHash !== undefined && contentHash !== record.contentHash) continue;
    if (isFit(library, plan, record)) kept.push(record);
  }
  const places = new Map(scene.members.map(({ file }, place) => [file, place]));
  const count = scene.members.length;
  const pairs = new Map<number, number>();
  for (const [left, right, distance] of scene.distances) {
    pairs.set(left * count + right, distance);
    pairs.set(right * count + left, distance);
  }
  const decisionOn = (file: FileId): SceneDecision | undefined =>
    scene.members[places.get(file) ?? -1];
  return {
    scene,
    kept,
    decisionOn,
    reviewedDistance: (left, right) => {
      const from = places.get(left);
      const to = places.get(right);
      return from === undefined || to === undefined ? null : pairs.get(from * count + to) ?? null;
    },
  };
}

/** True when the library may rely on the file: own, read and verified, on one side, not going. */
export function isFit(library: LibraryView, plan: Plan, file: FileRecord): boolean {
  const pending = library.plannedRemovals.get(file.id);
  return file.owner === library.owner && file.verified && file.contentHash !== null &&
    !library.unreadable.has(file.id) && hiddenness(library, file) !== "both" &&
    (pending === undefined || pending === plan.id);
}

/** Whether people see the file as hidden, as visible, or as both. */
export function hiddenness(library: LibraryView, file: FileRecord): "hidden" | "visible" | "both" {
  if (file.metadata.hidden) return "hidden";
  let hiddenEntries = 0;
  for (const id of file.entries.keys()) {
    if (library.albums.get(id)?.kind === "hidden") hiddenEntries += 1;
  }
  if (hiddenEntries === 0) return "visible";
  return hiddenEntries === file.entries.size ? "hidden" : "both";
}

/** Files that are one shot with this one, itself included. */
export function shotOf(library: LibraryView, file: FileRecord): readonly FileRecord[] {
  if (file.capture === null) return [file];
  const parts: FileRecord[] = [];
  for (const id of library.filesByCapture.get(file.capture) ?? []) {
    const part = library.files.get(id);
    if (part !== undefined && part.owner === file.owner) parts.push(part);
  }
  return parts;
}

/** True when other people see what is in the album. */
export function othersSee(library: LibraryView, album: AlbumRecord): boolean {
  return album.visibleToOthers || album.owner !== library.owner;
}

/** True when the album holds this content already, on the same side of the barrier. */
export function isShownIn(library: LibraryView, file: FileRecord, album: AlbumId): boolean {
  if (file.contentHash === null) return false;
  for (const id of library.filesByHash.get(file.contentHash) ?? []) {
    const copy = library.files.get(id);
    if (copy === undefined || !copy.verified || !copy.entries.has(album)) continue;
    if (hiddenness(library, copy) === hiddenness(library, file)) return true;
  }
  return false;
}

/** True when `kept` has all that `removed` has: the same bytes, or a live photo with that still. */
export function holdsContentOf(kept: FileRecord, removed: FileRecord): boolean {
  if (kept.contentHash === null || removed.contentHash === null) return false;
  if (kept.contentHash === removed.contentHash) return true;
  return kept.kind === "live" && removed.kind === "photo" &&
    kept.contentHash.startsWith(`${removed.contentHash}:`);
}

/**
 * How a lone picture holds another one though the bytes differ, as both were reviewed in one scene:
 * by its compressed data, or by its pixels; null where it does not, and where the bytes are equal.
 */
export function samePictureAs(
  examined: ExaminedPlan,
  pair: { readonly kept: FileRecord; readonly removed: FileRecord },
): PlanItem["same"] | null {
  const { kept, removed } = pair;
  const scene = examined.sceneOf.get(removed.id);
  if (scene === undefined || examined.sceneOf.get(kept.id) !== scene) return null;
  if (holdsContentOf(kept, removed)) return null;
  if ([kept, removed].some(({ kind }) => kind !== "photo")) return null;
  const [one, other] = [kept, removed].map((file) => {
    const member = scene.decisionOn(file.id);
    return member?.contentHash === file.contentHash ? member.digests : undefined;
  });
  for (const kind of ["imageData", "pixels"] as const) {
    const digest = one?.[kind] ?? null;
    if (digest !== null && digest === other?.[kind]) return kind;
  }
  return null;
}

/** Albums that an item takes its file from, as the library has them. */
export function albumsLeftBy(examined: ExaminedPlan, item: PlanItem): readonly AlbumId[] {
  if (item.action === "removeEntry") return item.fromAlbum === null ? [] : [item.fromAlbum];
  return [...examined.library.files.get(item.file)?.entries.keys() ?? []];
}

/** True for albums that promise nothing: the owner's uncategorized, unless it is under review. */
export function promisesNothing(examined: ExaminedPlan, id: AlbumId): boolean {
  const album = examined.library.albums.get(id);
  return album?.kind === "uncategorized" && album.owner === examined.library.owner &&
    id !== examined.scopeAlbum;
}

/** True when an entry in the album leaves the file as hidden or visible as it is. */
export function keepsItsSide(
  library: LibraryView,
  entry: { file: FileRecord; album: AlbumRecord },
): boolean {
  const { file, album } = entry;
  const side = hiddenness(library, file);
  if (side === "both") return false;
  if (side === "visible") return album.kind !== "hidden";
  return file.metadata.hidden || album.kind === "hidden";
}
