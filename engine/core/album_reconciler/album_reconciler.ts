import type { ActorDefinition } from "../protocol/actor.ts";
import { LIBRARIAN, WITHIN_PROCESS } from "../messages/addresses.ts";
import type { EngineEffect, EngineIncoming, EngineTypes } from "../messages/engine_types.ts";
import { draftPlan } from "./draft_plan.ts";

/** Drafts are made from the request alone, so the actor has nothing to remember. */
export type ReconcilerState = Record<string, never>;

/** Requests that may wait. */
const MAILBOX_CAPACITY = 256;

/** Drafts plans for the librarian. See this folder's `mod.ts`. */
export const ALBUM_RECONCILER_ACTOR: ActorDefinition<ReconcilerState, EngineTypes> = {
  kind: "album_reconciler",
  durability: "volatile",
  mailboxCapacity: MAILBOX_CAPACITY,
  invariants: [],
  initial: () => ({}),
  receive,
  evolve: () => {},
  restored: () => [],
  encode: (state) => state,
  decode: () => ({}),
};

function receive(_state: ReconcilerState, incoming: EngineIncoming): readonly EngineEffect[] {
  if (incoming.kind !== "message" || incoming.envelope.body.kind !== "draftPlan") return [];
  const { requestId, client, facts, request } = incoming.envelope.body;
  const outcome = draftPlan(facts, request);
  return [{
    kind: "send",
    to: LIBRARIAN,
    channel: WITHIN_PROCESS,
    body: { kind: "planDrafted", requestId, client, outcome },
  }];
}
