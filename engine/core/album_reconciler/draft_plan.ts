import { type AlbumId, compareText, type FileId, type SceneId } from "../library/ids.ts";
import {
  type KeptInstead,
  type Plan,
  PLAN_FORMAT,
  type PlanRefusal,
  type PlanRequest,
} from "../library/plan.ts";
import { buildCertificate } from "./build_certificate.ts";
import { decideShots } from "./decide_shots.ts";
import type { PlanFacts } from "./plan_facts.ts";
import type { PlanDecisions, PlanningContext } from "./plan_decisions.ts";
import { writeItems } from "./plan_items.ts";
import { type PlannedScene, readScene, type SceneProblem } from "./plan_scenes.ts";
import { type PlanWorld, planWorldOf } from "./plan_world.ts";
import { askAlbums, chooseRepresentations, exactKeepers } from "./stand_ins.ts";

/**
 * Most members that one request may name. A plan is one record of the journal and one document on a
 * screen; larger clean-ups are done in several plans, each safe by itself.
 */
export const PLAN_MEMBERS_MAX = 250_000;

/** What became of a request. */
export type PlanOutcome =
  | { readonly kind: "plan"; readonly plan: Plan }
  | { readonly kind: "refused"; readonly refusal: PlanRefusal };

/**
 * Drafts a plan: what goes, in whose favour, who stands in where, and the certificate that says so.
 *
 * Depends on the facts and the request alone, not on their order: the same in any permutation. What
 * the user marked and the rules keep is in `keptInstead` with the reason. Refused as a whole: a
 * scene of which nothing would stay (`SCENE_EMPTY`), a scene that is not as it should be
 * (`SCENE_INVALID`), a request that is too large (`TOO_LARGE`), and one of which nothing can be
 * done (`NOTHING_TO_DO`).
 *
 * O(n log n) in members, their entries and their distances.
 */
export function draftPlan(facts: PlanFacts, request: PlanRequest): PlanOutcome {
  let members = 0;
  for (const scene of request.scenes) members += scene.members.length;
  if (members > PLAN_MEMBERS_MAX) {
    const detail = `Ask for at most ${PLAN_MEMBERS_MAX} files at once: got ${members}`;
    return refused({ code: "TOO_LARGE", scenes: [], detail });
  }
  const read = readRequest(planWorldOf(facts, request.keepRules), request);
  if ("code" in read) return refused(read);
  const decisions = decideShots(read);
  const keepers = exactKeepers(read, decisions);
  const departures = askAlbums(read, decisions, keepers);
  chooseRepresentations(read, decisions, { departures, keepers });
  const items = writeItems({ ...read, decisions, keepers, departures });
  const keptInstead = sortedReasons(decisions);
  if (items.length === 0) {
    return refused({ ...nothingToDo(keptInstead), scenes: [], keptInstead });
  }
  const uncertified = {
    format: PLAN_FORMAT,
    library: facts.library,
    id: request.plan,
    cleanup: request.cleanup,
    scope: request.scope,
    scenes: read.scenes.map((scene) => scene.reviewed),
    consentAlbums: [...read.consentAlbums].sort(compareText),
    keepRules: request.keepRules,
    items,
    keptInstead,
  } as const;
  const certificate = buildCertificate(facts, uncertified);
  return { kind: "plan", plan: { ...uncertified, certificate } };
}

type Refusal = Omit<PlanRefusal, "keptInstead"> & { readonly keptInstead?: readonly KeptInstead[] };

function refused(refusal: Refusal): PlanOutcome {
  return { kind: "refused", refusal: { keptInstead: [], ...refusal } };
}

function nothingToDo(keptInstead: readonly KeptInstead[]): Pick<Refusal, "code" | "detail"> {
  const detail = keptInstead.length === 0
    ? "Mark at least one file for deletion"
    : `All ${keptInstead.length} files marked for deletion stay: see the reasons`;
  return { code: "NOTHING_TO_DO", detail };
}

/** Reads scenes in order of id and refuses what no plan can be made of. */
function readRequest(world: PlanWorld, request: PlanRequest): PlanningContext | Refusal {
  const scopeAlbum = request.scope.kind === "album" ? request.scope.album : null;
  if (scopeAlbum !== null && !world.albums.has(scopeAlbum)) {
    return { code: "SCENE_INVALID", scenes: [], detail: `There is no album "${scopeAlbum}"` };
  }
  const scenes: PlannedScene[] = [];
  const problems: SceneProblem[] = [];
  const ordered = [...request.scenes].sort((left, right) => compareText(left.id, right.id));
  for (const [place, scene] of ordered.entries()) {
    if (scene.id === ordered[place - 1]?.id) {
      problems.push({ scene: scene.id, detail: "it is asked for twice" });
      continue;
    }
    const read = readScene(world, request, scene);
    if (read.kind === "scene") scenes.push(read.scene);
    else problems.push(read.problem);
  }
  nameStrangersOnce(world, scenes, problems);
  if (problems.length > 0) return invalid(problems);
  const empty = scenes.filter((scene) => leavesNothing(world, scene, scopeAlbum));
  if (empty.length > 0) {
    const ids = empty.map((scene) => scene.id);
    const where = scopeAlbum === null ? "" : ` in album "${scopeAlbum}"`;
    const detail =
      `Keep at least one photo of each scene${where}: nothing would stay of ${ids.length}`;
    return { code: "SCENE_EMPTY", scenes: ids, detail };
  }
  return {
    world,
    request,
    consentAlbums: new Set<AlbumId>(request.consentAlbums),
    scopeAlbum,
    scenes,
  };
}

/** Files that are not there may be in one scene only too. */
function nameStrangersOnce(
  world: PlanWorld,
  scenes: readonly PlannedScene[],
  problems: SceneProblem[],
): void {
  const strangers = new Set<FileId>();
  for (const scene of scenes) {
    for (const { file } of scene.reviewed.members) {
      if (world.files.has(file)) continue;
      if (strangers.has(file)) {
        problems.push({ scene: scene.id, detail: "a file is in another scene too" });
      }
      strangers.add(file);
    }
  }
}

function invalid(problems: readonly SceneProblem[]): Refusal {
  const details = new Map<SceneId, string>();
  for (const { scene, detail } of problems) {
    const known = details.get(scene);
    if (known === undefined || detail < known) details.set(scene, detail);
  }
  const ids = [...details.keys()].sort(compareText);
  const [first] = ids;
  const detail = first === undefined ? "" : `Scene "${first}": ${details.get(first)}`;
  return { code: "SCENE_INVALID", scenes: ids, detail };
}

/** R2: the user chose to keep no member, or none in the album under review. */
function leavesNothing(world: PlanWorld, scene: PlannedScene, scopeAlbum: AlbumId | null): boolean {
  if (!scene.members.some((file) => file.review.marked)) return false;
  return scene.reviewed.members.every(({ file, choice }) => {
    if (choice === "delete") return true;
    const albums = world.files.get(file)?.albums;
    return scopeAlbum !== null && albums !== undefined && !albums.has(scopeAlbum);
  });
}

function sortedReasons(decisions: PlanDecisions): KeptInstead[] {
  return [...decisions.keptInstead].sort((left, right) =>
    compareText(left.scene, right.scene) || compareText(left.file, right.file)
  );
}
