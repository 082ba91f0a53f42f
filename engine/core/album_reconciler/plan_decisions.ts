import type { AlbumId, FileId, SceneId } from "../library/ids.ts";
import type { KeptInstead, PlanRequest } from "../library/plan.ts";
import type { PlannedFile, PlanWorld, Shot } from "./plan_world.ts";
import type { PlannedScene } from "./plan_scenes.ts";

/** A shot that goes, and how. */
export interface LeavingShot {
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
  /** The scene of each member that takes part. */
  readonly sceneOf: ReadonlyMap<FileId, PlannedScene>;
  /** What the user chose, for every file that the request names. */
  readonly choices: ReadonlyMap<FileId, "keep" | "delete">;
}

/**
 * Which shots go and which stay. Starts from the user's choices; a shot that goes may come to stay,
 * never the other way, so what holds because something is kept goes on holding.
 */
export class PlanDecisions {
  readonly #context: PlanningContext;
  readonly #leaving = new Map<Shot, LeavingShot>();
  readonly #kept = new Map<SceneId, PlannedFile[]>();
  readonly #reported = new Set<Shot>();
  readonly keptInstead: KeptInstead[] = [];

  constructor(context: PlanningContext, leaving: ReadonlyMap<Shot, LeavingShot>) {
    this.#context = context;
    for (const [shot, how] of leaving) this.#leaving.set(shot, how);
    for (const scene of context.scenes) {
      this.#kept.set(scene.id, scene.members.filter((file) => !leaving.has(file.shot)));
      this.keptInstead.push(...scene.setAside);
    }
  }

  /** The shots that go. */
  get leaving(): ReadonlyMap<Shot, LeavingShot> {
    return this.#leaving;
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
    if (this.#reported.has(shot)) return;
    this.#reported.add(shot);
    this.#leaving.delete(shot);
    for (const part of shot.parts) {
      const scene = this.#context.sceneOf.get(part.id);
      if (scene === undefined) continue;
      insertByRank(this.#kept.get(scene.id) ?? [], part);
      if (!scene.markedDeleted.has(part.id)) continue;
      this.keptInstead.push({ file: part.id, scene: scene.id, ...why });
    }
  }
}

function insertByRank(files: PlannedFile[], file: PlannedFile): void {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((files[middle]?.rank ?? 0) < file.rank) low = middle + 1;
    else high = middle;
  }
  if (files[low] !== file) files.splice(low, 0, file);
}
