import type { AlbumId, SceneId } from "../library/ids.ts";
import type { KeptInstead, PlanRequest } from "../library/plan.ts";
import type { PlannedFile, PlanWorld, Shot } from "./plan_world.ts";
import type { PlannedScene } from "./plan_scenes.ts";

/** A shot that goes, and how. */
export interface LeavingShot {
  readonly shot: Shot;
  readonly action: "trashFile" | "removeEntry";
  /** Every file that goes with it: all parts, or those in the album under review. */
  readonly files: readonly PlannedFile[];
  /** The scene that speaks for parts which the request does not name. */
  readonly home: PlannedScene;
}

/** What is under decision; `PlanDecisions` is its changing part. */
export interface PlanningContext {
  readonly world: PlanWorld;
  readonly request: PlanRequest;
  readonly consentAlbums: ReadonlySet<AlbumId>;
  /** The album under review, or null for the whole library. */
  readonly scopeAlbum: AlbumId | null;
  /** Ordered by id. */
  readonly scenes: readonly PlannedScene[];
}

/**
 * Which shots go and which stay. Starts from the user's choices; a shot that goes may come to stay,
 * never the other way, so what holds because something is kept goes on holding.
 */
export class PlanDecisions {
  readonly #context: PlanningContext;
  /** By index of the shot. */
  readonly #leaving: (LeavingShot | null)[];
  readonly #kept = new Map<SceneId, PlannedFile[]>();
  readonly #reported = new Set<number>();
  readonly #changed = new Set<SceneId>();
  readonly keptInstead: KeptInstead[] = [];

  constructor(context: PlanningContext, leaving: readonly LeavingShot[]) {
    this.#context = context;
    this.#leaving = new Array<LeavingShot | null>(context.world.shotCount).fill(null);
    for (const how of leaving) this.#leaving[how.shot.index] = how;
    for (const scene of context.scenes) {
      this.#kept.set(scene.id, scene.members.filter((file) => !this.leaves(file)));
      for (const kept of scene.setAside) this.keptInstead.push(kept);
    }
  }

  /** The shots that go. */
  leaving(): LeavingShot[] {
    return this.#leaving.filter((how) => how !== null);
  }

  /** True when the shot of this file goes. */
  leaves(file: PlannedFile): boolean {
    return this.#leaving[file.shot.index] !== null;
  }

  /** True when somebody of the scene came to stay who was to go. */
  hasChanged(scene: PlannedScene): boolean {
    return this.#changed.has(scene.id);
  }

  /** Members of the scene that stay, best first. */
  keptOf(scene: PlannedScene): readonly PlannedFile[] {
    return this.#kept.get(scene.id) ?? [];
  }

  /** Members that stay where the review looks: in the album under review, or anywhere. */
  *stayingOf(scene: PlannedScene): Iterable<PlannedFile> {
    const album = this.#context.scopeAlbum;
    for (const file of this.keptOf(scene)) {
      if (album === null || file.albums.has(album)) yield file;
    }
  }

  /** Lets a shot stay that was to go, and notes why. */
  keep(shot: Shot, why: Pick<KeptInstead, "reason" | "album">): void {
    if (this.#reported.has(shot.index)) return;
    this.#reported.add(shot.index);
    this.#leaving[shot.index] = null;
    for (const part of shot.parts) {
      const { scene } = part.review;
      if (scene === null) continue;
      this.#changed.add(scene.id);
      insertByRank(this.#kept.get(scene.id) ?? [], part);
      if (!part.review.marked) continue;
      this.keptInstead.push({ file: part.id, scene: scene.id, ...why });
    }
  }
}

function insertByRank(files: PlannedFile[], file: PlannedFile): void {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((files[middle]?.review.rank ?? 0) < file.review.rank) low = middle + 1;
    else high = middle;
  }
  if (files[low] !== file) files.splice(low, 0, file);
}
