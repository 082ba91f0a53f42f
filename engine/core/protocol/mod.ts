/**
 * The actor protocol: what an actor is, what it may ask for, and how a turn is run.
 *
 * Knows nothing of photos. A host, real or simulated, runs actors by this protocol alone.
 *
 * @module
 */

export * from "./actor.ts";
export * from "./durable_cell.ts";
export * from "./durable_store.ts";
export * from "./durable_store_contract.ts";
export * from "./effect.ts";
export * from "./ids.ts";
export * from "./incoming.ts";
export * from "./invariant.ts";
export * from "./mailbox.ts";
export * from "./memory_store.ts";
export * from "./plain_json.ts";
export * from "./recording.ts";
export * from "./supervision.ts";
export * from "./turn.ts";
