import type {
  Acknowledged,
  ActorTypes,
  ClockReading,
  Compute,
  EffectId,
  Link,
  ObjectFacts,
  Outcome,
  ReadObject,
  Remove,
  WriteObject,
} from "@scenekeep/engine/core";

/** What a port knows of a request besides its content. */
export interface PortContext {
  /** The name of the request, the same when a restart repeats it. */
  readonly effectId: EffectId;
  /** Aborted when the answer is no longer waited for. */
  readonly signal: AbortSignal;
}

/**
 * Objects: the files of a folder, of a store, or of a device.
 *
 * Every method may be called twice with the same request, also after it was carried out; the second
 * time it must find the work done and say so. It answers with an outcome; a rejection counts as
 * `failed`.
 */
export interface ObjectPort {
  /** Says how large an object is, and what its content hash is. */
  readObject(request: ReadObject, context: PortContext): Promise<Outcome<ObjectFacts>>;
  /** Copies an object into the store. */
  writeObject(request: WriteObject, context: PortContext): Promise<Outcome<Acknowledged>>;
  /** Changes one name of a folder library. */
  link(request: Link, context: PortContext): Promise<Outcome<Acknowledged>>;
  /** Removes an object for good. A deadline that has passed is refused before this is called. */
  remove(request: Remove, context: PortContext): Promise<Outcome<Acknowledged>>;
}

/** Computations outside the actors. Idempotent, as objects are. */
export interface ComputePort<Job, Result> {
  /** Carries out a job. */
  compute(request: Compute<Job>, context: PortContext): Promise<Outcome<Result>>;
}

/** The clocks of a host. */
export interface ClockPort {
  /** What the clocks say now, in whole milliseconds. */
  read(): ClockReading;
  /**
   * Calls `fire` once, no earlier than `delayMs` of monotonic time from now, however long that is.
   * The returned function prevents it.
   */
  after(delayMs: number, fire: () => void): () => void;
}

/** All that a runtime asks of the outside world. */
export interface Ports<Types extends ActorTypes> {
  readonly clock: ClockPort;
  readonly objects: ObjectPort;
  readonly compute: ComputePort<Types["job"], Types["result"]>;
}
