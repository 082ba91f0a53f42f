/**
 * The generic simulator: a virtual world that runs actors of the core's protocol under faults.
 *
 * Knows nothing of photos: any system of actors can be run in it.
 *
 * @module
 */

export * from "./canonical_writer.ts";
export * from "./checker.ts";
export * from "./chosen_scheduler.ts";
export * from "./compute_port.ts";
export * from "./deep_freeze.ts";
export * from "./divergence.ts";
export * from "./draw.ts";
export * from "./event_heap.ts";
export * from "./faults/catalogue.ts";
export * from "./faults/fault.ts";
export * from "./faults/fault_plan.ts";
export * from "./faults/swarm.ts";
export * from "./folder_tree.ts";
export * from "./given_order.ts";
export type { WorldCounts } from "./kernel.ts";
export * from "./object_holder.ts";
export * from "./object_store.ts";
export * from "./observation.ts";
export * from "./operation.ts";
export type { Payload, TimerDue } from "./records.ts";
export * from "./run_report.ts";
export * from "./scheduler.ts";
export * from "./trace_chain.ts";
export { readTraceLine, type TraceLine } from "./trace_line.ts";
export * from "./world.ts";
export * from "./world_options.ts";
