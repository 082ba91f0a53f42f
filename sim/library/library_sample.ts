import {
  type AlbumId,
  type EngineTypes,
  type FileId,
  LIBRARIAN,
  type LibraryEvent,
  type PlanId,
} from "@scenekeep/engine/core";
import type { ShadowLibrary } from "../checkers/shadow_library.ts";
import type { ShadowTrash } from "../checkers/shadow_records.ts";
import type { Observation } from "../world/observation.ts";
import { OWNER } from "./library_names.ts";

/** How often another candidate is tried before there is none. */
const TRIES_MAX = 24;

/** Gives one number after the other, each keyed. */
export type Draws = (n: number) => number;

/**
 * Picks files, albums, plans and trash of the library as it is, in constant time: candidates that
 * are gone are skipped a few times.
 */
export class LibrarySample {
  readonly #shadow: ShadowLibrary;
  readonly #files: FileId[] = [];
  readonly #albums: AlbumId[] = [];
  readonly #plans: PlanId[] = [];

  constructor(shadow: ShadowLibrary) {
    this.#shadow = shadow;
  }

  /** Learns of new candidates. */
  observe(observation: Observation<EngineTypes>): void {
    if (observation.kind !== "turn" || observation.actor !== LIBRARIAN) return;
    this.learn(observation.events as readonly LibraryEvent[]);
  }

  /** Learns of the candidates in some events. */
  learn(events: readonly LibraryEvent[]): void {
    for (const event of events) {
      if (event.kind === "fileAdded" && event.owner === OWNER) this.#files.push(event.file);
      else if (event.kind === "albumMade") this.#albums.push(event.album);
      else if (event.kind === "planProposed") this.#plans.push(event.plan.id);
    }
  }

  /** A live file of the user. */
  file(draws: Draws): FileId | null {
    return this.#pick(this.#files, draws, (file) => this.#shadow.files.has(file));
  }

  /** A regular album of the user. */
  album(draws: Draws): AlbumId | null {
    return this.#pick(this.#albums, draws, (id) => {
      const album = this.#shadow.albums.get(id);
      return album !== undefined && album.kind === "regular" && album.owner === OWNER;
    });
  }

  /** Any album to which the user may add. */
  albumToAdd(draws: Draws): AlbumId | null {
    return this.#pick(this.#albums, draws, (id) => {
      const album = this.#shadow.albums.get(id);
      return album !== undefined && album.mayAdd && album.kind === "regular";
    });
  }

  /** An album of the user with files in it. */
  filledAlbum(draws: Draws): AlbumId | null {
    return this.#pick(this.#albums, draws, (id) => {
      const album = this.#shadow.albums.get(id);
      return album !== undefined && album.owner === OWNER && album.kind === "regular" &&
        album.files.size > 0;
    });
  }

  /** Some file of an album. Linear in a small part of the album. */
  fileOf(album: AlbumId, draws: Draws): FileId | null {
    const files = this.#shadow.albums.get(album)?.files;
    if (files === undefined || files.size === 0) return null;
    let skip = draws(90) % Math.min(files.size, 32);
    for (const file of files) {
      if (skip === 0) return file;
      skip -= 1;
    }
    return null;
  }

  /** A plan that was applied, wholly or in part. The youngest are likelier. */
  appliedPlan(draws: Draws): PlanId | null {
    const recent = this.#plans.slice(-12);
    return this.#pick(recent, draws, (id) => {
      const phase = this.#shadow.plans.get(id)?.phase;
      return phase === "finished" || phase === "applying";
    });
  }

  /** Something in the trash. */
  trashed(draws: Draws): ShadowTrash | null {
    const { trash } = this.#shadow;
    if (trash.size === 0) return null;
    let first = 0;
    for (const sequence of trash.keys()) {
      first = sequence;
      break;
    }
    for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
      const record = trash.get(first + draws(attempt) % (trash.size * 2));
      if (record !== undefined) return record;
    }
    return trash.get(first) ?? null;
  }

  #pick<Item>(items: readonly Item[], draws: Draws, fits: (item: Item) => boolean): Item | null {
    if (items.length === 0) return null;
    for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
      const item = items[draws(attempt) % items.length]!;
      if (fits(item)) return item;
    }
    return null;
  }
}
