import type { FileRecord } from "../library/file.ts";
import type { AlbumId, FileId, SceneId } from "../library/ids.ts";
import type { AlbumPrecondition, PlanItem } from "../library/plan.ts";
import { distanceInScene } from "./check_items.ts";
import {
  albumsLeftBy,
  type ExaminedPlan,
  type ExaminedScene,
  holdsContentOf,
  isShownIn,
  keepsItsSide,
  othersSee,
  promisesNothing,
} from "./examined_plan.ts";

/** What one album loses and gains of one scene. */
export interface SceneInAlbum {
  readonly album: AlbumId;
  readonly scene: SceneId;
  readonly items: PlanItem[];
  /** Representatives that are not in the album and have to be added. */
  readonly joining: Set<FileId>;
  readonly representatives: Set<FileId>;
}

/** What the plan does to each scene in each album, worked out from the library and the items. */
export function scenesInAlbums(examined: ExaminedPlan): readonly SceneInAlbum[] {
  const found = new Map<AlbumId, Map<SceneId, SceneInAlbum>>();
  for (const item of examined.plan.items) {
    for (const album of albumsLeftBy(examined, item)) {
      const ofAlbum = found.get(album) ?? new Map<SceneId, SceneInAlbum>();
      found.set(album, ofAlbum);
      const scene = item.scene;
      const change = ofAlbum.get(scene) ??
        { album, scene, items: [], joining: new Set(), representatives: new Set() };
      ofAlbum.set(scene, change);
      change.items.push(item);
      for (const { album: id, representative } of item.albums) {
        if (id !== album) continue;
        change.representatives.add(representative);
        const present = examined.library.albums.get(album)?.entries.has(representative);
        if (!present) change.joining.add(representative);
      }
    }
  }
  return [...found.values()].flatMap((ofAlbum) => [...ofAlbum.values()]);
}

/**
 * Checks R1, R3 and R4 on the state after the whole plan: every album that loses members of a scene
 * still holds the scene, and of exact copies every content; by at most one stand-in, the closest,
 * and only where one is needed and allowed.
 */
export function checkAlbums(examined: ExaminedPlan, changes: readonly SceneInAlbum[]): void {
  for (const change of changes) {
    const scene = examined.scenes.get(change.scene);
    if (scene !== undefined && !promisesNothing(examined, change.album)) {
      checkPromise(examined, change, scene);
    }
  }
  for (const scene of examined.scenes.values()) checkSceneStays(examined, scene);
}

function checkPromise(
  examined: ExaminedPlan,
  change: SceneInAlbum,
  scene: ExaminedScene,
): void {
  const { library, report } = examined;
  const place = { album: change.album, scene: change.scene };
  const present = scene.kept.filter((file) => file.entries.has(change.album));
  const joining = scene.kept.filter((file) => change.joining.has(file.id));
  report.expect(joining.length === change.joining.size, "STAND_IN_FORBIDDEN", {
    ...place,
    detail: "a stand-in is not a verified member of the scene that stays",
  });
  const after = [...present, ...joining];
  report.expect(after.length > 0, "SCENE_LOST", { ...place, detail: "the album loses the scene" });
  const exact = scene.scene.tier === "exact";
  for (const item of exact ? change.items : []) {
    const file = library.files.get(item.file);
    if (file === undefined) continue;
    report.expect(after.some((other) => holdsContentOf(other, file)), "CONTENT_LOST", {
      ...place,
      item: item.index,
      detail: "the album loses this content",
    });
  }
  const keeperJoins = change.album === examined.favorites &&
    change.items.some((item) => change.joining.has(item.keeper));
  const needed = exact
    ? change.items.some((item) => !isHeld(examined, item, present)) || keeperJoins
    : present.length === 0;
  report.expect(joining.length <= (needed ? 1 : 0), "STAND_IN_NEEDLESS", {
    ...place,
    detail: `${joining.length} stand-ins are added where ${needed ? 1 : 0} will do`,
  });
  for (const file of joining) checkStandIn(examined, { change, scene, file });
}

function isHeld(
  examined: ExaminedPlan,
  item: PlanItem,
  present: readonly FileRecord[],
): boolean {
  const file = examined.library.files.get(item.file);
  return file === undefined || present.some((other) => holdsContentOf(other, file));
}

function checkStandIn(
  examined: ExaminedPlan,
  added: { change: SceneInAlbum; scene: ExaminedScene; file: FileRecord },
): void {
  const { report } = examined;
  const { change, scene, file } = added;
  const place = { album: change.album, scene: change.scene, file: file.id };
  const refusal = whyForbidden(examined, change, file);
  report.expect(refusal === null, "STAND_IN_FORBIDDEN", { ...place, detail: refusal ?? "" });
  if (scene.scene.tier === "exact") return;
  const nearest = (kept: FileRecord): number => {
    let smallest = scene.scene.diameter;
    for (const item of change.items) {
      const removed = examined.library.files.get(item.file);
      if (removed === undefined) continue;
      smallest = Math.min(smallest, distanceInScene(examined, { scene, removed, kept }));
    }
    return smallest;
  };
  const own = nearest(file);
  const closer = scene.kept.some((other) =>
    whyForbidden(examined, change, other) === null && nearest(other) < own
  );
  report.expect(!closer, "STAND_IN_NOT_CLOSEST", {
    ...place,
    detail: `another kept member is closer than ${own}`,
  });
}

/** Why a file may not be added to the album on account of what leaves it, or null. */
function whyForbidden(
  examined: ExaminedPlan,
  change: SceneInAlbum,
  file: FileRecord,
): string | null {
  const { library, plan } = examined;
  const album = library.albums.get(change.album);
  if (album?.id === examined.scopeAlbum) return "nothing is added to the album under review";
  if (album === undefined || !album.mayAdd) return "entries may not be added to this album";
  if (!keepsItsSide(library, { file, album })) return "it would cross the hidden barrier";
  if (!othersSee(library, album) || plan.consentAlbums.includes(album.id)) return null;
  return isShownIn(library, file, album.id) ? null : "others would see it without consent";
}

/** R2 and R3: some member stays, and in the review of an album it stays there. */
function checkSceneStays(examined: ExaminedPlan, scene: ExaminedScene): void {
  const { report, scopeAlbum, removals } = examined;
  if (!scene.scene.members.some(({ file }) => removals.has(file))) return;
  const stays = scene.kept.some((file) => scopeAlbum === null || file.entries.has(scopeAlbum));
  report.expect(stays, "SCENE_EMPTIED", {
    scene: scene.scene.id,
    album: scopeAlbum,
    detail: "no member of the scene stays",
  });
}

/**
 * Checks R18: each item alone, without any other one, leaves every album of its file holding its
 * representative, and says truly whether it may be added and what that shows to others.
 */
export function checkPreconditions(
  examined: ExaminedPlan,
  changes: readonly SceneInAlbum[],
): void {
  const byPlace = new Map<string, SceneInAlbum>();
  for (const change of changes) byPlace.set(`${change.album}\n${change.scene}`, change);
  for (const item of examined.plan.items) {
    const left = albumsLeftBy(examined, item).filter((id) => !promisesNothing(examined, id));
    const stated = new Map(item.albums.map((precondition) => [precondition.album, precondition]));
    examined.report.expect(
      stated.size === item.albums.length && stated.size === left.length,
      "PRECONDITION_WRONG",
      { item: item.index, detail: `${left.length} albums are left, ${item.albums.length} stated` },
    );
    for (const album of left) {
      const precondition = stated.get(album);
      const change = byPlace.get(`${album}\n${item.scene}`);
      examined.report.expect(precondition !== undefined, "PRECONDITION_MISSING", {
        item: item.index,
        album,
        detail: "the item names no representative for this album",
      });
      if (precondition !== undefined && change !== undefined) {
        checkPrecondition(examined, { item, precondition, change });
      }
    }
  }
}

function checkPrecondition(
  examined: ExaminedPlan,
  checked: { item: PlanItem; precondition: AlbumPrecondition; change: SceneInAlbum },
): void {
  const { library, report, removals } = examined;
  const { item, precondition, change } = checked;
  const place = { item: item.index, album: precondition.album, scene: item.scene };
  const scene = examined.scenes.get(item.scene);
  const file = scene?.kept.find((kept) => kept.id === precondition.representative);
  const removed = library.files.get(item.file);
  const sound = file !== undefined && !removals.has(file.id) &&
    precondition.scene === item.scene && file.contentHash === precondition.representativeHash;
  report.expect(sound, "PRECONDITION_WRONG", {
    ...place,
    detail: "the representative is not a kept member of the scene with this content",
  });
  if (file === undefined || removed === undefined || scene === undefined) return;
  report.expect(scene.scene.tier !== "exact" || holdsContentOf(file, removed), "CONTENT_LOST", {
    ...place,
    detail: "the representative does not have this content",
  });
  report.expect(change.representatives.size === 1, "PRECONDITION_WRONG", {
    ...place,
    detail: "items name different representatives for one scene in one album",
  });
  const present = file.entries.has(precondition.album);
  const forbidden = whyForbidden(examined, change, file);
  report.expect(present || precondition.mayAdd, "PRECONDITION_WRONG", {
    ...place,
    detail: "the representative is missing and may not be added",
  });
  report.expect(!precondition.mayAdd || forbidden === null, "STAND_IN_FORBIDDEN", {
    ...place,
    detail: forbidden ?? "",
  });
  const album = library.albums.get(precondition.album);
  const shows = album !== undefined && othersSee(library, album) && precondition.mayAdd &&
    !isShownIn(library, file, album.id);
  report.expect(precondition.publishes === shows, "PUBLISHED_WITHOUT_CONSENT", {
    ...place,
    detail: shows ? "what others would see is not stated" : "nothing would be shown to others",
  });
}
