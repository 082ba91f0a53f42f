import {
  EMBEDDING,
  embeddingActor,
  type EngineTypes,
  GROUPING,
  groupingActor,
  identifier,
  type ModelId,
} from "@scenekeep/engine/core";
import type { PreparedModel } from "@scenekeep/models";
import { hostActor, type HostedActor } from "../runtime/hosted_actor.ts";
import { SCAN_ATTEMPTS_MAX } from "./transient_library.ts";

/** The actors that work with the vectors of a model. */
export function modelActors(model: PreparedModel): HostedActor<EngineTypes>[] {
  const { dimensions, id, preprocessing, thresholds } = model.description;
  return [
    hostActor({
      id: EMBEDDING,
      definition: embeddingActor({ dimensions, attemptsMax: SCAN_ATTEMPTS_MAX }),
    }),
    hostActor({
      id: GROUPING,
      definition: groupingActor({
        model: {
          id: identifier<ModelId>(`${id}/${preprocessing}`),
          dimensions,
          thresholds: {
            close: thresholds.close.distance,
            similar: thresholds.similar.distance,
            related: thresholds.related.distance,
          },
        },
      }),
    }),
  ];
}
