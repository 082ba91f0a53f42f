import { compareText, type SceneId } from "../library/ids.ts";
import type {
  KeptInstead,
  PlanRequest,
  ReviewedScene,
  SceneDecision,
  SceneTier,
} from "../library/plan.ts";
import { type PlannedFile, type PlanWorld, sameContent, stillOf } from "./plan_world.ts";

/** A reviewed scene, checked and in canonical order. */
export interface PlannedScene {
  readonly id: SceneId;
  readonly tier: SceneTier;
  /** As the plan repeats it: members ordered by file, distances by pair, each once. */
  readonly reviewed: ReviewedScene;
  /** Members that take part, best first. */
  readonly members: readonly PlannedFile[];
  /** Members marked for deletion that take no part. */
  readonly setAside: readonly KeptInstead[];
  /** Distance of two members: 0 for equal content, else as reviewed, else at most the diameter. */
  readonly distance: (left: PlannedFile, right: PlannedFile) => number;
}

/** A scene that is not as `ReviewedScene` says, and in what. */
export interface SceneProblem {
  readonly scene: SceneId;
  readonly detail: string;
}

/** The outcome of reading one scene. */
export type ReadScene =
  | { readonly kind: "scene"; readonly scene: PlannedScene }
  | { readonly kind: "problem"; readonly problem: SceneProblem };

/** Distances are below 2^33 by construction of the vectors; larger ones are mistakes. */
const DISTANCE_MAX = 2 ** 33;

type Distances = ReadonlyMap<number, number>;

/**
 * Reads one scene of a request: puts it in canonical order, checks its shape, sets aside members
 * that take no part, and notes in each file what is said of it. Linear in members and distances,
 * plus sorting.
 */
export function readScene(
  world: PlanWorld,
  request: PlanRequest,
  scene: ReviewedScene,
): ReadScene {
  const problem = (detail: string): ReadScene => ({
    kind: "problem",
    problem: { scene: scene.id, detail },
  });
  const sorted = sortMembers(scene);
  if (sorted === null) return problem("a file is in it twice");
  if (sorted.members.length < 2) return problem("it needs at least two members");
  if (request.cleanup === "exact" && scene.tier !== "exact") return problem("it is not exact");
  if (!isWhole(scene.diameter) || scene.diameter > DISTANCE_MAX) {
    return problem("its diameter must be an integer from 0 to 2^33");
  }
  const distances = readDistances(scene, sorted.placeOf);
  if (typeof distances === "string") return problem(distances);
  const read = takePart(world, request, { id: scene.id, members: sorted.members });
  if (read === null) return problem("a file is in another scene too");
  const shape = scene.tier === "exact"
    ? exactProblem(scene, read.members)
    : sameProblem(scene) ?? similarProblem(world, { members: sorted.members, distances });
  if (shape !== null) return problem(shape);
  const [first] = read.members;
  if (read.members.some((file) => file.side !== first?.side)) {
    return problem("hidden and visible files are never in one scene");
  }
  const reviewed = canonicalScene(scene, { ...sorted, distances });
  return { kind: "scene", scene: plannedScene(world, { reviewed, distances, read }) };
}

function plannedScene(
  world: PlanWorld,
  parts: {
    reviewed: ReviewedScene;
    distances: Distances;
    read: { members: PlannedFile[]; setAside: KeptInstead[] };
  },
): PlannedScene {
  const { reviewed, distances, read } = parts;
  const count = reviewed.members.length;
  const { compare } = world.order;
  const scene: PlannedScene = {
    id: reviewed.id,
    tier: reviewed.tier,
    reviewed,
    members: read.members.sort((left, right) => compare(left.candidate, right.candidate)),
    setAside: read.setAside,
    distance: (left, right) => {
      if (sameContent(left.facts, right.facts)) return 0;
      const first = left.review.place;
      const second = right.review.place;
      const pair = Math.min(first, second) * count + Math.max(first, second);
      return distances.get(pair) ?? reviewed.diameter;
    },
  };
  for (const [rank, file] of scene.members.entries()) {
    file.review.scene = scene;
    file.review.rank = rank;
  }
  return scene;
}

/** The scene in canonical order; what is so already is not copied. */
function canonicalScene(
  scene: ReviewedScene,
  sorted: { members: readonly SceneDecision[]; distances: Distances },
): ReviewedScene {
  const { members, distances } = sorted;
  const count = members.length;
  let last = -1;
  const inOrder = members === scene.members && scene.distances.every(([left, right]) => {
    const pair = left * count + right;
    const later = left < right && pair > last;
    last = pair;
    return later;
  });
  return {
    id: scene.id,
    tier: scene.tier,
    diameter: scene.diameter,
    members,
    distances: inOrder ? scene.distances : [...distances].sort(byPair).map(
      ([pair, distance]) => [Math.floor(pair / count), pair % count, distance] as const,
    ),
  };
}

function byPair(left: readonly [number, number], right: readonly [number, number]): number {
  return left[0] - right[0];
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Members by file, and the new place of each old one; null when a file is there twice. */
function sortMembers(
  scene: ReviewedScene,
): { members: readonly SceneDecision[]; placeOf: readonly number[] } | null {
  const places = scene.members.map((_, place) => place);
  if (isAscending(scene.members)) return { members: scene.members, placeOf: places };
  const fileAt = (place: number): string => scene.members[place]?.file ?? "";
  places.sort((left, right) => compareText(fileAt(left), fileAt(right)));
  const placeOf = new Array<number>(places.length).fill(0);
  const members: SceneDecision[] = [];
  for (const [place, old] of places.entries()) {
    const member = scene.members[old];
    if (member === undefined || members.at(-1)?.file === member.file) return null;
    members.push(member);
    placeOf[old] = place;
  }
  return { members, placeOf };
}

function isAscending(members: readonly SceneDecision[]): boolean {
  let last = "";
  for (const { file } of members) {
    if (compareText(last, file) >= 0) return false;
    last = file;
  }
  return true;
}

/** Distances by `low * count + high`, or what is wrong with them. */
function readDistances(scene: ReviewedScene, placeOf: readonly number[]): Distances | string {
  const count = placeOf.length;
  const distances = new Map<number, number>();
  for (const [left, right, distance] of scene.distances) {
    const first = placeOf[left];
    const second = placeOf[right];
    if (first === undefined || second === undefined || first === second) {
      return "a distance names no pair of members";
    }
    if (!isWhole(distance) || distance > scene.diameter) {
      return "distances must be integers from 0 to the diameter";
    }
    const pair = Math.min(first, second) * count + Math.max(first, second);
    if ((distances.get(pair) ?? distance) !== distance) return "a pair has two distances";
    distances.set(pair, distance);
  }
  return distances;
}

/** Who takes part, with the user's choice noted; null when a file was in a scene before. */
function takePart(
  world: PlanWorld,
  request: PlanRequest,
  scene: { id: SceneId; members: readonly SceneDecision[] },
): { members: PlannedFile[]; setAside: KeptInstead[] } | null {
  const members: PlannedFile[] = [];
  const setAside: KeptInstead[] = [];
  const scopeAlbum = request.scope.kind === "album" ? request.scope.album : null;
  for (const [place, decision] of scene.members.entries()) {
    const file = world.files.get(decision.file);
    if (file !== undefined) {
      if (file.review.choice !== null) return null;
      file.review.choice = decision.choice;
      file.review.place = place;
      // What was seen of a picture is true of the content that was seen.
      file.review.digests = decision.contentHash === undefined ? null : decision.digests ?? null;
    }
    const obstacle = whyAside(file, decision);
    if (file !== undefined && obstacle === null) members.push(file);
    if (decision.choice === "keep") continue;
    // What is not in the album under review cannot leave it, but it stays and may stand for others.
    const elsewhere = scopeAlbum !== null && !(file?.albums.has(scopeAlbum) ?? false);
    const reason = obstacle ?? (elsewhere ? "notThere" : null);
    if (reason === null) {
      if (file !== undefined) file.review.marked = true;
      continue;
    }
    const album = elsewhere ? scopeAlbum : null;
    setAside.push({ file: decision.file, scene: scene.id, reason, album });
  }
  return { members, setAside };
}

function whyAside(
  file: PlannedFile | undefined,
  decision: SceneDecision,
): KeptInstead["reason"] | null {
  if (file === undefined) return "notThere";
  if (file.obstacle !== null) return file.obstacle;
  const seen = decision.contentHash;
  return seen !== undefined && seen !== file.facts.contentHash ? "contentChanged" : null;
}

function exactProblem(scene: ReviewedScene, members: readonly PlannedFile[]): string | null {
  if (scene.diameter !== 0) return "exact copies have diameter 0";
  const stills = new Set(members.map((file) => stillOf(file.facts)));
  const lives = new Set(
    members.filter((file) => file.facts.kind === "live").map((file) => file.facts.contentHash),
  );
  return stills.size > 1 || lives.size > 1 ? "its members have different content" : null;
}

/** What two members of a scene of one picture lack; null for what is alike only. */
function sameProblem({ members, tier }: ReviewedScene): string | null {
  if (tier !== "sameImage" && tier !== "samePixels") return null;
  const kind = tier === "sameImage" ? "imageData" : "pixels";
  const wanted = members[0]?.digests?.[kind] ?? null;
  const areSame = wanted !== null && members.every(({ digests }) => digests?.[kind] === wanted);
  return areSame ? null : "its members hold different pictures";
}

function similarProblem(
  world: PlanWorld,
  scene: { members: readonly SceneDecision[]; distances: Distances },
): string | null {
  const count = scene.members.length;
  const kept: number[] = [];
  const deleted: number[] = [];
  for (const [place, member] of scene.members.entries()) {
    (member.choice === "keep" ? kept : deleted).push(place);
  }
  const contentAt = (place: number): string | null => {
    const member = scene.members[place];
    return member === undefined ? null : world.files.get(member.file)?.facts.contentHash ?? null;
  };
  for (const left of deleted) {
    for (const right of kept) {
      const pair = Math.min(left, right) * count + Math.max(left, right);
      if (scene.distances.has(pair)) continue;
      const content = contentAt(left);
      if (content !== null && content === contentAt(right)) continue;
      return "every pair of a deleted and a kept member needs its distance";
    }
  }
  return null;
}
