import type { EngineEffect } from "@scenekeep/engine/core";
import {
  appends,
  type PlantedBug,
  withEffects,
  withIncoming,
  withoutEvents,
} from "./planted_bug.ts";

/** Bugs that cost albums what they show. */
export const ALBUM_BUGS: readonly PlantedBug[] = [
  {
    id: "folder-names-go-without-stand-in",
    breaks: "In a folder the name of a removed copy goes, and no link takes its place",
    promise: "INV-OBJECT-1",
    scenario: "folder-exact-copies",
    losesData: true,
    actors: (engine) => ({
      librarian: withEffects(
        engine.librarian,
        (effects) =>
          effects.map((effect) =>
            effect.kind !== "link" ? effect : {
              ...effect,
              steps: effect.steps.map((step) =>
                step.action === "replace"
                  ? { ...step, action: "discard" as const, target: null }
                  : step
              ),
            }
          ),
      ),
    }),
  },
  {
    id: "folder-links-lead-to-the-old-name",
    breaks: "In a folder a file moves to another name, and its links lead to the old one",
    promise: "INV-OBJECT-1",
    scenario: "folder-entries",
    actors: (engine) => ({
      librarian: withEffects(
        engine.librarian,
        (effects) =>
          effects.map((effect) =>
            effect.kind !== "link" ? effect : {
              ...effect,
              steps: effect.steps.filter(({ action }) => action !== "relink"),
            }
          ),
      ),
    }),
  },
  {
    id: "no-stand-ins",
    breaks: "A clean-up trashes members and adds no stand-ins",
    promise: "INV-ALBUM-1",
    scenario: "copy-in-two-albums",
    actors: (engine) => ({
      librarian: withEffects(
        engine.librarian,
        (effects) =>
          appends(effects, "itemApplied") ? withoutEvents(effects, "entryAdded") : effects,
      ),
    }),
  },
  {
    id: "no-obligations",
    breaks: "A clean-up keeps no record of what albums were promised",
    promise: "INV-ALBUM-1",
    scenario: "copies-in-many-albums",
    actors: (engine) => ({
      librarian: withEffects(
        engine.librarian,
        (effects) => withoutEvents(effects, "obligationMade"),
      ),
    }),
  },
  {
    id: "one-album-per-file",
    breaks: "Only the first album of a removed copy gets the keeper, as if a file had one album",
    promise: "INV-ALBUM-2",
    scenario: "copy-in-two-albums",
    actors: (engine) => ({ librarian: withEffects(engine.librarian, firstStandInOnly) }),
  },
  {
    id: "orphaned-file",
    breaks: "Removing the last entry of a file puts it nowhere else",
    promise: "INV-ALBUM-3",
    scenario: "album-scoped-review",
    actors: (engine) => ({
      librarian: withEffects(engine.librarian, (effects, { incoming }) => {
        const isPlan = appends(effects, "itemApplied");
        return isPlan || incoming.kind === "timer" ? orphaning(effects) : effects;
      }),
    }),
  },
  {
    id: "everything-is-consented",
    breaks: "The planner takes every album for one where the user agreed to show similar photos",
    promise: "INV-BARRIER-1",
    scenario: "stand-in-needs-consent",
    actors: (engine) => ({
      reconciler: withIncoming(engine.reconciler, (incoming) => {
        if (incoming.kind !== "message") return incoming;
        const { body } = incoming.envelope;
        if (body.kind !== "draftPlan") return incoming;
        const consentAlbums = body.facts.albums.map((album) => album.id);
        const request = { ...body.request, consentAlbums };
        return { ...incoming, envelope: { ...incoming.envelope, body: { ...body, request } } };
      }),
    }),
  },
];

/** Keeps the first stand-in of a turn that applies an item. */
function firstStandInOnly(effects: readonly EngineEffect[]): readonly EngineEffect[] {
  if (!appends(effects, "itemApplied")) return effects;
  let seen = 0;
  return effects.filter((effect) => {
    if (effect.kind !== "append" || effect.event.kind !== "entryAdded") return true;
    seen += 1;
    return seen === 1;
  });
}

/** Takes entries of the kept member away besides. */
function orphaning(effects: readonly EngineEffect[]): readonly EngineEffect[] {
  const applied = effects.find((effect) =>
    effect.kind === "append" && effect.event.kind === "entryRemoved"
  );
  if (applied?.kind !== "append" || applied.event.kind !== "entryRemoved") return effects;
  const { file } = applied.event;
  return [
    ...effects,
    { kind: "append", event: { kind: "entryRemoved", album: "family" as never, file } },
  ];
}
