/**
 * The runtime of a library: its actors in one process, on a journal and on real ports, behind one
 * bus.
 *
 * Takes commands and applies each once; keeps what it acknowledged over any crash; repeats what it
 * asked of the outside until the answer is committed. Brings back an actor that crashes, and ends
 * when one crashes too often: whoever started it then ends the process. Does not spread one library
 * over several processes.
 *
 * @module
 */

export { hostActor, type HostedActor } from "./hosted_actor.ts";
export type { Journal } from "./journal.ts";
export type {
  BusListener,
  BusOutput,
  CommandOptions,
  CommandOutcome,
  LibraryBus,
} from "./library_bus.ts";
export type { ClockPort, ComputePort, ObjectPort, PortContext, Ports } from "./ports.ts";
export { Runtime, type RuntimeOptions } from "./runtime.ts";
export type { RuntimeCounts } from "./runtime_counts.ts";
export { RuntimeError, type StopReason } from "./runtime_error.ts";
export { DEFAULT_LIMITS, type RuntimeLimits } from "./runtime_limits.ts";
export { SYSTEM_CLOCK } from "./system_clock.ts";
