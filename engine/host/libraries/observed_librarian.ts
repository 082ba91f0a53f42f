import {
  type ActorDefinition,
  type EngineTypes,
  LIBRARIAN_ACTOR,
  type LibraryEvent,
  type LibraryState,
} from "@scenekeep/engine/core";

/** The librarian, with a window through which its host looks on. */
export interface ObservedLibrarian {
  readonly definition: ActorDefinition<LibraryState, EngineTypes>;
  /** What the librarian knows between two turns. For reading: only the librarian writes. */
  readonly state: () => Readonly<LibraryState>;
}

/**
 * Lets the host read what the librarian knows, without a message and without a copy: listings of a
 * large library, and the certificate check, which must see the very state that a plan was made for.
 *
 * `heard` is called after each committed event, and again for those that a restart replays. It
 * must not throw and must not change the state.
 */
export function observeLibrarian(
  heard: (event: LibraryEvent, state: Readonly<LibraryState>) => void,
): ObservedLibrarian {
  let current = LIBRARIAN_ACTOR.initial();
  return {
    state: () => current,
    definition: {
      ...LIBRARIAN_ACTOR,
      initial: () => current = LIBRARIAN_ACTOR.initial(),
      decode: (snapshot) => current = LIBRARIAN_ACTOR.decode(snapshot),
      evolve: (state, event) => {
        LIBRARIAN_ACTOR.evolve(state, event);
        heard(event as LibraryEvent, state);
      },
    },
  };
}
