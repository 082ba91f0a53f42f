/**
 * What the engine's actors say to each other, and where each is reached.
 *
 * @module
 */

export * from "./addresses.ts";
export * from "./engine_types.ts";
export * from "./grouping_messages.ts";
export * from "./keeper_messages.ts";
export * from "./librarian_messages.ts";
export * from "./librarian_replies.ts";
