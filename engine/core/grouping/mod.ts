/**
 * Grouping: which files are byte-equal, and which show the same thing.
 *
 * Promises `INV-GROUP-1`: scenes of a tier have no member in common; any two members of a scene are
 * within the threshold of its tier; the result depends on the vectors, the content hashes and the
 * pairs marked as not duplicates alone, so any order of changes gives what a fresh run gives.
 *
 * The pure state takes files, vectors and pairs and gives scenes; the actor on top of it keeps that
 * state up to date with the library and reviews of it open, see `grouping_actor.ts`.
 *
 * @module
 */

export * from "./distance.ts";
export type { PairEvidence } from "./evidence.ts";
export * from "./grouping_actor.ts";
export * from "./grouping_actor_catch_up.ts";
export * from "./grouping_actor_state.ts";
export * from "./grouping_state.ts";
export * from "./grouping_view.ts";
export {
  createRangeIndex,
  insertVector,
  lookAhead,
  nearestFirst,
  type Neighbour,
  readVector,
  removeVector,
  searchLookedFor,
  searchVector,
  within,
} from "./range_index.ts";
export type { SearchAhead } from "./flat_search.ts";
export { createNeighbourList, type NeighbourList } from "./range_search.ts";
export type { RangeIndex } from "./range_tree.ts";
export { samePairs } from "./same_pictures.ts";
export * from "./scene.ts";
