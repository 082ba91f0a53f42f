/**
 * The engine's pure core: the actor protocol, the domain, and the actors.
 *
 * No clock, randomness, timers, files, network or promises; the same bytes run in the host and in
 * the simulator.
 *
 * @module
 */

export * from "./album_reconciler/mod.ts";
export * from "./certificate/mod.ts";
export * from "./device_keeper/mod.ts";
export * from "./embedding/mod.ts";
export * from "./grouping/mod.ts";
export * from "./hashing/mod.ts";
export * from "./librarian/mod.ts";
export * from "./library/mod.ts";
export * from "./messages/mod.ts";
export * from "./protocol/mod.ts";
export * from "./pulled_work/mod.ts";
