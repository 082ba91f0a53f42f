import type { ChannelContract } from "./effect.ts";
import type { ActorId, MessageId, RequestKey, TimerKey } from "./ids.ts";

/** A message on its way, the same in every redelivery. */
export interface Envelope<Message> {
  readonly id: MessageId;
  readonly from: ActorId;
  readonly to: ActorId;
  readonly channel: ChannelContract;
  readonly inReplyTo: MessageId | null;
  readonly body: Message;
}

/** Why a port request failed. */
export type PortError =
  | "missing"
  | "ioError"
  | "diskFull"
  | "corrupt"
  | "changed"
  | "gone"
  | "refused"
  | "failed"
  | "timeout";

/**
 * What came of a port request. A port answers each request at least once, or the actor restarts.
 */
export type Outcome<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "failed"; readonly error: PortError };

/** What a port hands back when nothing but success is worth saying. */
export interface Acknowledged {
  readonly kind: "acknowledged";
}

/** What `readObject` found. `contentHash` is null for a `stat`. */
export interface ObjectFacts {
  readonly kind: "objectFacts";
  readonly sizeBytes: number;
  readonly contentHash: string | null;
}

/** A message, the completion of a port request, or a timer: all that an actor can receive. */
export type Incoming<Message, Result> =
  | { readonly kind: "message"; readonly envelope: Envelope<Message> }
  | {
    readonly kind: "completed";
    readonly key: RequestKey;
    readonly outcome: Outcome<Result | ObjectFacts | Acknowledged>;
  }
  | { readonly kind: "timer"; readonly key: TimerKey };
