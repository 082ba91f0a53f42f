import type { ActorDefinition, EffectOf, Incoming } from "@scenekeep/engine/core";
import { identifier } from "@scenekeep/engine/core";
import { AUDITOR, type LedgerEvent, type LedgerMessage, type LedgerTypes } from "./ledger_types.ts";

/** What the ledger knows. Counts, not sets: a thing that happened twice must show. */
export interface LedgerState {
  /** Commands in the order in which they were applied. */
  readonly order: string[];
  /** Chained over `order`. */
  digest: number;
  /** How often a command's effect outside was reported as done. */
  readonly recorded: Map<string, number>;
  /** How often the auditor's answer about a command came. */
  readonly confirmed: Map<string, number>;
  sweeps: number;
}

/** After so many commands a timer is set, so that timers too meet a kill. */
const COMMANDS_PER_SWEEP = 16;
const SWEEP_MS = 3;

/**
 * Applies commands, each with one effect of every kind: an event, an answer, a request to a port, a
 * durable send, sometimes a timer.
 */
export const LEDGER_ACTOR: ActorDefinition<LedgerState, LedgerTypes> = {
  kind: "ledger",
  durability: "durable",
  mailboxCapacity: 256,
  invariants: [{
    id: "LEDGER_DIGEST",
    check: ({ order, digest }) =>
      order.reduce(nextDigest, 0) === digest ? null : "The digest is not that of the commands",
  }],
  initial: () => ({
    order: [],
    digest: 0,
    recorded: new Map(),
    confirmed: new Map(),
    sweeps: 0,
  }),
  receive: (state, incoming) => {
    switch (incoming.kind) {
      case "timer":
        return [append({ kind: "swept" })];
      case "completed":
        return [append({ kind: "recorded", command: incoming.key })];
      case "message":
        return receiveMessage(state, incoming);
    }
  },
  evolve: (state, event) => {
    switch (event.kind) {
      case "added":
        state.order.push(event.command);
        state.digest = nextDigest(state.digest, event.command);
        return;
      case "recorded":
        count(state.recorded, event.command);
        return;
      case "confirmed":
        count(state.confirmed, event.command);
        return;
      case "swept":
        state.sweeps += 1;
        return;
      case "audited":
        return;
    }
  },
  restored: () => [],
  encode: (state) => ({
    ...state,
    recorded: [...state.recorded],
    confirmed: [...state.confirmed],
  }),
  decode: (snapshot) => {
    const { order, digest, recorded, confirmed, sweeps } = snapshot as {
      readonly order: string[];
      readonly digest: number;
      readonly recorded: [string, number][];
      readonly confirmed: [string, number][];
      readonly sweeps: number;
    };
    return {
      order: [...order],
      digest,
      recorded: new Map(recorded),
      confirmed: new Map(confirmed),
      sweeps,
    };
  },
};

/** What the auditor knows: how often it heard of a command. */
export type AuditorState = Map<string, number>;

/** Counts what it hears and answers. */
export const AUDITOR_ACTOR: ActorDefinition<AuditorState, LedgerTypes> = {
  kind: "auditor",
  durability: "durable",
  mailboxCapacity: 64,
  invariants: [],
  initial: () => new Map(),
  receive: (_, incoming) => {
    if (incoming.kind !== "message" || incoming.envelope.body.kind !== "audit") return [];
    const { id, from, body } = incoming.envelope;
    const { command } = body as Extract<LedgerMessage, { readonly kind: "audit" }>;
    return [
      append({ kind: "audited", command }),
      {
        kind: "reply",
        inReplyTo: id,
        to: from,
        channel: "durable",
        body: { kind: "audited", command },
      },
    ];
  },
  evolve: (state, event) => {
    if (event.kind === "audited") count(state, event.command);
  },
  restored: () => [],
  encode: (state) => [...state],
  decode: (snapshot) => new Map(snapshot as [string, number][]),
};

/** The digest after one more command. */
export function nextDigest(digest: number, command: string): number {
  let next = digest;
  for (let at = 0; at < command.length; at += 1) {
    // FNV-1a, see http://www.isthe.com/chongo/tech/comp/fnv.
    next = Math.imul(next ^ command.charCodeAt(at), 16_777_619) >>> 0;
  }
  return next;
}

function receiveMessage(
  state: LedgerState,
  incoming: Extract<Incoming<LedgerMessage, unknown>, { readonly kind: "message" }>,
): EffectOf<LedgerTypes>[] {
  const { id, from, body } = incoming.envelope;
  const reply = (answer: LedgerMessage): EffectOf<LedgerTypes> => ({
    kind: "reply",
    inReplyTo: id,
    to: from,
    channel: "remote",
    body: answer,
  });
  switch (body.kind) {
    case "add": {
      const version = state.order.length + 1;
      const effects: EffectOf<LedgerTypes>[] = [
        append({ kind: "added", command: id, amount: body.amount }),
        reply({ kind: "added", version, digest: nextDigest(state.digest, id) }),
        { kind: "compute", key: identifier(id), job: { kind: "record", command: id } },
        { kind: "send", to: AUDITOR, channel: "durable", body: { kind: "audit", command: id } },
      ];
      if (version % COMMANDS_PER_SWEEP > 0) return effects;
      return [...effects, { kind: "setTimer", key: identifier("sweep"), afterMs: SWEEP_MS }];
    }
    case "audited":
      return [append({ kind: "confirmed", command: body.command })];
    case "ask": {
      const version = state.order.length;
      const open = 2 * version - state.recorded.size - state.confirmed.size;
      return [reply({ kind: "standing", open, version })];
    }
    default:
      return [];
  }
}

function append(event: LedgerEvent): EffectOf<LedgerTypes> {
  return { kind: "append", event };
}

function count(counts: Map<string, number>, command: string): void {
  counts.set(command, (counts.get(command) ?? 0) + 1);
}
