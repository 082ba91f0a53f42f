import type { EngineEffect, LibraryState, PlanId, PlanItem } from "@scenekeep/engine/core";
import { groupingActor, identifier } from "@scenekeep/engine/core";
import { VIRTUAL_MODEL } from "../library/virtual_model.ts";
import {
  appends,
  librarianForgets,
  type PlantedBug,
  withEffects,
  withEvents,
  withIncoming,
  withoutEvents,
  withReviewScenes,
} from "./planted_bug.ts";

/**
 * Mistakes that real photo libraries make when they clean up and free devices, as their code and
 * their users' reports show.
 */
export const ENTE_BUGS: readonly PlantedBug[] = [
  {
    id: "adds-every-kept",
    breaks: "An album that loses a photo gets every kept one of the scene, not one",
    promise: "INV-BARRIER-1",
    scenario: "one-stand-in-is-enough",
    actors: (engine) => ({
      librarian: withEffects(
        engine.librarian,
        (effects, { state }) => effects.flatMap((effect) => [effect, ...everyKept(effect, state)]),
      ),
    }),
  },
  {
    id: "favourites-not-repaired",
    breaks: "The album of favourites never gets a stand-in",
    promise: "INV-ALBUM-2",
    losesData: true,
    scenario: "favourite-copy-goes",
    actors: (engine) => ({
      librarian: withEvents(engine.librarian, (event, { effects }) => {
        const isRepair = event.kind === "entryAdded" && event.album === "favorites" &&
          appends(effects, "itemApplied");
        return isRepair ? [] : [event];
      }),
    }),
  },
  {
    id: "hidden-albums-not-seen",
    breaks: "Entries in hidden albums are lost with the copy",
    promise: "INV-ALBUM-2",
    losesData: true,
    scenario: "copies-in-many-albums",
    actors: (engine) => ({
      librarian: withEvents(engine.librarian, (event, { effects }) => {
        const isApplied = appends(effects, "itemApplied");
        const isUnseen = event.kind === "entryAdded" && event.album.endsWith("3");
        return isApplied && isUnseen ? [] : [event];
      }),
    }),
  },
  {
    id: "whole-scene-goes",
    breaks: "The keeper goes together with what it was kept for",
    promise: "INV-LOSS-1",
    losesData: true,
    scenario: "similar-burst",
    actors: (engine) => ({
      librarian: withEffects(
        engine.librarian,
        (effects, { state }) => effects.flatMap((effect) => [...keeperToo(effect, state), effect]),
      ),
    }),
  },
  {
    id: "words-are-dropped",
    breaks: "Captions and tags of the copy go with it",
    promise: "INV-UNDO-1",
    losesData: true,
    scenario: "metadata-merges",
    actors: librarianForgets("itemApplied", "metadataChanged"),
  },
  {
    id: "covers-not-moved",
    breaks: "An album whose cover is removed keeps pointing at it",
    promise: "INV-ALBUM-2",
    scenario: "cover-and-order-follow",
    actors: librarianForgets("itemApplied", "albumArranged"),
  },
  {
    id: "no-undo",
    breaks: "Undo says that it is done and brings nothing back",
    promise: "INV-UNDO-1",
    losesData: true,
    scenario: "closest-stand-in",
    actors: librarianForgets("itemUndone", "fileRestored", "entryAdded"),
  },
  {
    id: "adds-without-trashing",
    breaks: "A clean-up that fails half-way leaves its additions and removes nothing",
    promise: "INV-UNDO-1",
    scenario: "closest-stand-in",
    actors: librarianForgets("itemApplied", "fileTrashed"),
  },
  {
    id: "greedy-seeds",
    breaks: "Scenes grow around the first photo: what a seed took is missing in the next scene",
    promise: "INV-GROUP-1",
    scenario: "chain-of-looks",
    actors: withReviewScenes((scenes) =>
      scenes.map((scene) => ({
        ...scene,
        members: scene.members.slice(0, Math.max(1, scene.members.length - 1)),
      }))
    ),
  },
  {
    id: "neighbours-are-capped",
    breaks: "Only the nearest few neighbours of a photo are looked at",
    promise: "INV-GROUP-1",
    scenario: "timelapse",
    actors: withReviewScenes((scenes) =>
      scenes.map((scene) => ({ ...scene, members: scene.members.slice(0, 100) }))
    ),
  },
  {
    id: "threshold-too-narrow",
    breaks: "A stale cache keeps the scenes of a narrower threshold",
    promise: "INV-GROUP-1",
    scenario: "chain-of-looks",
    actors: () => ({
      grouping: groupingActor({
        model: {
          id: identifier("virtual"),
          dimensions: VIRTUAL_MODEL.dimensions,
          thresholds: {
            close: VIRTUAL_MODEL.close >> 3,
            similar: VIRTUAL_MODEL.similar >> 3,
            related: VIRTUAL_MODEL.related >> 3,
          },
        },
      }),
    }),
  },
  {
    id: "edit-window",
    breaks: "A device never hears of edits and removes items whose bytes have changed since",
    promise: "INV-DEVICE-1",
    losesData: true,
    scenario: "brutal-days",
    actors: (engine) => ({
      keeper: withIncoming(
        withEffects(
          engine.keeper,
          (effects) =>
            effects.map((effect) =>
              effect.kind === "remove" ? { ...effect, expectedHash: null } : effect
            ),
        ),
        (incoming) => {
          if (incoming.kind !== "message" || incoming.envelope.body.kind !== "assetsFound") {
            return incoming;
          }
          const assets = incoming.envelope.body.assets.filter(({ revision }) => revision === 1);
          const body = { ...incoming.envelope.body, assets };
          return { ...incoming, envelope: { ...incoming.envelope, body } };
        },
      ),
    }),
  },
  {
    id: "remote-trash-race",
    breaks: "Receipts are given for content that lies in the trash only",
    promise: "INV-DEVICE-1",
    losesData: true,
    scenario: "everyday-life",
    actors: (engine) => ({
      librarian: withEvents(
        engine.librarian,
        (event) =>
          event.kind === "purgeHeld"
            ? [event, { kind: "purged", sequence: event.sequence, cause: "age" }]
            : [event],
      ),
    }),
  },
  {
    id: "pending-links-forgotten",
    breaks: "Links to further albums are accepted and forgotten",
    promise: "INV-ALBUM-1",
    losesData: true,
    scenario: "acknowledged-survives-crash",
    actors: (engine) => ({
      librarian: withEffects(engine.librarian, (effects, { incoming }) => {
        const isUpload = incoming.kind === "message" &&
          (incoming.envelope.body.kind === "commitUpload" ||
            incoming.envelope.body.kind === "addEntry");
        return isUpload && !appends(effects, "fileAdded")
          ? withoutEvents(effects, "entryAdded")
          : effects;
      }),
    }),
  },
  {
    id: "restored-to-one-album",
    breaks: "What comes back from the trash is in one album, not in all it was in",
    promise: "INV-UNDO-1",
    losesData: true,
    scenario: "restore-to-all-albums",
    actors: (engine) => ({
      librarian: withEffects(engine.librarian, (effects) => {
        if (!appends(effects, "fileRestored")) return effects;
        let kept = 0;
        return effects.filter((effect) => {
          if (effect.kind !== "append" || effect.event.kind !== "entryAdded") return true;
          kept += 1;
          return kept === 1;
        });
      }),
    }),
  },
];

function itemOf(effect: EngineEffect, state: LibraryState): PlanItem | undefined {
  if (effect.kind !== "append" || effect.event.kind !== "itemApplied") return undefined;
  return state.plans.get(effect.event.plan)?.plan.items[effect.event.index];
}

function everyKept(effect: EngineEffect, state: LibraryState): EngineEffect[] {
  const item = itemOf(effect, state);
  if (item === undefined || effect.kind !== "append") return [];
  const { plan } = state.plans.get((effect.event as { plan: PlanId }).plan)!;
  const goes = new Set(plan.items.map(({ file }) => file));
  const kept = plan.scenes.filter(({ id }) => id === item.scene)
    .flatMap(({ members }) => members.map((member) => member.file))
    .filter((file) => !goes.has(file));
  return item.albums.flatMap(({ album, representative }) =>
    kept.filter((file) => file !== representative && !state.files.get(file)?.entries.has(album))
      .map((file): EngineEffect => ({
        kind: "append",
        event: { kind: "entryAdded", album, file, name: null },
      }))
  );
}

function keeperToo(effect: EngineEffect, state: LibraryState): EngineEffect[] {
  const item = itemOf(effect, state);
  const keeper = item === undefined ? undefined : state.files.get(item.keeper);
  if (keeper === undefined) return [];
  return [{
    kind: "append",
    event: {
      kind: "fileTrashed",
      sequence: state.nextTrashSequence + 1,
      file: keeper.id,
      entries: [...keeper.entries].map(([album, name]) => ({
        album,
        name,
        orderIndex: null,
        wasCover: false,
      })),
      cause: { kind: "user" },
      atMs: state.clock.witnessedMs,
      wallMs: 0,
      hidden: false,
    },
  }];
}
