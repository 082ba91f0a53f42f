import type { FileRecord } from "../library/file.ts";
import type { PlanItem } from "../library/plan.ts";
import {
  type ExaminedPlan,
  type ExaminedScene,
  hiddenness,
  holdsContentOf,
  isFit,
  shotOf,
} from "./examined_plan.ts";

/** Checks what each item says of its file and its keeper. Linear in items times kept members. */
export function checkItems(examined: ExaminedPlan): void {
  for (const [index, item] of examined.plan.items.entries()) {
    examined.report.expect(item.index === index, "PLAN_MALFORMED", {
      item: index,
      detail: `the item says that it is number ${item.index}`,
    });
    checkItem(examined, item);
  }
}

function checkItem(examined: ExaminedPlan, item: PlanItem): void {
  const { library, plan, report } = examined;
  const place = { item: item.index, file: item.file, scene: item.scene };
  const file = library.files.get(item.file);
  const keeper = library.files.get(item.keeper);
  const scene = examined.scenes.get(item.scene);
  const known = report.expect(scene !== undefined, "PLAN_MALFORMED", {
    ...place,
    detail: "the item names no scene of the plan",
  });
  const live = report.expect(file !== undefined, "FILE_STALE", {
    ...place,
    detail: "the file is not live",
  });
  if (file === undefined || scene === undefined || !known || !live) return;
  report.expect(file.owner === library.owner, "FOREIGN_FILE", {
    ...place,
    detail: "the file belongs to somebody else",
  });
  report.expect(
    file.version === item.version && file.contentHash === item.contentHash && file.verified,
    "FILE_STALE",
    { ...place, detail: "version or content is not what the library has" },
  );
  report.expect(isFit(library, plan, file), "FILE_STALE", {
    ...place,
    detail: "the file is unverified, on both sides of the barrier, or going already",
  });
  checkAction(examined, item, file);
  if (keeper === undefined) {
    return void report.expect(false, "KEEPER_UNFIT", {
      ...place,
      detail: "the keeper is not live",
    });
  }
  checkKeeper(examined, { item, file, keeper, scene });
  checkFavorite(examined, { item, file, keeper });
}

function checkAction(examined: ExaminedPlan, item: PlanItem, file: FileRecord): void {
  const { library, report, scopeAlbum } = examined;
  const place = { item: item.index, file: item.file };
  let ownElsewhere = 0;
  for (const [id, name] of file.entries) {
    // In a folder only a name can keep the bytes.
    if (id === scopeAlbum || (library.libraryKind === "folder" && name === null)) continue;
    if (library.albums.get(id)?.owner === file.owner) ownElsewhere += 1;
  }
  if (item.action === "removeEntry") {
    const sound = scopeAlbum !== null && item.fromAlbum === scopeAlbum &&
      file.entries.has(scopeAlbum) && ownElsewhere > 0;
    report.expect(sound, "ACTION_WRONG", {
      ...place,
      detail: "an entry goes only from the album under review, and never the last one",
    });
  } else {
    const sound = item.fromAlbum === null &&
      (scopeAlbum === null || (file.entries.has(scopeAlbum) && ownElsewhere === 0));
    report.expect(sound, "ACTION_WRONG", {
      ...place,
      detail: "in the review of an album a file is trashed only with its last own entry",
    });
  }
  let sizeBytes = 0;
  if (item.action === "trashFile") {
    for (const object of file.objects) sizeBytes += object.sizeBytes;
  }
  report.expect(item.bytesToTrash === sizeBytes, "BYTES_WRONG", {
    ...place,
    detail: `${item.bytesToTrash} bytes are stated and ${sizeBytes} go`,
  });
}

function checkKeeper(
  examined: ExaminedPlan,
  pair: { item: PlanItem; file: FileRecord; keeper: FileRecord; scene: ExaminedScene },
): void {
  const { library, report, scopeAlbum } = examined;
  const { item, file, keeper, scene } = pair;
  const place = { item: item.index, file: item.file, scene: item.scene };
  const staying = scope(scopeAlbum, scene.kept);
  report.expect(staying.includes(keeper), "KEEPER_UNFIT", {
    ...place,
    detail: "the keeper is not a verified member of the scene that stays",
  });
  report.expect(
    keeper.version === item.keeperVersion && keeper.contentHash === item.keeperHash,
    "KEEPER_UNFIT",
    { ...place, detail: "the keeper's version or content is not what the library has" },
  );
  let ownAlbums = 0;
  for (const id of keeper.entries.keys()) {
    if (library.albums.get(id)?.owner === keeper.owner) ownAlbums += 1;
  }
  report.expect(ownAlbums > 0, "KEEPER_UNFIT", {
    ...place,
    detail: "the keeper is in no album of its owner",
  });
  report.expect(hiddenness(library, file) === hiddenness(library, keeper), "SIDES_MIXED", {
    ...place,
    detail: "file and keeper are on different sides of the barrier",
  });
  if (scene.scene.tier === "exact") {
    report.expect(holdsContentOf(keeper, file), "CONTENT_DIFFERS", {
      ...place,
      detail: "the keeper does not have this content",
    });
    report.expect(item.distance === 0, "DISTANCE_WRONG", {
      ...place,
      detail: "exact copies are at distance 0",
    });
    return;
  }
  const trashed = item.action === "trashFile";
  report.expect(!trashed || !isOnlyThePicture(examined, keeper, file), "SHOT_TORN", {
    ...place,
    detail: "a capture goes in favour of nothing but its own picture",
  });
  const distance = distanceInScene(examined, { scene, removed: file, kept: keeper });
  report.expect(item.distance === distance, "DISTANCE_WRONG", {
    ...place,
    detail: `the reviewed distance is ${distance}: got ${item.distance}`,
  });
  const closer = staying.some((other) =>
    (!trashed || !isOnlyThePicture(examined, other, file)) &&
    distanceInScene(examined, { scene, removed: file, kept: other }) < item.distance
  );
  report.expect(!closer, "DISTANCE_WRONG", { ...place, detail: "another kept member is closer" });
}

function scope(
  album: ExaminedPlan["scopeAlbum"],
  files: readonly FileRecord[],
): readonly FileRecord[] {
  return album === null ? files : files.filter((file) => file.entries.has(album));
}

/**
 * True when the keeper is one lone picture and the file belongs to a shot of which it is a part.
 */
function isOnlyThePicture(examined: ExaminedPlan, keeper: FileRecord, file: FileRecord): boolean {
  const { library } = examined;
  if (keeper.kind === "live" || shotOf(library, keeper).length > 1) return false;
  const parts = shotOf(library, file);
  return parts.some((part) => {
    if (part.kind === "live") return part.contentHash?.split(":")[0] === keeper.contentHash;
    return parts.length > 1 && part.contentHash === keeper.contentHash;
  });
}

/**
 * Distance of two members: equal content is at 0, others as reviewed, and a pair that was not given
 * is bounded by the diameter. A file that the scene does not name stands where the closest part of
 * its shot does.
 */
export function distanceInScene(
  examined: ExaminedPlan,
  pair: { scene: ExaminedScene; removed: FileRecord; kept: FileRecord },
): number {
  const { scene, removed, kept } = pair;
  const named = examined.sceneOf.get(removed.id) === scene
    ? [removed]
    : shotOf(examined.library, removed).filter((part) => examined.sceneOf.get(part.id) === scene);
  let smallest = scene.scene.diameter;
  for (const part of named) {
    const equal = part.contentHash !== null && part.contentHash === kept.contentHash;
    const reviewed = equal ? 0 : scene.reviewedDistance(part.id, kept.id);
    smallest = Math.min(smallest, reviewed ?? scene.scene.diameter);
  }
  return smallest;
}

function checkFavorite(
  examined: ExaminedPlan,
  pair: { item: PlanItem; file: FileRecord; keeper: FileRecord },
): void {
  const { plan, report, favorites, library } = examined;
  const { item, file, keeper } = pair;
  if (favorites === null || item.action !== "trashFile") return;
  const place = { item: item.index, file: item.file, album: favorites };
  if (plan.cleanup === "similar") {
    const favorite = shotOf(library, file).some((part) => part.entries.has(favorites));
    report.expect(!favorite, "FAVORITE_LOST", {
      ...place,
      detail: "a favourite is never deleted as similar",
    });
    return;
  }
  if (!file.entries.has(favorites) || keeper.entries.has(favorites)) return;
  const carried = item.albums.some((precondition) =>
    precondition.album === favorites && precondition.representative === keeper.id &&
    precondition.mayAdd
  );
  report.expect(carried && item.merge?.becomesFavorite === true, "FAVORITE_LOST", {
    ...place,
    detail: "a favourite copy goes only once its keeper is a favourite",
  });
}
