import {
  cutOfReview,
  EMBEDDING,
  embeddingActor,
  type EngineTypes,
  GROUPING,
  groupingActor,
  identifier,
  type ModelId,
  type ReviewTier,
} from "@scenekeep/engine/core";
import type { PreparedModel, Tier } from "@scenekeep/models";
import { hostActor, type HostedActor } from "../runtime/hosted_actor.ts";
import { SCAN_ATTEMPTS_MAX } from "./transient_library.ts";

/**
 * The actors that work with the vectors of a model.
 *
 * Grouping looks no farther than `tier`: scenes of a tier do not depend on wider ones, and among
 * thousands of pictures most of the work is in the widest. That is where it looks if not told.
 */
export function modelActors(
  model: PreparedModel,
  tier: ReviewTier = "related",
): HostedActor<EngineTypes>[] {
  const { dimensions, id, preprocessing, thresholds } = model.description;
  const widest = thresholds[cutOfReview(tier)].distance;
  const distanceOf = (name: Tier): number => Math.min(thresholds[name].distance, widest);
  return [
    hostActor({
      id: EMBEDDING,
      definition: embeddingActor({ dimensions, attemptsMax: SCAN_ATTEMPTS_MAX }),
    }),
    hostActor({
      id: GROUPING,
      definition: groupingActor({
        looksAgain: true,
        model: {
          id: identifier<ModelId>(`${id}/${preprocessing}`),
          dimensions,
          thresholds: {
            close: distanceOf("close"),
            similar: distanceOf("similar"),
            related: distanceOf("related"),
          },
        },
      }),
    }),
  ];
}
