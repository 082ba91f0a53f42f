import type { CommitOutcome, EngineTypes, TurnRecord } from "@scenekeep/engine/core";
import { PassingStore } from "./passing_store.ts";
import {
  librarianForgets,
  type PlantedBug,
  withEffects,
  withEvolve,
  withoutEvents,
  withView,
} from "./planted_bug.ts";

const DAY_MS = 86_400_000;

/** Bugs of time, memory and repetition. */
export const TIME_BUGS: readonly PlantedBug[] = [
  {
    id: "trash-ages-fast",
    breaks: "A day in the trash counts for more than a day",
    promise: "INV-TIME-1",
    scenario: "purge-at-thirty-days",
    actors: (engine) => ({
      librarian: withView(engine.librarian, (state, incoming) =>
        incoming.kind === "timer"
          ? {
            ...state,
            trash: new Map([...state.trash].map(([sequence, record]) => [
              sequence,
              { ...record, trashedAtMs: record.trashedAtMs - 3 * DAY_MS },
            ])),
          }
          : state),
    }),
  },
  {
    id: "trash-never-purged",
    breaks: "What is due stays in the trash",
    promise: "INV-TIME-1",
    scenario: "purge-at-thirty-days",
    actors: (engine) => ({
      librarian: withEffects(
        engine.librarian,
        (effects, { incoming }) =>
          incoming.kind === "timer"
            ? withoutEvents(effects, "purged").filter((effect) => effect.kind !== "remove")
            : effects,
      ),
    }),
  },
  {
    id: "pins-forgotten",
    breaks: "The librarian forgets which files devices rely on",
    promise: "INV-DEVICE-1",
    scenario: "freed-content-is-pinned",
    actors: (engine) => ({
      librarian: withEvolve(engine.librarian, (state) => state.pins.clear()),
    }),
  },
  {
    id: "freed-without-receipt",
    breaks: "A device removes what the user confirmed without asking the librarian",
    promise: "INV-DEVICE-1",
    scenario: "trashed-elsewhere-stays",
    actors: (engine) => ({
      keeper: withEffects(engine.keeper, (effects, { incoming, state }) => {
        if (incoming.kind !== "message") return effects;
        const { body } = incoming.envelope;
        if (body.kind !== "confirmFreeUp") return effects;
        const objects = body.assets.flatMap((asset) =>
          state.assets.get(asset)?.asset.objects ?? []
        );
        return [
          ...effects,
          ...objects.map(({ name }) => ({
            kind: "remove" as const,
            key: `remove/0/0/${name}` as never,
            object: name,
            expectedHash: null,
          })),
        ];
      }),
    }),
  },
  {
    id: "journal-lies",
    breaks: "Some turns are said to be written and are not",
    promise: "INV-LOSS-2",
    scenario: "acknowledged-survives-crash",
    store: (journal) => new LyingStore(journal),
  },
  {
    id: "redeliveries-applied",
    breaks: "The journal forgets which messages were applied",
    promise: "INV-IDEM-1",
    scenario: "one-writer-many-commands",
    store: (journal) => new ForgetfulStore(journal),
  },
  {
    id: "undo-keeps-the-words",
    breaks: "Undo leaves merged words, tags and rating on the keeper",
    promise: "INV-UNDO-1",
    scenario: "metadata-merges",
    actors: librarianForgets("itemUndone", "metadataChanged"),
  },
  {
    id: "undo-keeps-the-stand-in",
    breaks: "Undo leaves the stand-ins in the albums",
    promise: "INV-UNDO-1",
    scenario: "closest-stand-in",
    actors: librarianForgets("itemUndone", "entryRemoved"),
  },
];

/** Writes no events in every third turn, and says that it did. */
class LyingStore extends PassingStore {
  #commits = 0;

  override commit(turn: TurnRecord<EngineTypes>): CommitOutcome {
    this.#commits += 1;
    return super.commit(this.#commits % 3 === 0 ? { ...turn, events: [] } : turn);
  }

  override saveSnapshot(_snapshot: unknown): CommitOutcome {
    return { kind: "failed", reason: "ioError" };
  }
}

/** Knows no applied message. */
class ForgetfulStore extends PassingStore {
  override repliesTo(): null {
    return null;
  }
}
