import type { EngineEffect, LibraryState } from "@scenekeep/engine/core";
import {
  appends,
  librarianForgets,
  type PlantedBug,
  withEffects,
  withEvolve,
  withoutEvents,
  withView,
} from "./planted_bug.ts";

/** Bugs of bytes: counted wrongly, lost, or left behind. */
export const BYTE_BUGS: readonly PlantedBug[] = [
  {
    id: "reservation-leaks",
    breaks: "Room that an upload had reserved is not given back when it settles",
    promise: "INV-QUOTA-1",
    scenario: "thumbnails-count",
    actors: (engine) => ({
      librarian: withEvolve(engine.librarian, (state, event) => {
        if (event.kind === "uploadSettled") state.usage.reservedBytes += 1;
      }),
    }),
  },
  {
    id: "limit-ignored",
    breaks: "Uploads are let in whatever the limit is",
    promise: "INV-QUOTA-1",
    scenario: "over-the-limit",
    actors: (engine) => ({
      librarian: withView(engine.librarian, (state) => ({
        ...state,
        usage: { ...state.usage, limitBytes: Number.MAX_SAFE_INTEGER },
      })),
    }),
  },
  {
    id: "trash-is-free",
    breaks: "What goes to the trash no longer counts",
    promise: "INV-BYTES-1",
    scenario: "quota-falls-at-purge",
    actors: (engine) => ({
      librarian: withEvolve(engine.librarian, (state, event) => {
        if (event.kind === "fileTrashed") state.usage.trashBytes = 0;
      }),
    }),
  },
  {
    id: "bytes-go-with-the-trash",
    breaks: "The store removes the bytes of a file as soon as it is in the trash",
    promise: "INV-LOSS-1",
    scenario: "quota-falls-at-purge",
    actors: (engine) => ({
      librarian: withEffects(engine.librarian, (effects, { state }) => [
        ...effects,
        ...removalsOfTrashed(effects, state),
      ]),
    }),
  },
  {
    id: "keeper-not-checked",
    breaks: "An item is applied although its keeper is gone",
    promise: "INV-LOSS-1",
    scenario: "keeper-deleted-before-apply",
    actors: (engine) => ({
      librarian: withEffects(engine.librarian, (effects, { state }) =>
        effects.flatMap((effect) => {
          if (effect.kind !== "append" || effect.event.kind !== "itemSkipped") return [effect];
          const { plan, index } = effect.event;
          const item = state.plans.get(plan)?.plan.items[index];
          const file = item === undefined ? undefined : state.files.get(item.file);
          if (item === undefined || file === undefined) return [effect];
          return [
            {
              kind: "append",
              event: {
                kind: "fileTrashed",
                sequence: state.nextTrashSequence,
                file: item.file,
                entries: [...file.entries].map(([album, name]) => ({
                  album,
                  name,
                  orderIndex: null,
                  wasCover: false,
                })),
                cause: {
                  kind: "plan",
                  plan,
                  itemIndex: index,
                  keeper: item.keeper,
                  keeperHash: item.keeperHash,
                },
                atMs: state.clock.witnessedMs,
                wallMs: 0,
                hidden: false,
              },
            } satisfies EngineEffect,
            effect,
          ];
        })),
    }),
  },
  {
    id: "wrong-size-recorded",
    breaks: "A file is recorded with another size than its object has",
    promise: "INV-OBJECT-1",
    scenario: "thumbnails-count",
    actors: (engine) => ({
      librarian: withEffects(engine.librarian, (effects) =>
        effects.map((effect) => {
          if (effect.kind !== "append" || effect.event.kind !== "fileAdded") return effect;
          const objects = effect.event.objects.map((object) => ({
            ...object,
            sizeBytes: object.sizeBytes - 1,
          }));
          return { kind: "append", event: { ...effect.event, objects } };
        })),
    }),
  },
  {
    id: "removal-forgotten",
    breaks: "The store is never asked to remove what was purged",
    promise: "INV-LIVE-1",
    scenario: "thumbnails-count",
    actors: (engine) => ({
      librarian: withEffects(
        engine.librarian,
        (effects) => effects.filter((effect) => effect.kind !== "remove"),
      ),
    }),
  },
  {
    id: "undo-forgets-where-bytes-are",
    breaks: "An undo moves the bytes of a folder back and does not say so",
    promise: "INV-OBJECT-1",
    scenario: "folder-album-review",
    actors: librarianForgets("itemUndone", "fileMoved"),
  },
  {
    id: "links-do-not-follow",
    breaks: "The bytes of a folder get another name, and other links do not follow",
    promise: "INV-OBJECT-1",
    scenario: "folder-album-review",
    losesData: true,
    actors: (engine) => ({
      librarian: withEffects(
        engine.librarian,
        (effects) =>
          effects.map((effect) =>
            effect.kind === "link"
              ? { ...effect, steps: effect.steps.filter(({ action }) => action !== "relink") }
              : effect
          ),
      ),
    }),
  },
  {
    id: "reservations-never-expire",
    breaks: "An upload that its client left keeps its room for ever",
    promise: "INV-LIVE-1",
    scenario: "abandoned-upload",
    actors: (engine) => ({
      librarian: withEffects(
        engine.librarian,
        (effects, { incoming }) =>
          incoming.kind === "timer" ? withoutEvents(effects, "uploadAbandoned") : effects,
      ),
    }),
  },
];

function removalsOfTrashed(
  effects: readonly EngineEffect[],
  state: LibraryState,
): EngineEffect[] {
  if (!appends(effects, "fileTrashed")) return [];
  return effects.flatMap((effect): EngineEffect[] => {
    if (effect.kind !== "append" || effect.event.kind !== "fileTrashed") return [];
    const objects = state.files.get(effect.event.file)?.objects ?? [];
    return objects.map(({ name }) => ({
      kind: "remove",
      key: `early/${name}` as never,
      object: name,
      expectedHash: null,
    }));
  });
}
