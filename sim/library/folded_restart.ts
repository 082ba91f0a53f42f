import type {
  ActorDefinition,
  DurableStore,
  EngineTypes,
  LibraryState,
  Opening,
} from "@scenekeep/engine/core";

/** Growth of the journal, in percent, after which a restart folds all of it again. */
const FULL_RESTART_GROWTH_PERCENT = 50;

/** Stands for a snapshot that was taken at the last commit. */
interface StateAsCommitted {
  readonly asCommitted: LibraryState;
}

/**
 * Makes most restarts of a large library's librarian cheap: instead of folding a million events
 * again, the new life begins with the state that the commits of the last one had folded, as if a
 * snapshot had been taken with the last of them.
 *
 * Nothing is hidden by that: only `evolve` changes the state of a durable actor, and only for
 * committed events, and INV-LOSS-2 compares the state with the checkers' own fold of the journal at
 * each restart. The first restart folds the journal from its beginning all the same, and so does
 * each that finds it half as long again as the last one that did: all in all three times its
 * length.
 */
export class FoldedRestart {
  #state: LibraryState | null = null;
  #foldedEvents = 0;

  /** The librarian, watched for its state. */
  definition(
    librarian: ActorDefinition<LibraryState, EngineTypes>,
  ): ActorDefinition<LibraryState, EngineTypes> {
    return {
      ...librarian,
      evolve: (state, event) => {
        this.#state = state;
        librarian.evolve(state, event);
      },
      decode: (snapshot) =>
        isAsCommitted(snapshot) ? snapshot.asCommitted : librarian.decode(snapshot),
    };
  }

  /** The librarian's journal, which now and then hands over the folded state. */
  store(journal: DurableStore<EngineTypes>): DurableStore<EngineTypes> {
    const open = (): Opening<EngineTypes> => {
      const opening = journal.open();
      const asCommitted = this.#state;
      if (asCommitted === null) return opening;
      const eventCount = journal.eventsSinceSnapshot();
      if (eventCount * 100 >= this.#foldedEvents * (100 + FULL_RESTART_GROWTH_PERCENT)) {
        this.#foldedEvents = eventCount;
        return opening;
      }
      const snapshot: StateAsCommitted = { asCommitted };
      return { ...opening, snapshot, events: [] };
    };
    return {
      open,
      commit: (turn) => journal.commit(turn),
      repliesTo: (id) => journal.repliesTo(id),
      isOutstanding: (id) => journal.isOutstanding(id),
      acknowledge: (id) => journal.acknowledge(id),
      saveSnapshot: (snapshot) => journal.saveSnapshot(snapshot),
      eventsSinceSnapshot: () => journal.eventsSinceSnapshot(),
      pruneApplied: (wallMs) => journal.pruneApplied(wallMs),
    };
  }
}

function isAsCommitted(snapshot: unknown): snapshot is StateAsCommitted {
  return typeof snapshot === "object" && snapshot !== null && "asCommitted" in snapshot;
}
