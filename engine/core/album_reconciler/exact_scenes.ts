import { identifier } from "../protocol/ids.ts";
import { compareText, type ContentHash, type FileId } from "../library/ids.ts";
import type { KeepRule, PlanScope, ReviewedScene } from "../library/plan.ts";
import type { LibraryState } from "../library/state.ts";
import { factsAbout, type PlannedState } from "./plan_facts.ts";
import { type PlannedFile, type PlanWorld, planWorldOf, type Shot, stillOf } from "./plan_world.ts";

/** Files of equal content on one side of the barrier, best first. */
interface ContentClass {
  readonly side: "visible" | "hidden";
  readonly content: ContentHash;
  readonly files: PlannedFile[];
}

/**
 * All groups of exact copies of the library, or inside one album: byte-equal files of the owner
 * that were read and verified, on one side of the barrier, with the one that stays by keeper order.
 * A lone still joins the live photo that has it. Captures stay or go as a whole (see
 * `decideShots`), so a group may have nothing to delete. Ordered by id, members by file.
 *
 * O(n log n) in the files that have a copy; linear in the library.
 */
export function exactScenes(
  state: LibraryState,
  options: { readonly scope: PlanScope; readonly keepRules: readonly KeepRule[] },
): ReviewedScene[] {
  const { scope } = options;
  const facts = factsAbout(state, { files: filesWithCopies(state, scope), albums: [] });
  const world = planWorldOf(facts, options.keepRules);
  const inScope = (file: PlannedFile): boolean =>
    scope.kind === "library" || file.albums.has(scope.album);
  const files = [...world.files.values()].filter((file) => file.obstacle === null && inScope(file));
  const classes = contentClasses(world, files);
  const keptShots = keepCaptures(world, { files, classes });
  joinStills(world, classes, keptShots);
  const scenes: ReviewedScene[] = [];
  for (const group of classes.values()) {
    if (group.files.length > 1) scenes.push(sceneOf(group, keptShots));
  }
  return scenes.sort((left, right) => compareText(left.id, right.id));
}

/** Files of which the library, or the album, has at least two by content or by still. */
function filesWithCopies(state: PlannedState, scope: PlanScope): Set<FileId> {
  const firstOf = new Map<string, FileId>();
  const found = new Set<FileId>();
  const candidates = scope.kind === "album"
    ? state.albums.get(scope.album)?.entries ?? []
    : filesOfSharedContents(state);
  for (const id of candidates) {
    const file = state.files.get(id);
    if (file === undefined || file.owner !== state.owner) continue;
    const still = stillOf(file);
    if (still === null) continue;
    const first = firstOf.get(still);
    if (first === undefined) firstOf.set(still, id);
    else found.add(first).add(id);
  }
  return found;
}

/**
 * All files of contents that another file has too, and of all that share a still with a live photo.
 * Most contents of a library are in one file: they cost a glance here instead of an entry of a map.
 */
function filesOfSharedContents({ filesByHash }: PlannedState): Set<FileId> {
  const shared = new Set<FileId>();
  const lives: { readonly still: string; readonly files: Iterable<FileId> }[] = [];
  for (const [hash, files] of filesByHash) {
    if (files.size > 1) { for (const file of files) shared.add(file); }
    const still = stillOf({ kind: "live", contentHash: hash });
    if (still !== null && still !== hash) lives.push({ still, files });
  }
  for (const { files, still } of lives) {
    for (const file of files) shared.add(file);
    for (const file of filesByHash.get(still as ContentHash) ?? []) shared.add(file);
  }
  return shared;
}

function contentClasses(
  world: PlanWorld,
  files: readonly PlannedFile[],
): Map<string, ContentClass> {
  const { compare } = world.order;
  const classes = new Map<string, ContentClass>();
  for (const file of files) {
    const { contentHash } = file.facts;
    if (contentHash === null || file.side === "mixed") continue;
    const key = `${file.side}:${contentHash}`;
    const known = classes.get(key);
    if (known === undefined) {
      classes.set(key, { side: file.side, content: contentHash, files: [file] });
    } else known.files.push(file);
  }
  for (const group of classes.values()) {
    group.files.sort((left, right) => compare(left.candidate, right.candidate));
  }
  return classes;
}

/** Captures that stay: all but those of which a kept one has every file. Larger ones come first. */
function keepCaptures(
  world: PlanWorld,
  found: { files: readonly PlannedFile[]; classes: ReadonlyMap<string, ContentClass> },
): Set<Shot> {
  const { files, classes } = found;
  const { compare } = world.order;
  const present = new Set(files);
  const captures = [...new Set(files.map((file) => file.shot))]
    .filter((shot) => shot.parts.length > 1)
    .map((shot) => ({
      shot,
      best: shot.parts
        .map((part) => part.candidate)
        .reduce((best, part) => compare(part, best) < 0 ? part : best),
    }))
    .sort((left, right) =>
      right.shot.parts.length - left.shot.parts.length || compare(left.best, right.best)
    );
  const kept = new Set<Shot>();
  const keptByContent = new Map<string, Set<Shot>>();
  for (const { shot } of captures) {
    const keys = shot.parts.map((part) => `${part.side}:${part.facts.contentHash}`);
    const whole = shot.parts.every((part, place) =>
      present.has(part) && (classes.get(keys[place] ?? "")?.files.length ?? 0) > 1
    );
    if (whole && hasCounterpart(keys, keptByContent)) continue;
    kept.add(shot);
    for (const key of keys) {
      const known = keptByContent.get(key);
      if (known === undefined) keptByContent.set(key, new Set([shot]));
      else known.add(shot);
    }
  }
  return kept;
}

function hasCounterpart(
  keys: readonly string[],
  keptByContent: ReadonlyMap<string, ReadonlySet<Shot>>,
): boolean {
  const [first, ...others] = keys
    .map((key) => keptByContent.get(key) ?? new Set<Shot>())
    .sort((left, right) => left.size - right.size);
  for (const shot of first ?? []) {
    if (others.every((shots) => shots.has(shot))) return true;
  }
  return false;
}

/** Lone stills join the best live photo that has them, unless a capture has them too. */
function joinStills(
  world: PlanWorld,
  classes: Map<string, ContentClass>,
  keptShots: ReadonlySet<Shot>,
): void {
  const bestLive = new Map<string, ContentClass>();
  for (const group of classes.values()) {
    const [best] = group.files;
    const still = best?.facts.kind === "live" ? stillOf(best.facts) : null;
    if (best === undefined || still === null) continue;
    const key = `${group.side}:${still}`;
    const known = bestLive.get(key)?.files[0];
    if (known === undefined || world.order.compare(best.candidate, known.candidate) < 0) {
      bestLive.set(key, group);
    }
  }
  for (const [key, live] of bestLive) {
    const stills = classes.get(key);
    if (stills === undefined || stills === live) continue;
    const lone = stills.files.every((file) =>
      file.facts.kind === "photo" && file.shot.parts.length === 1
    );
    if (!lone || stills.files.some((file) => keptShots.has(file.shot))) continue;
    for (const still of stills.files) live.files.push(still);
    classes.delete(key);
  }
}

function sceneOf(group: ContentClass, keptShots: ReadonlySet<Shot>): ReviewedScene {
  const captured = group.files.some((file) => keptShots.has(file.shot));
  const [first] = group.files;
  const members = group.files.map((file) => {
    const keep = file.shot.parts.length > 1
      ? keptShots.has(file.shot)
      : !captured && (file === first || first === undefined);
    return { file, keep };
  });
  return {
    id: identifier(`exact:${group.side}:${group.content}`),
    tier: "exact",
    diameter: 0,
    members: members
      .sort((left, right) => compareText(left.file.id, right.file.id))
      .map(({ file, keep }) => ({
        file: file.id,
        choice: keep ? "keep" as const : "delete" as const,
        ...(file.facts.contentHash === null ? {} : { contentHash: file.facts.contentHash }),
      })),
    distances: [],
  };
}
