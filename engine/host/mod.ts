/**
 * The real host: runs the engine's actors on a journal, object stores, computations and clocks of
 * this machine.
 *
 * @module
 */

export * from "./clean_up/mod.ts";
export * from "./devices/mod.ts";
export * from "./imports/mod.ts";
export * from "./journal/mod.ts";
export * from "./libraries/mod.ts";
export * from "./looking/mod.ts";
export * from "./recording/mod.ts";
export * from "./runtime/mod.ts";
export * from "./scan/mod.ts";
