import {
  type ContentHash,
  type EngineTypes,
  LIBRARIAN,
  type LibraryEvent,
  type LibraryState,
  type ObjectName,
} from "@scenekeep/engine/core";
import type { Checker, Report, WorldView } from "../world/checker.ts";
import { FolderTree } from "../world/folder_tree.ts";
import { type Content, holderOf } from "../world/object_holder.ts";
import type { Observation, TurnObservation } from "../world/observation.ts";
import { Unordered } from "../world/picture_text.ts";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import { ShadowLibrary } from "./shadow_library.ts";
import { shadowOf } from "./shadow_of_state.ts";
import { isLibraryObject, LIBRARY_STORE, StoredBytes } from "./stored_bytes.ts";

/**
 * Folds what happens into the checkers' own model, once, and shows it to every promise's checker.
 *
 * The world sees one checker per promise, so that reports and counts carry its name, and one more
 * that does the folding.
 */
export class PhotoWatch implements Watched {
  readonly shadow: ShadowLibrary = new ShadowLibrary();
  readonly stored: StoredBytes = new StoredBytes();
  /** Content of the objects on devices, as last seen. */
  readonly deviceContents: Map<ObjectName, ContentHash> = new Map();
  nowMs = 0;
  #view: WorldView | null = null;
  readonly #checkers: readonly PromiseChecker[];
  /** Those that look at more than the turns of the librarian. */
  readonly #observers: readonly PromiseChecker[];
  readonly #byPromise: ReadonlyMap<PromiseId, PromiseChecker>;
  #state: LibraryState | null = null;
  #turns = 0;

  readonly seesObjects: boolean;

  constructor(
    checkers: readonly PromiseChecker[],
    options: { readonly seesObjects: boolean } = { seesObjects: true },
  ) {
    this.#checkers = checkers;
    this.seesObjects = options.seesObjects;
    this.#observers = checkers.filter(({ observe }) =>
      observe !== PromiseChecker.prototype.observe
    );
    this.#byPromise = new Map(checkers.map((checker) => [checker.promise, checker]));
  }

  get state(): LibraryState {
    if (this.#state === null) throw new Error("No turn of the librarian was seen yet");
    return this.#state;
  }

  contentOf(object: ObjectName): Content | null {
    return this.#view?.holder(holderOf(object)).content(object) ?? null;
  }

  /** Where no objects are seen there are no devices: all that is spoken of is the library's. */
  isOfLibrary(object: ObjectName): boolean {
    return !this.seesObjects || isLibraryObject(object);
  }

  get folder(): FolderTree | null {
    const holder = this.#view?.holder(LIBRARY_STORE);
    return holder instanceof FolderTree ? holder : null;
  }

  /** The checkers as the world wants them: every promise, then the one that folds. */
  checkers(): Checker<EngineTypes>[] {
    return [...this.#checkers.map(facetOf), this.#folder()];
  }

  /** Takes in what the library is before the run. */
  seed(
    events: readonly LibraryEvent[],
    objects: readonly { name: ObjectName; sizeBytes: number }[],
  ): void {
    this.shadow.foldTurn(events, 0);
    for (const { name, sizeBytes } of objects) this.stored.written(name, sizeBytes);
    for (const checker of this.#checkers) checker.seed(this);
  }

  /** All that the checkers may judge by later, see `pictureText`. */
  remembers(): unknown {
    const { delta: _transient, nowMs: _latest, objects, ...shadow } = this.shadow;
    return [
      shadow,
      objects.remembers(),
      new Unordered([...this.stored.names()].map((name) => [name, this.stored.sizeOf(name)])),
      new Unordered([...this.deviceContents]),
      this.#checkers.map((checker) => checker.remembers()),
    ];
  }

  /**
   * Takes in a library in the middle of its life, before its next turn.
   *
   * @param found `snapshot` and the `events` since, as its record had them; `state`, what the
   * librarian makes of both.
   */
  resume(
    found: {
      readonly snapshot: LibraryState | null;
      readonly events: readonly LibraryEvent[];
      readonly state: LibraryState;
    },
    nowMs: number,
  ): void {
    this.nowMs = nowMs;
    this.#state = found.state;
    this.shadow.nowMs = nowMs;
    if (found.snapshot !== null) shadowOf(found.snapshot, this.shadow);
    this.shadow.foldTurn(found.events, nowMs);
    for (const checker of this.#checkers) checker.resume(this);
  }

  #folder(): Checker<EngineTypes> {
    const turns = (): number => this.#turns;
    return {
      id: "shadow",
      get evaluations(): number {
        return turns();
      },
      observe: (observation, _report, view) => this.#observe(observation, view),
      recompute: (view) => {
        if (this.#look(view)) { for (const checker of this.#checkers) checker.recompute(this); }
        return null;
      },
      settle: (_report, view) => {
        if (this.#look(view)) { for (const checker of this.#checkers) checker.settle(this); }
      },
    };
  }

  #look(view: WorldView): boolean {
    this.#view = view;
    this.nowMs = view.nowMs;
    this.#state = view.state(LIBRARIAN) as LibraryState;
    return this.#state.library !== null;
  }

  #observe(observation: Observation<EngineTypes>, view: WorldView): void {
    this.#view = view;
    this.nowMs = view.nowMs;
    if (observation.kind === "turn" && observation.actor === LIBRARIAN) {
      return this.#librarianTurn(observation, view);
    }
    // The checkers see a removal before the model forgets the object.
    for (const checker of this.#observers) checker.observe(observation, this);
    if (observation.kind === "object") this.#objectChanged(observation, view);
  }

  #librarianTurn(observation: TurnObservation<EngineTypes>, view: WorldView): void {
    const events = observation.events as readonly LibraryEvent[];
    this.#turns += 1;
    if (!this.#look(view)) return;
    this.shadow.foldTurn(events, view.nowMs);
    for (const { promise, detail } of this.shadow.delta.contradictions) {
      const checker = this.#byPromise.get(promise);
      checker?.report(detail, "contradiction");
    }
    const { incoming } = observation;
    const turn: LibrarianTurn = {
      shadow: this.shadow,
      stored: this.stored,
      deviceContents: this.deviceContents,
      contentOf: (object) => this.contentOf(object),
      seesObjects: this.seesObjects,
      isOfLibrary: (object) => this.isOfLibrary(object),
      folder: this.folder,
      nowMs: view.nowMs,
      state: this.state,
      events,
      message: incoming?.kind === "message" ? incoming.envelope : null,
      observation,
    };
    for (const checker of this.#checkers) checker.afterTurn(turn);
  }

  #objectChanged(
    observation: Extract<Observation<EngineTypes>, { kind: "object" }>,
    view: WorldView,
  ): void {
    const { object } = observation;
    const content = view.holder(holderOf(object)).content(object);
    if (this.isOfLibrary(object)) {
      if (content === null) this.stored.removed(object);
      else this.stored.written(object, content.sizeBytes);
    } else if (content === null) this.deviceContents.delete(object);
    else this.deviceContents.set(object, content.contentHash as ContentHash);
  }
}

function facetOf(checker: PromiseChecker): Checker<EngineTypes> {
  return {
    id: checker.promise,
    get evaluations(): number {
      return checker.evaluations;
    },
    attach: (report: Report) => {
      checker.report = report;
    },
  };
}
