import { isPermanent } from "../library/album.ts";
import type { AlbumId } from "../library/ids.ts";
import type { KeptInstead } from "../library/plan.ts";
import {
  covers,
  isOwnAlbum,
  isPictureOf,
  type PlannedFile,
  sameContent,
  type Shot,
} from "./plan_world.ts";
import type { PlannedScene } from "./plan_scenes.ts";
import { type LeavingShot, PlanDecisions, type PlanningContext } from "./plan_decisions.ts";

/**
 * [Note: One shot is one member]
 *
 * RAW, JPEG and the rest of a capture go together or stay together. What is equal to the picture of
 * a capture or live photo may go in its favour; the capture never goes in favour of the lone
 * picture, because what else belongs to the shot would be lost. In exact clean-ups a capture goes
 * only when one kept capture has every file of it.
 */

/**
 * Decides which shots go, from the user's choices and the rules that need no look at albums: shots
 * stay whole, favourites stay in similar clean-ups, and what goes has somebody to go in favour of.
 *
 * O(n log n) in the files concerned.
 */
export function decideShots(context: PlanningContext): PlanDecisions {
  const asked: LeavingShot[] = [];
  const staying: { shot: Shot; why: Pick<KeptInstead, "reason" | "album"> }[] = [];
  for (const shot of shotsMarkedDeleted(context)) {
    const decided = decideAlone(context, shot);
    if ("action" in decided) asked.push(decided);
    else staying.push({ shot, why: decided });
  }
  const decisions = new PlanDecisions(context, asked);
  for (const { shot, why } of staying) decisions.keep(shot, why);
  for (const leaving of largestFirst(context, asked)) {
    const reason = whyNoKeeper(decisions, leaving);
    if (reason !== null) decisions.keep(leaving.shot, { reason, album: null });
  }
  return decisions;
}

/** In order of scene, and best first within it. */
function shotsMarkedDeleted(context: PlanningContext): Set<Shot> {
  const shots = new Set<Shot>();
  for (const scene of context.scenes) {
    for (const file of scene.members) {
      if (file.review.marked) shots.add(file.shot);
    }
  }
  return shots;
}

/** More complete captures are decided first, so that the smaller one may go in their favour. */
function largestFirst(context: PlanningContext, asked: readonly LeavingShot[]): LeavingShot[] {
  const { compare } = context.world.order;
  const captures = asked.filter(({ shot }) => shot.parts.length > 1).map((leaving) => ({
    leaving,
    parts: leaving.shot.parts.length,
    best: leaving.shot.parts
      .map((part) => part.candidate)
      .reduce((best, part) => compare(part, best) < 0 ? part : best),
  }));
  captures.sort((left, right) => right.parts - left.parts || compare(left.best, right.best));
  return [
    ...captures.map(({ leaving }) => leaving),
    ...asked.filter(({ shot }) => shot.parts.length === 1),
  ];
}

/** What becomes of a shot as far as it can be told without looking at others. */
function decideAlone(
  context: PlanningContext,
  shot: Shot,
): LeavingShot | Pick<KeptInstead, "reason" | "album"> {
  const { request, scopeAlbum } = context;
  const files = scopeAlbum === null
    ? shot.parts
    : shot.parts.filter((part) => part.albums.has(scopeAlbum));
  const scenes = files.flatMap((file) => file.review.scene ?? []);
  const home = scenes.reduce<PlannedScene | null>(
    (first, scene) => first === null || scene.id < first.id ? scene : first,
    null,
  );
  const torn = { reason: "capturePart", album: null } as const;
  if (home === null) return torn;
  const whole = scenes.length === files.length;
  if (!whole && scenes.some((scene) => scene.tier === "exact")) return torn;
  if (files.some((file) => !goesAlong(file, home))) return torn;
  const trashed = scopeAlbum === null || files.some((file) => !livesElsewhere(context, file));
  if (!trashed) return { shot, action: "removeEntry", files, home };
  if (scopeAlbum !== null && shot.parts.some((part) => livesElsewhere(context, part))) return torn;
  if (request.cleanup === "similar" && shot.parts.some((part) => part.favorite)) {
    return { reason: "favorite", album: null };
  }
  return { shot, action: "trashFile", files, home };
}

/** True when nothing about this part speaks against its going with the others. */
function goesAlong(part: PlannedFile, home: PlannedScene): boolean {
  if (part.obstacle !== null) return false;
  if (home.members[0]?.side !== part.side) return false;
  const { choice, scene } = part.review;
  return choice === null || (choice === "delete" && scene !== null);
}

/**
 * True when an album of its owner holds the file besides the one under review. In a folder it must
 * be a directory: no bytes are in favorites.
 */
function livesElsewhere(context: PlanningContext, file: PlannedFile): boolean {
  const { scopeAlbum, world } = context;
  return file.facts.albums.some((id) => {
    if (id === scopeAlbum || !isOwnAlbum(world, id)) return false;
    const kind = world.albums.get(id)?.kind;
    return world.facts.libraryKind !== "folder" || (kind !== undefined && !isPermanent(kind));
  });
}

function whyNoKeeper(
  decisions: PlanDecisions,
  leaving: LeavingShot,
): "noKeeper" | "capturePart" | null {
  for (const file of leaving.files) {
    const { scene } = file.review;
    if (scene === null) continue;
    let anybody = false;
    let found = false;
    for (const kept of decisions.stayingOf(scene)) {
      anybody = true;
      found = mayStandFor({ scene, kept, removed: file, action: leaving.action });
      if (found) break;
    }
    if (!found) return anybody ? "capturePart" : "noKeeper";
  }
  const exactCapture = leaving.action === "trashFile" && leaving.shot.parts.length > 1 &&
    leaving.home.tier === "exact";
  if (exactCapture && !hasWholeCounterpart(decisions, leaving)) return "capturePart";
  return null;
}

/** True when `removed` may go in favour of `kept`. */
export function mayStandFor(
  pair: {
    readonly scene: PlannedScene;
    readonly kept: PlannedFile;
    readonly removed: PlannedFile;
    readonly action: LeavingShot["action"];
  },
): boolean {
  const { scene, kept, removed } = pair;
  if (scene.tier === "exact") return covers(kept, removed);
  return pair.action === "removeEntry" || !isPictureOf(kept, removed);
}

/** True when one kept capture has every file of the shot that goes. */
function hasWholeCounterpart(decisions: PlanDecisions, leaving: LeavingShot): boolean {
  const [first, ...others] = leaving.files
    .map((file) => ({ file, kept: keptCaptures(decisions, file) }))
    .sort((left, right) => left.kept.size - right.kept.size);
  if (first === undefined) return false;
  for (const shot of first.kept) {
    if (others.every(({ kept }) => kept.has(shot))) return true;
  }
  return false;
}

/** Captures that stay and have a file equal to this one. */
function keptCaptures(decisions: PlanDecisions, file: PlannedFile): Set<Shot> {
  const found = new Set<Shot>();
  const { scene } = file.review;
  if (scene === null) return found;
  for (const kept of decisions.stayingOf(scene)) {
    if (kept.shot.parts.length > 1 && sameContent(kept.facts, file.facts)) found.add(kept.shot);
  }
  return found;
}

/** The albums whose promise is touched when this file goes. */
export function albumsLeft(
  context: PlanningContext,
  leaving: LeavingShot,
  file: PlannedFile,
): readonly AlbumId[] {
  if (leaving.action === "trashFile") return file.facts.albums;
  return context.scopeAlbum === null ? [] : [context.scopeAlbum];
}
