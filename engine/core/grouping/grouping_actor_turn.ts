import type { TurnContext } from "../protocol/actor.ts";
import { identifier, type TimerKey } from "../protocol/ids.ts";
import { BETWEEN_PROCESSES, LIBRARIAN } from "../messages/addresses.ts";
import type { EngineEffect } from "../messages/engine_types.ts";
import type { GroupingReply } from "../messages/grouping_messages.ts";
import type { LibrarianReport } from "../messages/librarian_messages.ts";
import type { GroupingActorState, ReviewClient } from "./grouping_actor_state.ts";
import type { GroupingModel } from "./grouping_state.ts";

/** How a grouping actor works. */
export interface GroupingRules {
  readonly model: GroupingModel;
  readonly debounceMs: number;
  /** Whether the port compares pictures. */
  readonly looksAgain: boolean;
}

/** One turn of the grouping actor. Changes the state in place and collects effects. */
export class GroupingTurn {
  readonly rules: GroupingRules;
  readonly state: GroupingActorState;
  readonly context: TurnContext;
  readonly effects: EngineEffect[] = [];

  constructor(
    rules: GroupingRules,
    turn: { state: GroupingActorState; context: TurnContext },
  ) {
    this.rules = rules;
    this.state = turn.state;
    this.context = turn.context;
  }

  tell(body: LibrarianReport): void {
    this.effects.push({ kind: "send", to: LIBRARIAN, channel: BETWEEN_PROCESSES, body });
  }

  reply(client: ReviewClient, body: GroupingReply): void {
    const { channel, request } = client;
    this.effects.push({ kind: "reply", inReplyTo: request, to: client.client, channel, body });
  }

  setTimer(key: string, afterMs: number): void {
    this.effects.push({ kind: "setTimer", key: identifier<TimerKey>(key), afterMs });
  }

  cancelTimer(key: string): void {
    this.effects.push({ kind: "cancelTimer", key: identifier<TimerKey>(key) });
  }

  warn(code: string, detail: string): void {
    this.effects.push({ kind: "note", level: "warning", code, detail });
  }
}
