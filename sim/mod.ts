/**
 * The simulator.
 *
 * @module
 */

export * from "./world/mod.ts";
