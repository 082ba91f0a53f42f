import { type AlbumId, compareText, type SceneId } from "../library/ids.ts";
import type { KeptInstead } from "../library/plan.ts";
import { albumsLeft } from "./decide_shots.ts";
import type { PlanDecisions, PlanningContext } from "./plan_decisions.ts";
import {
  compareRanks,
  covers,
  isUncategorized,
  type PlannedFile,
  whyNotAdded,
} from "./plan_world.ts";
import type { PlannedScene } from "./plan_scenes.ts";

/**
 * [Note: Stand-ins]
 *
 * Every album that loses members of a scene must hold a kept member afterwards. If none is there,
 * the kept member of the closest (removed in this album, kept) pair is added, one for each album
 * and scene, whatever the number of items: so each item alone leaves its albums as the plan
 * promises. Where nothing may be added, the album's best member stays. Albums are asked in order of
 * id, and a member that stays for one album counts in all later ones; the stand-ins are chosen once
 * after that.
 */

/** What one album loses of one scene. */
export interface Departure {
  readonly album: AlbumId;
  readonly scene: PlannedScene;
  /** Best first. Those whose shot came to stay are still listed: ask `PlanDecisions`. */
  readonly removed: readonly PlannedFile[];
  /** Who may stand for them, best first, as long as nobody else of the scene comes to stay. */
  candidates: Candidates | null;
  /** Who does, once the whole plan is decided; null when nothing of it leaves after all. */
  representation: Representation | null;
}

/** All departures of a plan. */
export interface Departures {
  /** In order of album and scene. */
  readonly ordered: readonly Departure[];
  readonly byScene: ReadonlyMap<PlannedScene, ReadonlyMap<AlbumId, Departure>>;
}

/** Who is in an album for a scene once the plan is done. */
export interface Representation {
  readonly representative: PlannedFile;
  /** Whether the representative may be added where it is missing. */
  readonly mayAdd: boolean;
}

/** Files that may stand for a scene in an album, best first; else why none may. */
interface Candidates {
  readonly files: readonly PlannedFile[];
  readonly refusal: KeptInstead["reason"];
}

/** The keeper of each exact scene, fixed before any album was asked. */
export type SceneKeepers = ReadonlyMap<SceneId, PlannedFile>;

/** The best member that stays and has all of the scene: a live photo where there is one. */
export function exactKeepers(context: PlanningContext, decisions: PlanDecisions): SceneKeepers {
  const keepers = new Map<SceneId, PlannedFile>();
  for (const scene of context.scenes) {
    if (scene.tier !== "exact") continue;
    let best: PlannedFile | undefined;
    for (const kept of decisions.stayingOf(scene)) {
      best ??= kept;
      if (kept.facts.kind !== "live") continue;
      best = kept;
      break;
    }
    if (best !== undefined) keepers.set(scene.id, best);
  }
  return keepers;
}

/**
 * Lets members stay where an album could not be given a stand-in (R4). Changes `decisions`; returns
 * what each album loses, in order of album and scene.
 *
 * O(n log n) in the entries of the files that go, for scenes of bounded size.
 */
export function askAlbums(
  context: PlanningContext,
  decisions: PlanDecisions,
  keepers: SceneKeepers,
): Departures {
  const departures = departuresOf(context, decisions);
  for (const departure of departures.ordered) {
    const removed = stillLeaving(decisions, departure);
    if (removed.length === 0) continue;
    const current = removed === departure.removed ? departure : { ...departure, removed };
    const candidates = candidatesFor(context, decisions, { departure: current, keepers });
    departure.candidates = current === departure ? candidates : null;
    if (candidates.files.length > 0) continue;
    // Only what the user reviewed stands for a scene: parts of shots that he was not shown all
    // stay.
    const named = removed.filter((file) => file.review.scene === departure.scene);
    const best = mostComplete(departure.scene, named);
    for (const { shot } of best === undefined ? removed : [best]) {
      decisions.keep(shot, { reason: candidates.refusal, album: departure.album });
    }
  }
  return departures;
}

/** Chooses who stands for each scene in each album, on the final state of the whole plan. */
export function chooseRepresentations(
  context: PlanningContext,
  decisions: PlanDecisions,
  asked: { departures: Departures; keepers: SceneKeepers },
): void {
  for (const departure of asked.departures.ordered) {
    const removed = stillLeaving(decisions, departure);
    if (removed.length === 0) continue;
    const { album, scene } = departure;
    const current = removed === departure.removed ? departure : { ...departure, removed };
    const known = decisions.hasChanged(scene) ? null : departure.candidates;
    const { files } = known ??
      candidatesFor(context, decisions, { departure: current, keepers: asked.keepers });
    const representative = closest(current, files);
    if (representative === null) continue;
    const { consentAlbums } = context;
    const refusal = whyNotAdded(context.world, { album, file: representative, consentAlbums });
    // What leaves the album under review is all that changes there.
    const mayAdd = album !== context.scopeAlbum && refusal === null;
    departure.representation = { representative, mayAdd };
  }
}

function stillLeaving(decisions: PlanDecisions, departure: Departure): readonly PlannedFile[] {
  const { removed } = departure;
  if (removed.every((file) => decisions.leaves(file))) return removed;
  return removed.filter((file) => decisions.leaves(file));
}

/** What each album loses of each scene, best members first. */
function departuresOf(context: PlanningContext, decisions: PlanDecisions): Departures {
  const byScene = new Map<PlannedScene, Map<AlbumId, Departure & { removed: PlannedFile[] }>>();
  for (const scene of context.scenes) byScene.set(scene, new Map());
  for (const leaving of decisions.leaving()) {
    for (const file of leaving.files) {
      const scene = file.review.scene ?? leaving.home;
      const ofScene = byScene.get(scene);
      for (const album of albumsLeft(context, leaving, file)) {
        if (isUncategorized(context.world, album) && album !== context.scopeAlbum) continue;
        const known = ofScene?.get(album);
        if (known !== undefined) known.removed.push(file);
        else {
          const removed = [file];
          ofScene?.set(album, { album, scene, removed, candidates: null, representation: null });
        }
      }
    }
  }
  // Scenes are in order already, so each album gets its departures in order of scene.
  const byAlbum = new Map<AlbumId, Departure[]>();
  for (const ofScene of byScene.values()) {
    for (const departure of ofScene.values()) {
      departure.removed.sort(compareRanks);
      const known = byAlbum.get(departure.album);
      if (known === undefined) byAlbum.set(departure.album, [departure]);
      else known.push(departure);
    }
  }
  const albums = [...byAlbum].sort((left, right) => compareText(left[0], right[0]));
  return { ordered: albums.flatMap(([, departures]) => departures), byScene };
}

function candidatesFor(
  context: PlanningContext,
  decisions: PlanDecisions,
  asked: { departure: Departure; keepers: SceneKeepers },
): Candidates {
  const { departure } = asked;
  const { album, scene } = departure;
  const suitable = suitableFor(context, decisions, asked);
  const present = suitable.filter((file) => file.albums.has(album));
  if (present.length > 0 || album === context.scopeAlbum) {
    return { files: present, refusal: "noKeeper" };
  }
  const refusals = new Set<KeptInstead["reason"]>();
  const addable: PlannedFile[] = [];
  const { consentAlbums } = context;
  for (const file of suitable) {
    const refusal = whyNotAdded(context.world, { album, file, consentAlbums });
    if (refusal === null) addable.push(file);
    else refusals.add(refusal);
    // All distances of exact copies are 0: the best one is the closest.
    if (scene.tier === "exact" && addable.length > 0) break;
  }
  const reasons = ["albumNotWritable", "albumNeedsConsent", "hiddenBarrier"] as const;
  return {
    files: addable,
    refusal: reasons.find((reason) => refusals.has(reason)) ?? "noKeeper",
  };
}

/** Kept members whose presence in the album keeps its promise. */
function suitableFor(
  context: PlanningContext,
  decisions: PlanDecisions,
  asked: { departure: Departure; keepers: SceneKeepers },
): readonly PlannedFile[] {
  const { album, scene, removed } = asked.departure;
  const kept = decisions.keptOf(scene);
  if (scene.tier !== "exact") return kept;
  // A favourite goes only once its keeper is a favourite, not just some copy.
  const keeper = asked.keepers.get(scene.id);
  const mustBeKeeper = album === context.world.favorites && album !== context.scopeAlbum;
  if (mustBeKeeper) return keeper === undefined ? [] : [keeper];
  const demanding = mostComplete(scene, removed);
  if (demanding === undefined) return kept;
  return kept.filter((file) => covers(file, demanding));
}

/**
 * The best of the files; of exact copies, the one that stands for all of them: where the picture of
 * a live photo and the live photo both go, the live photo, whatever the keeper order says.
 */
function mostComplete(
  scene: PlannedScene,
  files: readonly PlannedFile[],
): PlannedFile | undefined {
  const live = scene.tier === "exact"
    ? files.find((file) => file.facts.kind === "live")
    : undefined;
  return live ?? files[0];
}

/** The candidate of the closest pair with a removed file; ties in keeper order. */
function closest(
  departure: Departure,
  candidates: readonly PlannedFile[],
): PlannedFile | null {
  const [first] = candidates;
  if (first === undefined) return null;
  if (departure.scene.tier === "exact") return first;
  let best = first;
  let smallest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    for (const file of departure.removed) {
      const distance = distanceBetween({
        scene: departure.scene,
        removed: file,
        kept: candidate,
      });
      if (distance >= smallest) continue;
      smallest = distance;
      best = candidate;
    }
  }
  return best;
}

/** Distance in the scene; a part that the request does not name stands where its shot does. */
export function distanceBetween(
  pair: {
    readonly scene: PlannedScene;
    readonly removed: PlannedFile;
    readonly kept: PlannedFile;
  },
): number {
  const { scene, removed, kept } = pair;
  if (scene.tier === "exact") return 0;
  if (removed.review.scene === scene) return scene.distance(removed, kept);
  let smallest = scene.reviewed.diameter;
  for (const part of removed.shot.parts) {
    if (part.review.scene !== scene) continue;
    smallest = Math.min(smallest, scene.distance(part, kept));
  }
  return smallest;
}
