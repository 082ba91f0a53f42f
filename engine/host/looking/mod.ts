/**
 * The second look: pictures whose vectors are near are compared by their spots.
 *
 * @module
 */

export * from "./look_rules.ts";
export * from "./look_candidates.ts";
export * from "./second_look.ts";
