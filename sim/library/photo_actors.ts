import {
  type ActorDefinition,
  ALBUM_RECONCILER_ACTOR,
  deviceKeeperActor,
  embeddingActor,
  type EmbeddingState,
  type EngineTypes,
  groupingActor,
  type GroupingActorState,
  hashingActor,
  type HashingState,
  identifier,
  type KeeperState,
  LIBRARIAN_ACTOR,
  type LibraryState,
  type ReconcilerState,
} from "@scenekeep/engine/core";
import type { VirtualModel } from "./virtual_model.ts";

/** The actors of a virtual world: the engine's own, or with one replaced to plant a bug. */
export interface PhotoActors {
  readonly librarian: ActorDefinition<LibraryState, EngineTypes>;
  readonly reconciler: ActorDefinition<ReconcilerState, EngineTypes>;
  readonly hashing: ActorDefinition<HashingState, EngineTypes>;
  readonly embedding: ActorDefinition<EmbeddingState, EngineTypes>;
  readonly grouping: ActorDefinition<GroupingActorState, EngineTypes>;
  readonly keeper: ActorDefinition<KeeperState, EngineTypes>;
}

/**
 * The engine's actors, as they are in production.
 *
 * @param looksAgain Whether the compute port compares pictures.
 */
export function engineActors(model: VirtualModel, looksAgain: boolean = false): PhotoActors {
  return {
    librarian: LIBRARIAN_ACTOR,
    reconciler: ALBUM_RECONCILER_ACTOR,
    hashing: hashingActor(),
    embedding: embeddingActor({ dimensions: model.dimensions }),
    grouping: groupingActor({
      looksAgain,
      model: {
        id: identifier("virtual"),
        dimensions: model.dimensions,
        thresholds: { close: model.close, similar: model.similar, related: model.related },
      },
    }),
    keeper: deviceKeeperActor(),
  };
}
