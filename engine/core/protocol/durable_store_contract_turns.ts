/** Turns, names and checks for the cases of the durable store's contract. */

import type { ContractTypes } from "./durable_store_contract.ts";
import type {
  CommitOutcome,
  DurableStore,
  NamedEffect,
  NamedReply,
  TurnRecord,
} from "./durable_store.ts";
import type { ActorId, EffectId, MessageId, RequestKey, TimerKey } from "./ids.ts";
import { identifier } from "./ids.ts";
import { invariant } from "./invariant.ts";

/** A turn that changes nothing but what is given. */
export function turn(change: Partial<TurnRecord<ContractTypes>>): TurnRecord<ContractTypes> {
  return {
    consumed: { kind: "nothing" },
    events: [],
    outbox: [],
    replies: [],
    timersSet: [],
    timersCancelled: [],
    wallMs: 1_000,
    ...change,
  };
}

/** The name of a message. */
export function message(text: string): MessageId {
  return identifier(text);
}

/** The name of an effect. */
export function effect(text: string): EffectId {
  return identifier(text);
}

/** The name of a timer. */
export function timer(text: string): TimerKey {
  return identifier(text);
}

/** A request to a port, as the outbox keeps it. */
export function request(id: string, job = "job"): NamedEffect<ContractTypes> {
  return { id: effect(id), effect: { kind: "compute", key: identifier<RequestKey>(id), job } };
}

/** A durable send, as the outbox keeps it. */
export function send(id: string, body: unknown): NamedEffect<ContractTypes> {
  return {
    id: effect(id),
    effect: { kind: "send", to: identifier<ActorId>("receiver"), channel: "durable", body },
  };
}

/** An answer to the message `to`. */
export function reply(id: string, to: string, body: unknown): NamedReply<unknown> {
  return {
    id: effect(id),
    effect: {
      kind: "reply",
      inReplyTo: message(to),
      to: identifier<ActorId>("asker"),
      channel: "remote",
      body,
    },
  };
}

/** Commits a turn that must not be refused. */
export function commit(
  store: DurableStore<ContractTypes>,
  change: Partial<TurnRecord<ContractTypes>>,
): void {
  expect("the commit", store.commit(turn(change)), { kind: "committed" });
}

/** What a commit, or a snapshot, refused for `reason` returns. */
export function refusal(reason: "diskFull" | "ioError" | "fenced"): CommitOutcome {
  return { kind: "failed", reason };
}

/** A string of 1 MiB that hardly compresses, which makes a commit or a snapshot large. */
export function large(): string {
  const parts: string[] = [];
  // The generator of "Numerical Recipes": good enough to leave a compressor nothing to find.
  for (let word = 1; parts.length < 131_072;) {
    word = (Math.imul(word, 1_664_525) + 1_013_904_223) >>> 0;
    parts.push(word.toString(16).padStart(8, "0"));
  }
  return parts.join("");
}

/** What can be seen of a record at the start of a life. */
export interface Picture {
  readonly incarnation: number;
  readonly snapshot: unknown | null;
  readonly events: readonly unknown[];
  readonly outbox: readonly NamedEffect<ContractTypes>[];
  /** Sorted: their order is not promised. */
  readonly timers: readonly TimerKey[];
}

/** Opens a store and reads all that it found. */
export function openAndRead(store: DurableStore<ContractTypes>): Picture {
  const opening = store.open();
  return {
    incarnation: opening.incarnation,
    snapshot: opening.snapshot,
    events: [...opening.events],
    outbox: opening.outbox,
    timers: [...opening.timers].sort(),
  };
}

/** Fails the case unless both values are the same JSON. */
export function expect(what: string, actual: unknown, expected: unknown): void {
  const found = shown(actual);
  const wanted = shown(expected);
  invariant(
    found === wanted,
    "STORE_CONTRACT",
    `Expected ${what} to be ${shortened(wanted)}: got ${shortened(found)}`,
  );
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, member) => isRecord(member) ? sortedByKey(member) : member);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortedByKey(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0));
}

function shortened(text: string): string {
  return text.length <= 400 ? text : `${text.slice(0, 400)}… (${text.length} code units)`;
}
