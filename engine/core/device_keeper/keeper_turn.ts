import type { TurnContext } from "../protocol/actor.ts";
import type { PortRequest } from "../protocol/effect.ts";
import { identifier, type MessageId, type RequestKey } from "../protocol/ids.ts";
import type { Envelope } from "../protocol/incoming.ts";
import { effectId } from "../protocol/turn.ts";
import { BETWEEN_PROCESSES, LIBRARIAN } from "../messages/addresses.ts";
import type { EngineEffect, EngineJob, EngineMessage } from "../messages/engine_types.ts";
import type { KeeperReply } from "../messages/keeper_messages.ts";
import type { LibrarianCommand } from "../messages/librarian_messages.ts";
import { askKey } from "./ask_key.ts";
import { DraftMap } from "./draft_map.ts";
import { evolveKeeper } from "./evolve_keeper.ts";
import type { AskPurpose, KeeperEvent } from "./keeper_events.ts";
import { draftOf, type KeeperClient, type KeeperState } from "./keeper_state.ts";

/**
 * One turn of a device keeper in the making.
 *
 * `state` is a draft: each event is applied to it at once, so that what follows in the turn reasons
 * on the state after it, while the actor's own state waits for the commit.
 */
export class KeeperTurn {
  readonly state: KeeperState;
  readonly context: TurnContext;
  readonly effects: EngineEffect[] = [];

  constructor(state: KeeperState, context: TurnContext) {
    this.state = draftOf(state, (base) => new DraftMap(base));
    this.context = context;
  }

  /** Adds an event to the journal and to the draft. */
  apply(event: KeeperEvent): void {
    this.effects.push({ kind: "append", event });
    evolveKeeper(this.state, event);
  }

  /** The number of what is begun next. */
  nextSerial(): number {
    return this.state.serial + 1;
  }

  request(effect: PortRequest<EngineJob>): void {
    this.effects.push(effect);
  }

  /** Sends a command to the librarian, remembers it as one for `purpose`, and sets its timer. */
  send(purpose: AskPurpose, body: LibrarianCommand, patienceMs: number): void {
    const id = identifier<MessageId>(effectId(this.context, this.effects.length));
    this.effects.push({ kind: "send", to: LIBRARIAN, channel: BETWEEN_PROCESSES, body });
    const { bootId, monotonicMs } = this.context;
    this.apply({ kind: "asked", purpose, request: { id, bootId, sentAtMs: monotonicMs } });
    this.setTimer(`ask/${askKey(purpose)}`, patienceMs);
  }

  /** Ends an ask: no answer to it is wanted any more. */
  endAsk(purpose: AskPurpose): void {
    if (!this.state.asks.has(askKey(purpose))) return;
    this.apply({ kind: "askEnded", purpose });
    this.cancelTimer(`ask/${askKey(purpose)}`);
  }

  setTimer(key: string, afterMs: number): void {
    this.effects.push({ kind: "setTimer", key: identifier(key), afterMs });
  }

  cancelTimer(key: string): void {
    this.effects.push({ kind: "cancelTimer", key: identifier(key) });
  }

  reply(client: KeeperClient, body: KeeperReply): void {
    const { channel, request } = client;
    this.effects.push({ kind: "reply", inReplyTo: request, to: client.client, channel, body });
  }

  warn(code: string, detail: string): void {
    this.effects.push({ kind: "note", level: "warning", code, detail });
  }
}

/** Who sent a message, as an answer needs it. */
export function clientOf(envelope: Envelope<EngineMessage>): KeeperClient {
  return { request: envelope.id, client: envelope.from, channel: envelope.channel };
}

/** What a port request of a keeper is for. */
export interface PortPurpose {
  readonly action: PortAction;
  readonly serial: number;
  /** Which object of the item. */
  readonly index: number;
  readonly asset: string;
}

type PortAction = "hash" | "write" | "rehash" | "remove" | "search" | "fetch" | "check";

/** The key of a port request. Keys are kept in the outbox: their form is part of the journal's. */
export function portKey(purpose: PortPurpose): RequestKey {
  return identifier(
    `${purpose.action}/${purpose.serial}/${purpose.index}/${purpose.asset}`,
  );
}

/** What `portKey` said. */
export function parsePortKey(key: RequestKey): PortPurpose {
  const [action, serial, index, ...asset] = key.split("/");
  return {
    action: action as PortAction,
    serial: Number(serial),
    index: Number(index),
    asset: asset.join("/"),
  };
}
