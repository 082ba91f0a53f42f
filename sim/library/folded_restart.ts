import type { ActorDefinition, DurableStore, EngineTypes, Opening } from "@scenekeep/engine/core";

/** Growth of all that was ever committed, in percent, after which a restart is a whole one. */
const WHOLE_RESTART_GROWTH_PERCENT = 200;

/** Stands for a snapshot that was taken at the last commit. */
interface StateAsCommitted<State> {
  readonly asCommitted: State;
}

/**
 * Makes most restarts of an actor in a large world cheap: instead of folding a million events
 * again, the new life begins with the state that the commits of the last one had folded, as if a
 * snapshot had been taken with the last of them.
 *
 * Nothing is hidden by that: only `evolve` changes the state of a durable actor, and only for
 * committed events, and INV-LOSS-2 compares the librarian's state with the checkers' own fold of
 * the journal at each restart. The first restart reads the record from its beginning all the same,
 * and so does each that finds three times as much committed as the last one that did: all in all
 * one and a half times the length of the journal.
 */
export class FoldedRestart<State extends object> {
  #state: State | null = null;
  #committedEvents = 0;
  #readEvents = 0;

  /** The actor, watched for its state. */
  definition(actor: ActorDefinition<State, EngineTypes>): ActorDefinition<State, EngineTypes> {
    return {
      ...actor,
      evolve: (state, event) => {
        this.#state = state;
        actor.evolve(state, event);
      },
      decode: (snapshot) =>
        isAsCommitted<State>(snapshot) ? snapshot.asCommitted : actor.decode(snapshot),
    };
  }

  /** The actor's journal, which mostly hands over the folded state. */
  store(journal: DurableStore<EngineTypes>): DurableStore<EngineTypes> {
    const open = (): Opening<EngineTypes> => {
      const opening = journal.open();
      const asCommitted = this.#state;
      const growth = this.#readEvents * (100 + WHOLE_RESTART_GROWTH_PERCENT);
      if (asCommitted === null || this.#committedEvents * 100 >= growth) {
        this.#readEvents = this.#committedEvents;
        return opening;
      }
      const snapshot: StateAsCommitted<State> = { asCommitted };
      const { incarnation, outbox, timers } = opening;
      return { incarnation, snapshot, events: [], outbox, timers };
    };
    return {
      open,
      commit: (turn) => {
        const outcome = journal.commit(turn);
        if (outcome.kind === "committed") this.#committedEvents += turn.events.length;
        return outcome;
      },
      repliesTo: (id) => journal.repliesTo(id),
      isOutstanding: (id) => journal.isOutstanding(id),
      acknowledge: (id) => journal.acknowledge(id),
      saveSnapshot: (snapshot) => journal.saveSnapshot(snapshot),
      eventsSinceSnapshot: () => journal.eventsSinceSnapshot(),
      pruneApplied: (wallMs) => journal.pruneApplied(wallMs),
    };
  }
}

function isAsCommitted<State>(snapshot: unknown): snapshot is StateAsCommitted<State> {
  return typeof snapshot === "object" && snapshot !== null && "asCommitted" in snapshot;
}
