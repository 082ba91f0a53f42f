import { EMBEDDING, embeddingActor, type EngineTypes } from "@scenekeep/engine/core";
import type { PreparedModel } from "@scenekeep/models";
import { hostActor, type HostedActor } from "../runtime/hosted_actor.ts";
import { SCAN_ATTEMPTS_MAX } from "./transient_library.ts";

/** The actors that work with the vectors of a model. */
export function modelActors(model: PreparedModel): HostedActor<EngineTypes>[] {
  const { dimensions } = model.description;
  return [
    hostActor({
      id: EMBEDDING,
      definition: embeddingActor({ dimensions, attemptsMax: SCAN_ATTEMPTS_MAX }),
    }),
  ];
}
