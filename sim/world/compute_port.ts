import type { ActorTypes, ObjectName, Outcome } from "@scenekeep/engine/core";
import type { Content } from "./object_holder.ts";

/** What a computation may look at. */
export interface ComputeView {
  readonly nowMs: number;
  /** The content of an object where it is now, or null. */
  content(object: ObjectName): Content | null;
}

/** What a computation takes and gives. */
export interface Computation<Result> {
  readonly durationMs: number;
  readonly outcome: Outcome<Result>;
}

/** The domain's part of the compute port. Must depend on its parameters alone. */
export interface ComputePort<Types extends ActorTypes> {
  run(job: Types["job"], view: ComputeView): Computation<Types["result"]>;
  /** A result of the wrong size, for the fault of that name; `variant` is from 0 to 255. */
  wrongSize?(result: Types["result"], variant: number): Types["result"];
}
