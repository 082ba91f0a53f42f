/**
 * The second look: pictures whose vectors are near are compared by their spots.
 *
 * @module
 */

export type { TierDistances } from "./look_rules.ts";
