import type {
  ActorId,
  ChannelContract,
  CommitFailure,
  Envelope,
  MessageId,
  Note,
} from "@scenekeep/engine/core";

/** How a command is sent. */
export interface CommandOptions {
  /**
   * Names the command for ever. Sending it again under the same id does nothing twice and gives the
   * same answer, so whoever lost an answer, or got none, sends again.
   */
  readonly commandId: MessageId;
  /**
   * Who asks; the reply is addressed to it.
   *
   * @default {"client"}
   */
  readonly from?: ActorId;
  /**
   * Milliseconds to wait for the answer.
   *
   * @default {30_000}
   */
  readonly timeoutMs?: number;
}

/**
 * What came of a command. Only `reply` says that it was applied; every other one may be followed by
 * sending the same command again.
 */
export type CommandOutcome<Message> =
  | { readonly kind: "reply"; readonly body: Message }
  /**
   * The journal did not take it: nothing has changed. After `ioError` a crash may still bring it to
   * light; sending it again says so.
   */
  | { readonly kind: "refused"; readonly reason: CommitFailure }
  /** Too much waits already: it was not taken in. */
  | { readonly kind: "busy" }
  /** The actor failed on it and was restarted. Sending it again says what came of it. */
  | { readonly kind: "crashed" }
  /** No answer yet; it may be applied all the same. */
  | { readonly kind: "timeout" }
  /** The bus closes; it may have been applied. */
  | { readonly kind: "closed" };

/** What a library says without being asked. */
export type BusOutput<Message> =
  | { readonly kind: "note"; readonly actor: ActorId; readonly note: Omit<Note, "kind"> }
  /**
   * A message for an actor that lives elsewhere. One on a `durable` channel comes again after every
   * restart until `received` was called.
   */
  | {
    readonly kind: "message";
    readonly envelope: Envelope<Message> & { readonly channel: Exclude<ChannelContract, "local"> };
    readonly received: () => void;
  };

/** Hears what a library says. Must not throw. */
export type BusListener<Message> = (output: BusOutput<Message>) => void;

/**
 * One writer per library, as a port: commands go in, each is applied once, in order, and effects
 * come out.
 *
 * What every implementation promises:
 *
 * - **Once.** A command id is applied at most once, whatever is sent again, and whatever is killed.
 * - **Acknowledged means durable.** After a `reply` the command survives any crash.
 * - **In order.** Commands are applied one after the other; each sees all before it.
 * - **Effects at least once.** What a command asks of the outside happens at least once; whoever
 *   carries it out knows repetitions by the effect's id.
 *
 * `runCrashLoop` is its contract test: a process that is killed again and again under load.
 *
 * [Note: One machine and many]
 *
 * The implementation here, `Runtime`, is for one machine: one process holds the library's file. For
 * many machines the same actors run behind the same port on an engine with keyed single-writer
 * handlers, such as Restate:
 *
 * - The library is a virtual object keyed by the library id; `request` becomes a call of its
 *   handler with `commandId` as the idempotency key. The engine lets one call per key in at a time,
 *   which is the mailbox.
 * - A call loads the record, runs `DurableCell.deliver` over a `DurableStore` whose `commit` is one
 *   SQL transaction, guarded by `UPDATE … WHERE incarnation = …`: a call that the engine has given
 *   up and started elsewhere is then refused as `fenced`. The `applied` rows stay in that database,
 *   since the engine forgets idempotency keys after a day.
 * - Timers become delayed calls to the same key; port requests become calls to stateless services,
 *   one for a batch; both are re-read from the record when a call finds them missing.
 * - State is never kept inside the engine, so changing the engine moves no data.
 */
export interface LibraryBus<Message> {
  /** Sends a command to an actor of the library and waits for the answer. */
  request(
    to: ActorId,
    body: Message,
    options: CommandOptions,
  ): Promise<CommandOutcome<Message>>;
  /**
   * Says something that is not answered, such as a report of a worker outside. Once like a command;
   * `busy` when too much waits already.
   */
  tell(
    to: ActorId,
    body: Message,
    options: Omit<CommandOptions, "timeoutMs">,
  ): "accepted" | "busy" | "closed";
  /** Has `listener` hear what the library says, until the returned function is called. */
  subscribe(listener: BusListener<Message>): () => void;
  /** Takes no more in, finishes what it can, and lets go of the library. */
  close(): Promise<void>;
}
