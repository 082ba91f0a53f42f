import {
  type ActorId,
  type ActorTypes,
  type Delivery,
  type EffectId,
  Mailbox,
  type MessageId,
  NO_RESTARTS,
  type RestartHistory,
  type TimerKey,
} from "@scenekeep/engine/core";
import type { ActorRunner } from "./actor_runner.ts";
import type { HostedActor } from "./hosted_actor.ts";
import { Inbox, type InboxItem } from "./inbox.ts";
import type { Journal } from "./journal.ts";

/**
 * A durable send on its way. It is acknowledged once its receiver has committed it and, when that
 * turn answered on a durable channel, once the sender has committed the answer: until then a
 * restart sends it again, and with it the answer.
 */
export interface Flight {
  readonly id: EffectId;
  readonly sender: ActorId;
  /** The send, and the durable answers to it, that are not committed yet. */
  open: number;
  /** Whether it was found in the outbox at the start of the runtime. */
  readonly isOld: boolean;
}

/** A timer that is set; the object itself tells it apart from one that took its name later. */
export interface ArmedTimer {
  cancel: () => void;
}

/** One thing on its way to an actor, or waiting at it. */
export interface Item<Types extends ActorTypes> extends InboxItem {
  readonly delivery: Delivery<Types>;
  /** For a durable message or answer. */
  readonly flight: Flight | null;
  /** For a command from outside: whom to tell when it is refused. */
  readonly command: MessageId | null;
  /** For a timer: the one that fired. */
  readonly timer: ArmedTimer | null;
}

/** A message that waits for room at its receiver. */
export interface HeldBack<Types extends ActorTypes> {
  readonly to: ActorSlot<Types>;
  readonly item: Item<Types>;
}

/** One actor in a runtime, with all that belongs to it. */
export class ActorSlot<Types extends ActorTypes> {
  readonly id: ActorId;
  readonly runner: ActorRunner<Types>;
  readonly inbox: Inbox<Item<Types>>;
  /** Counts the openings in this process: what belongs to an earlier one is dropped. */
  epoch = 0;
  /** False until the record is read and `restored` is committed. */
  isOpen = false;
  /** Whether it waits in the ready queue. */
  isReady = false;
  /** Waits after a refused commit; the function ends the wait. */
  pause: (() => void) | null = null;
  /** Refused commits in a row. */
  refusals = 0;
  restarts: RestartHistory = NO_RESTARTS;
  snapshotNotBeforeMs = 0;
  readonly timers: Map<TimerKey, ArmedTimer> = new Map();
  readonly flights: Map<EffectId, Flight> = new Map();
  /** What it sent and what found no room, in order. While something is here, it is held back. */
  readonly outgoing: Mailbox<HeldBack<Types>> = new Mailbox(Number.MAX_SAFE_INTEGER);
  /** The first of `outgoing`, taken out. */
  blocked: HeldBack<Types> | null = null;
  /** Actors that wait for room here. */
  readonly waiters: Set<ActorSlot<Types>> = new Set();

  constructor(actor: HostedActor<Types>, journal: Journal) {
    this.id = actor.id;
    this.runner = actor.runner(journal);
    this.inbox = new Inbox(this.runner.mailboxCapacity);
  }
}
