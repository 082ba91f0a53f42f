import { groupingActor, identifier } from "@scenekeep/engine/core";
import { VIRTUAL_MODEL } from "../library/virtual_model.ts";
import { type PlantedBug, withReviewScenes } from "./planted_bug.ts";

/** Bugs of scenes. */
export const GROUPING_BUGS: readonly PlantedBug[] = [
  {
    id: "thresholds-too-wide",
    breaks: "Photos that are twice as far apart as the tier allows are one scene",
    promise: "INV-GROUP-1",
    scenario: "chain-of-looks",
    actors: () => ({
      grouping: groupingActor({
        model: {
          id: identifier("virtual"),
          dimensions: VIRTUAL_MODEL.dimensions,
          thresholds: {
            close: VIRTUAL_MODEL.close * 4,
            similar: VIRTUAL_MODEL.similar * 4,
            related: VIRTUAL_MODEL.related * 4,
          },
        },
      }),
    }),
  },
  {
    id: "last-scene-missing",
    breaks: "A review leaves out its last scene",
    promise: "INV-GROUP-1",
    scenario: "similar-burst",
    actors: withReviewScenes((scenes) => scenes.slice(0, -1)),
  },
  {
    id: "alike-is-the-same",
    breaks: "Photos that look alike are called one picture",
    promise: "INV-GROUP-1",
    scenario: "similar-burst",
    actors: withReviewScenes((scenes) =>
      scenes.map((scene) => scene.tier === "exact" ? scene : { ...scene, tier: "sameImage" })
    ),
  },
  {
    id: "review-is-not-cut",
    breaks: "A review shows scenes that are less sure than what it was opened for",
    promise: "INV-GROUP-1",
    scenario: "similar-burst",
    actors: withReviewScenes((scenes) =>
      scenes.map((scene) => scene.tier === "exact" ? scene : { ...scene, tier: "related" })
    ),
  },
];
