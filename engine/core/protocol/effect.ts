import type { ActorId, MessageId, ObjectName, RequestKey, TimerKey } from "./ids.ts";

/**
 * What a channel promises, and so what a simulator may do to it.
 *
 * - `local`: in order and never lost while both ends run.
 * - `durable`: kept by the sender's journal and redelivered until the receiver has committed.
 * - `remote`: may be lost, delayed, reordered and doubled.
 */
export type ChannelContract = "local" | "durable" | "remote";

/** Sends a message to another actor, or to itself. */
export interface Send<Message> {
  readonly kind: "send";
  readonly to: ActorId;
  readonly channel: ChannelContract;
  readonly body: Message;
}

/**
 * Answers a message. The answer to an applied message is kept and sent again when the message is
 * redelivered, so a client that lost the answer gets the same one.
 */
export interface Reply<Message> {
  readonly kind: "reply";
  readonly inReplyTo: MessageId;
  readonly to: ActorId;
  readonly channel: ChannelContract;
  readonly body: Message;
}

/** Adds an event to the actor's journal. The state changes by `evolve` once it is durable. */
export interface Append<Event> {
  readonly kind: "append";
  readonly event: Event;
}

/** Reads an object: its size (`stat`), or size and content hash of all its bytes (`hash`). */
export interface ReadObject {
  readonly kind: "readObject";
  readonly key: RequestKey;
  readonly object: ObjectName;
  readonly read: "stat" | "hash";
}

/** Copies `source` into the store as `object`. A removed object's name can never be written. */
export interface WriteObject {
  readonly kind: "writeObject";
  readonly key: RequestKey;
  readonly object: ObjectName;
  readonly source: ObjectName;
  readonly sizeBytes: number;
  /** When set, the port answers `changed`, and leaves no object, if it copied other bytes. */
  readonly expectedHash?: string;
}

/**
 * Changes names of a folder library, in order, as a whole or not at all. Whoever looks between two
 * steps, or after a crash in the middle, finds content under every name that stays.
 *
 * Asking again for what was done, or half done, finishes it. An answer `failed` says that nothing
 * of it is left, except for `timeout` and `failed`, which say that nobody knows.
 */
export interface Link {
  readonly kind: "link";
  readonly key: RequestKey;
  readonly steps: readonly NameStep[];
}

/**
 * One atomic change of a name.
 *
 * - `replace`: what stands at `path` goes to trash slot `slot`, and a link to `target` takes the
 *   name.
 * - `discard`: what stands at `path` goes to trash slot `slot`, and the name goes.
 * - `add`: a link to `target` appears as `path`, which must not exist.
 * - `unlink`: the link to `target` at `path` goes; bytes never do.
 * - `restore`: what is in trash slot `slot` takes the name `path` again, which must be free, or a
 *   link to `target` where that is given.
 * - `mend`: `path`, a link to nothing, leads to `target`, whose content it is, from now on. Where
 *   it leads to nobody loses anything: it is not taken back.
 * - `move`: the file at `target` is at `path` from now on, which must be free, or a link to it
 *   where `sameAs` is `target`. Its old name leads to it as before, until an `unlink` takes that
 *   away.
 * - `relink`: `path`, a link to `sameAs`, leads to `target` instead, which is the same file.
 */
export interface NameStep {
  readonly action:
    | "replace"
    | "discard"
    | "add"
    | "unlink"
    | "restore"
    | "mend"
    | "move"
    | "relink";
  readonly path: string;
  readonly target: string | null;
  readonly slot: string | null;
  /** Hash of the content that `path` (or what is in `slot`) must lead to; null for any. */
  readonly expectedHash: string | null;
  /**
   * A name whose content must be the same, byte for byte, right before anything goes; or null. Of
   * `move` and `relink`: what `path` leads to by then, or itself when it still has the bytes.
   */
  readonly sameAs: string | null;
}

/** The last moment at which something may still be begun, by one run's monotonic clock. */
export interface Deadline {
  readonly bootId: string;
  readonly monotonicMs: number;
}

/** Removes an object for good. Removing what is gone already is a success. */
export interface Remove {
  readonly kind: "remove";
  readonly key: RequestKey;
  readonly object: ObjectName;
  /** When set, the port removes only if the bytes still have this content hash. */
  readonly expectedHash: string | null;
  /**
   * When set, the port answers `refused` instead of removing once the deadline has passed, and
   * always in another boot: a removal that waited, or that a restart repeats, comes too late.
   */
  readonly deadline?: Deadline;
}

/** Asks for a computation (hashing, embedding, …) outside the actor. */
export interface Compute<Job> {
  readonly kind: "compute";
  readonly key: RequestKey;
  readonly job: Job;
}

/** Sets or replaces the timer `key`, due after `afterMs` of monotonic time. */
export interface SetTimer {
  readonly kind: "setTimer";
  readonly key: TimerKey;
  readonly afterMs: number;
}

/** Cancels the timer `key`; a timer already on its way may still arrive. */
export interface CancelTimer {
  readonly kind: "cancelTimer";
  readonly key: TimerKey;
}

/** Tells whoever runs the engine something worth reading. Never changes state. */
export interface Note {
  readonly kind: "note";
  readonly level: "info" | "warning";
  readonly code: string;
  readonly detail: string;
}

/** An effect that asks a port for something and is answered by a completion. */
export type PortRequest<Job> = ReadObject | WriteObject | Link | Remove | Compute<Job>;

/** What a turn of an actor asks for. Data only: nothing has happened yet. */
export type Effect<Message, Event, Job> =
  | Send<Message>
  | Reply<Message>
  | Append<Event>
  | PortRequest<Job>
  | SetTimer
  | CancelTimer
  | Note;
