/**
 * The simulator: a virtual world for actors of the core's protocol, and what runs a library in it.
 *
 * @module
 */

export { type Bank, bankWorld } from "./example/bank.ts";
export * from "./exploration/explore.ts";
export { givenOrder } from "./exploration/given_order.ts";
export * from "./exploration/subject.ts";
export { ddmin } from "./shrink/ddmin.ts";
export * from "./world/mod.ts";
