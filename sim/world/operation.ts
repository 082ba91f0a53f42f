import type { ActorId, ActorTypes } from "@scenekeep/engine/core";

/** One step of a workload: plain data, due at a virtual time. */
export type Operation<Types extends ActorTypes> = ClientCommand<Types> | OutsideAct;

/** A client sends a command and asks again until it is answered. */
export interface ClientCommand<Types extends ActorTypes> {
  readonly kind: "send";
  /** The message's id, the same in every attempt; unique in the run. */
  readonly id: string;
  readonly atMs: number;
  /** The client; any name that is no actor's. */
  readonly from: ActorId;
  readonly to: ActorId;
  readonly body: Types["message"];
}

/** Something that happens outside every actor, carried out by the world's `act`. */
export interface OutsideAct {
  readonly kind: "act";
  readonly id: string;
  readonly atMs: number;
  readonly name: string;
  readonly data: unknown;
}
