import type {
  ActorDefinition,
  ActorId,
  EffectOf,
  Incoming,
  MessageId,
  Outcome,
  TurnContext,
} from "@scenekeep/engine/core";
import { identifier } from "@scenekeep/engine/core";

/** The types of the actors that tests of the runtime are made of. */
export interface LoggingTypes {
  readonly message: string;
  readonly event: string;
  readonly job: string;
  readonly result: string;
}

/** An effect of such an actor. */
export type LoggingEffect = EffectOf<LoggingTypes>;

/** How an actor of a test behaves. */
export interface LoggingActorOptions {
  /** @default {"durable"} */
  readonly durability?: "durable" | "volatile";
  /** @default {16} */
  readonly mailboxCapacity?: number;
  /** What it does on what it receives, besides writing it down. Throws to crash. */
  readonly react?: (turn: LoggingTurn) => readonly LoggingEffect[];
  /** What it does when it comes to life. */
  readonly restored?: (log: readonly string[], context: TurnContext) => readonly LoggingEffect[];
}

/** A turn as such an actor sees it. */
export interface LoggingTurn {
  /** What came in, as `textOf` writes it. */
  readonly text: string;
  readonly incoming: Incoming<string, string>;
  readonly context: TurnContext;
  readonly log: readonly string[];
  /** An answer to the message that came in. */
  reply(body: string, channel?: "local" | "durable" | "remote"): LoggingEffect;
}

/** An actor whose state is the list of all that it received, in order. */
export function loggingActor(
  options: LoggingActorOptions,
): ActorDefinition<string[], LoggingTypes> {
  const { durability = "durable", mailboxCapacity = 16 } = options;
  return {
    kind: "logging",
    durability,
    mailboxCapacity,
    invariants: [],
    initial: () => [],
    receive(log, incoming, context) {
      const text = textOf(incoming);
      const effects = options.react?.({ text, incoming, context, log, reply }) ?? [];
      if (durability === "durable") return [{ kind: "append", event: text }, ...effects];
      log.push(text);
      return effects;

      function reply(
        body: string,
        channel: "local" | "durable" | "remote" = "remote",
      ): LoggingEffect {
        if (incoming.kind !== "message") throw new TypeError("There is nothing to answer");
        const { id, from } = incoming.envelope;
        return { kind: "reply", inReplyTo: id, to: from, channel, body };
      }
    },
    evolve: (log, event) => {
      log.push(event);
    },
    restored: (log, context) => options.restored?.(log, context) ?? [],
    encode: (log) => [...log],
    decode: (snapshot) => [...snapshot as string[]],
  };
}

/** What came in, in a few words: the body of a message, or the key and what came of it. */
export function textOf(incoming: Incoming<string, string>): string {
  switch (incoming.kind) {
    case "message":
      return incoming.envelope.body;
    case "timer":
      return `timer ${incoming.key}`;
    case "completed":
      return `${incoming.key} ${outcomeText(incoming.outcome)}`;
  }
}

function outcomeText(outcome: Outcome<unknown>): string {
  return outcome.kind === "failed" ? `failed ${outcome.error}` : `done ${shown(outcome.result)}`;
}

function shown(result: unknown): string {
  return typeof result === "string" ? result : JSON.stringify(result);
}

/** A send. */
export function sendTo(
  to: ActorId,
  body: string,
  channel: "local" | "durable" | "remote" = "local",
): LoggingEffect {
  return { kind: "send", to, channel, body };
}

/** A computation whose key is its job. */
export function computation(job: string): LoggingEffect {
  return { kind: "compute", key: identifier(job), job };
}

/** A timer. */
export function timer(key: string, afterMs: number): LoggingEffect {
  return { kind: "setTimer", key: identifier(key), afterMs };
}

/** The id of a command. */
export function command(id: string): { readonly commandId: MessageId } {
  return { commandId: identifier(id) };
}
