import type {
  Acknowledged,
  ActorId,
  ActorTypes,
  CommitFailure,
  EffectId,
  EffectOf,
  Envelope,
  IncomingOf,
  Link,
  ObjectFacts,
  ObjectName,
  Outcome,
} from "@scenekeep/engine/core";
import type { Perturbation } from "./faults/fault.ts";

/** A turn of an actor that was committed. */
export interface TurnObservation<Types extends ActorTypes> {
  readonly kind: "turn";
  readonly actor: ActorId;
  readonly process: string;
  readonly life: number;
  readonly turn: number;
  /** What woke the actor; null for `restored`. */
  readonly incoming: IncomingOf<Types> | null;
  readonly effects: readonly EffectOf<Types>[];
  /** The events that this turn appended, already durable and evolved. */
  readonly events: readonly Types["event"][];
}

/** All that checkers and drivers can see happen, in order. */
export type Observation<Types extends ActorTypes> =
  | TurnObservation<Types>
  /** A message was answered from the record of an earlier turn. */
  | { readonly kind: "duplicate"; readonly actor: ActorId; readonly incoming: IncomingOf<Types> }
  /** A commit was refused: the turn never happened. */
  | { readonly kind: "refused"; readonly actor: ActorId; readonly reason: CommitFailure }
  /** The bytes under an object's name changed, or were taken away (`facts` is null). */
  | {
    readonly kind: "object";
    readonly change: "written" | "torn" | "damaged" | "removed" | "put" | "erased";
    readonly object: ObjectName;
    readonly facts: ObjectFacts | null;
    readonly effect: EffectId | null;
  }
  | {
    readonly kind: "linked";
    readonly tree: string;
    readonly effect: EffectId;
    readonly link: Link;
    readonly outcome: Outcome<Acknowledged>;
  }
  /** A client first saw an answer to one of its commands. */
  | {
    readonly kind: "acknowledged";
    readonly client: ActorId;
    readonly request: string;
    readonly body: Types["message"];
    readonly reply: Envelope<Types["message"]>;
  }
  /** A client was sent something that answers none of its open commands. */
  | {
    readonly kind: "received";
    readonly client: ActorId;
    readonly envelope: Envelope<Types["message"]>;
  }
  | { readonly kind: "givenUp"; readonly client: ActorId; readonly request: string }
  | {
    readonly kind: "process";
    readonly change: "crashed" | "started";
    readonly process: string;
    readonly boot: number;
  }
  | { readonly kind: "actor"; readonly change: "crashed"; readonly actor: ActorId }
  | { readonly kind: "fault"; readonly perturbation: Perturbation };
