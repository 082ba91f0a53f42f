import type {
  ContentHash,
  EngineMessage,
  EngineTypes,
  Envelope,
  LibraryEvent,
  LibraryState,
  ObjectName,
} from "@scenekeep/engine/core";
import type { Report } from "../world/checker.ts";
import type { Content } from "../world/object_holder.ts";
import type { FolderTree } from "../world/folder_tree.ts";
import type { Observation, TurnObservation } from "../world/observation.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowLibrary } from "./shadow_library.ts";
import type { StoredBytes } from "./stored_bytes.ts";

/** What every checker may look at: the checkers' own model, and the world as it is. */
export interface Watched {
  readonly shadow: ShadowLibrary;
  readonly stored: StoredBytes;
  /** Content of each object on a device, as last seen. */
  readonly deviceContents: ReadonlyMap<ObjectName, ContentHash>;
  /** The content of an object where it is now, links followed; null when there is none. */
  contentOf(object: ObjectName): Content | null;
  /**
   * Whether the objects themselves are to be seen, and not only what the library says of them: in a
   * virtual world they are, in a recording of a real one they are not.
   */
  readonly seesObjects: boolean;
  /** Whether an object belongs to the library, and not to a device. */
  isOfLibrary(object: ObjectName): boolean;
  /** The folder that the library is in; null when it is in none. */
  readonly folder: FolderTree | null;
  /** True virtual time. */
  readonly nowMs: number;
  /** The librarian's own state as of its last commit, for comparison. */
  readonly state: LibraryState;
}

/** One committed turn of the librarian, already folded into the shadow. */
export interface LibrarianTurn extends Watched {
  readonly events: readonly LibraryEvent[];
  /** The message that woke the librarian; null for a timer, a completion or a restart. */
  readonly message: Envelope<EngineMessage> | null;
  readonly observation: TurnObservation<EngineTypes>;
}

/**
 * Watches one promise. `evaluations` counts the looks at something that could have failed: a
 * checker that only ever saw what cannot break proves nothing.
 */
export abstract class PromiseChecker {
  abstract readonly promise: PromiseId;
  evaluations = 0;
  /** Where violations go; set before the first look. */
  report: Report = () => {};

  /** Takes in what the library is before the run; the shadow has folded it. */
  seed(_watched: Pick<Watched, "shadow" | "stored">): void {}

  /**
   * Takes in what a library is in the middle of its life, by the librarian's own word: what came
   * about before is not judged.
   */
  resume(_watched: Watched): void {}

  /** Looks at a committed turn of the librarian. Costs what the turn changed. */
  afterTurn(_turn: LibrarianTurn): void {}

  /** Looks at anything else that happened: other actors' turns, the stores, clients, crashes. */
  observe(_observation: Observation<EngineTypes>, _watched: Watched): void {}

  /** Looks at everything anew. May be linear in the library. */
  recompute(_watched: Watched): void {}

  /** Looks at the world at rest. */
  settle(_watched: Watched): void {}

  /**
   * What it remembers of the past and may judge by later, see `pictureText`: two orders of the same
   * events may be taken for one only when they leave the same of it.
   */
  remembers(): unknown {
    return null;
  }

  /** Reports when the condition does not hold, and counts the look. */
  protected expect(holds: boolean, entity: string, detail: () => string): void {
    this.evaluations += 1;
    if (!holds) this.report(detail(), entity);
  }
}
