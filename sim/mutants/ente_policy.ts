import type { PhotoActors } from "../library/photo_actors.ts";
import { PLANTED_BUGS } from "../planted_bugs/all_bugs.ts";

/** What a well-known photo library does differently, by the bugs that plant each difference. */
const DIFFERENCES = [
  "one-album-per-file",
  "adds-every-kept",
  "favourites-not-repaired",
  "no-obligations",
  "greedy-seeds",
  "neighbours-are-capped",
  "no-undo",
] as const;

/**
 * The engine with the clean-up policy of a well-known photo library, as its code reads: one album
 * per removed file is repaired, all kept photos are added to it, favourites are not repaired,
 * scenes grow around a seed and see at most 100 neighbours, and nothing can be undone.
 *
 * Its place is beside ours, to see which promises it breaks: none of them is broken by ours.
 */
export function entePolicy(engine: PhotoActors): Partial<PhotoActors> {
  let actors = engine;
  for (const id of DIFFERENCES) {
    const bug = PLANTED_BUGS.find((planted) => planted.id === id);
    actors = { ...actors, ...bug?.actors?.(actors) };
  }
  return actors;
}
