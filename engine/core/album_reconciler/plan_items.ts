import { type AlbumId, compareText, type FileId } from "../library/ids.ts";
import { mergeMetadata } from "../library/metadata_merge.ts";
import type { AlbumPrecondition, MetadataMerge, PlanItem } from "../library/plan.ts";
import type { PictureSameness } from "../library/same_picture.ts";
import { isSeenByOthers } from "../library/visibility.ts";
import { invariant } from "../protocol/invariant.ts";
import { albumsLeft, mayStandFor } from "./decide_shots.ts";
import { lostCameraData, lostValues } from "./lost_values.ts";
import type { LeavingShot, PlanDecisions, PlanningContext } from "./plan_decisions.ts";
import { compareRanks, covers, type PlannedFile, samePicture, showsAlready } from "./plan_world.ts";
import type { PlannedScene } from "./plan_scenes.ts";
import { type Departures, distanceBetween, type SceneKeepers } from "./stand_ins.ts";

/** All that items are written from. */
export interface ItemContext extends PlanningContext {
  readonly decisions: PlanDecisions;
  readonly keepers: SceneKeepers;
  readonly departures: Departures;
}

/** One file that goes, before it has its place in the plan. */
interface Removal {
  readonly file: PlannedFile;
  readonly scene: PlannedScene;
  readonly leaving: LeavingShot;
}

/**
 * Writes one item for each file that goes, ordered by scene and, within it, best file first: so
 * that where two removed copies disagree, the better one's values reach the keeper.
 */
export function writeItems(context: ItemContext): PlanItem[] {
  const removals: Removal[] = [];
  for (const leaving of context.decisions.leaving()) {
    for (const file of leaving.files) {
      removals.push({ file, scene: file.review.scene ?? leaving.home, leaving });
    }
  }
  removals.sort((left, right) =>
    compareText(left.scene.id, right.scene.id) || compareRanks(left.file, right.file)
  );
  const companions = captureIndexes(removals);
  const gains = albumGains(context);
  return removals.map((removal, index) => ({
    index,
    ...writeItem(context, removal, gains),
    companions: (companions.get(removal.leaving) ?? []).filter((other) => other !== index),
  }));
}

/** The items of each capture, by index. */
function captureIndexes(removals: readonly Removal[]): Map<LeavingShot, number[]> {
  const indexes = new Map<LeavingShot, number[]>();
  for (const [index, { leaving }] of removals.entries()) {
    if (leaving.files.length === 1) continue;
    const known = indexes.get(leaving);
    if (known === undefined) indexes.set(leaving, [index]);
    else known.push(index);
  }
  return indexes;
}

function writeItem(
  context: ItemContext,
  removal: Removal,
  gains: ReadonlyMap<FileId, readonly AlbumId[]>,
): Omit<PlanItem, "index" | "companions"> {
  const { file, scene, leaving } = removal;
  const { keeper, distance } = chooseKeeper(context, removal);
  const trashed = leaving.action === "trashFile";
  const same = sameOf(keeper, file);
  const isCopy = covers(keeper, file) || same !== null;
  const merge = trashed && isCopy
    ? mergeInto(context, { keeper, file, gains: gains.get(keeper.id) ?? [] })
    : null;
  const lost = !trashed
    ? []
    : isCopy
    ? [...merge?.conflicts ?? [], ...lostCameraData(file, keeper)]
    : lostValues(file, keeper);
  return {
    scene: scene.id,
    action: leaving.action,
    file: file.id,
    version: file.facts.version,
    contentHash: hashOf(file),
    fromAlbum: trashed ? null : context.scopeAlbum,
    keeper: keeper.id,
    keeperVersion: keeper.facts.version,
    keeperHash: hashOf(keeper),
    distance,
    ...(same === null ? {} : { same }),
    albums: preconditions(context, removal),
    merge,
    lost,
    bytesToTrash: trashed ? file.facts.sizeBytes : 0,
    why: context.world.order.explain(keeper.candidate, file.candidate),
  };
}

/** How the keeper holds the picture of a file with other bytes, or null. */
function sameOf(keeper: PlannedFile, file: PlannedFile): PictureSameness | null {
  return covers(keeper, file) ? null : samePicture(keeper, file);
}

function hashOf(file: PlannedFile): PlanItem["contentHash"] {
  const { contentHash } = file.facts;
  invariant(contentHash !== null, "PLAN_HASH", `File "${file.id}" has no verified content`);
  return contentHash;
}

/** In whose favour a file goes: the closest; of those, an equal one first, then keeper order. */
function chooseKeeper(
  context: ItemContext,
  removal: Removal,
): { keeper: PlannedFile; distance: number } {
  const { file, scene, leaving } = removal;
  const exact = context.keepers.get(scene.id);
  if (exact !== undefined) return { keeper: exact, distance: 0 };
  let keeper: PlannedFile | null = null;
  let smallest = Number.POSITIVE_INFINITY;
  for (const kept of context.decisions.stayingOf(scene)) {
    if (!mayStandFor({ scene, kept, removed: file, action: leaving.action })) continue;
    const distance = distanceBetween({ scene, removed: file, kept });
    const isSurer = keeper !== null && distance === smallest &&
      doubtOf(kept, file) < doubtOf(keeper, file);
    if (distance >= smallest && !isSurer) continue;
    keeper = kept;
    smallest = distance;
  }
  invariant(keeper !== null, "PLAN_KEEPER", `File "${file.id}" has no keeper`);
  return { keeper, distance: smallest };
}

/** How far from sure it is that the one holds all of the other: 0 for equal content. */
function doubtOf(kept: PlannedFile, file: PlannedFile): number {
  if (covers(kept, file)) return 0;
  const same = samePicture(kept, file);
  return same === "imageData" ? 1 : same === "pixels" ? 2 : 3;
}

/** R18: for every album of the file, who must be there. */
function preconditions(context: ItemContext, removal: Removal): AlbumPrecondition[] {
  const { file, scene, leaving } = removal;
  const departures = context.departures.byScene.get(scene);
  const found: AlbumPrecondition[] = [];
  for (const id of albumsLeft(context, leaving, file)) {
    const representation = departures?.get(id)?.representation ?? null;
    if (representation === null) continue;
    const { representative, mayAdd } = representation;
    const album = context.world.albums.get(id);
    const shows = album !== undefined && isSeenByOthers(album, context.world.facts.owner) &&
      !showsAlready(context.world, id, representative);
    found.push({
      album: id,
      scene: scene.id,
      representative: representative.id,
      representativeHash: hashOf(representative),
      mayAdd,
      publishes: mayAdd && shows,
    });
  }
  return found;
}

/** The albums that each kept file joins. */
function albumGains(context: ItemContext): Map<FileId, AlbumId[]> {
  const gains = new Map<FileId, AlbumId[]>();
  for (const { album, representation } of context.departures.ordered) {
    const representative = representation?.representative;
    if (representative === undefined || representative.albums.has(album)) continue;
    const known = gains.get(representative.id);
    if (known === undefined) gains.set(representative.id, [album]);
    else known.push(album);
  }
  return gains;
}

/** R6 for one removed copy. Null when it leaves the keeper as it is and nothing behind. */
function mergeInto(
  context: ItemContext,
  copy: { keeper: PlannedFile; file: PlannedFile; gains: readonly AlbumId[] },
): MetadataMerge | null {
  const { keeper, file, gains } = copy;
  const { world, consentAlbums } = context;
  const exposed = [...keeper.facts.albums, ...gains].some((id) => {
    const album = world.albums.get(id);
    return album !== undefined && isSeenByOthers(album, world.facts.owner) &&
      !consentAlbums.has(id);
  });
  const before = keeper.facts.metadata;
  const text = exposed ? "withhold" : "merge";
  const { after, conflicts } = mergeMetadata(before, file.facts.metadata, { text });
  const becomesFavorite = file.favorite && !keeper.favorite;
  if (after === before && !becomesFavorite && conflicts.length === 0) return null;
  return { file: keeper.id, before, after, becomesFavorite, textWithheld: exposed, conflicts };
}
