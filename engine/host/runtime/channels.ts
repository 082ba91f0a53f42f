import {
  type ActorId,
  type ActorTypes,
  type EffectId,
  type Envelope,
  invariant,
  type MessageId,
  type Reply,
  type Send,
} from "@scenekeep/engine/core";
import type { ActorSlot, Flight, HeldBack, Item } from "./actor_slot.ts";

/** What the channels need of the runtime around them. */
export interface ChannelHost<Types extends ActorTypes> {
  readonly slots: ReadonlyMap<ActorId, ActorSlot<Types>>;
  /** Says that an actor may have something to do. */
  wake(slot: ActorSlot<Types>): void;
  /** Takes a message for an actor that does not live here. */
  leave(envelope: Envelope<Types["message"]>, received: () => void): void;
  /** Counts a remote message that found a full mailbox. */
  lost(): void;
}

/**
 * The channels between the actors of one runtime, each with what its contract promises.
 *
 * - `local` and `durable`: into the receiver's mailbox, in order. A full one holds the sender back.
 * - `durable`: also kept in the sender's outbox until the receiver has committed.
 * - `remote`: into the mailbox, or lost when that is full.
 */
export class Channels<Types extends ActorTypes> {
  readonly #host: ChannelHost<Types>;
  /** Durable sends found at the start that have not been acknowledged yet. */
  #oldFlights = 0;

  constructor(host: ChannelHost<Types>) {
    this.#host = host;
  }

  /**
   * Whether sends from before the start may still be repeated. Until then their receivers must
   * remember what they applied.
   */
  get isRedelivering(): boolean {
    return this.#oldFlights > 0;
  }

  /** Sends what a turn asked to send; with `isOld`, what an earlier process left in the outbox. */
  send(
    sender: ActorSlot<Types>,
    named: { readonly id: EffectId; readonly effect: Send<Types["message"]> },
    isOld: boolean,
  ): void {
    const { id, effect } = named;
    const { to, channel, body } = effect;
    const envelope = { id: messageId(id), from: sender.id, to, channel, inReplyTo: null, body };
    if (channel !== "durable") return this.#route(sender, envelope, null);
    invariant(
      sender.runner.isDurable,
      "DURABLE_FROM_VOLATILE",
      `"${sender.id}" has no journal and cannot send on a durable channel`,
    );
    // After a restart of the sender alone, the message may be on its way still.
    if (sender.flights.has(id)) return;
    const flight: Flight = { id, sender: sender.id, open: 1, isOld };
    if (isOld) this.#oldFlights += 1;
    sender.flights.set(id, flight);
    this.#route(sender, envelope, flight);
  }

  /** Sends an answer. */
  reply(
    sender: ActorSlot<Types>,
    named: { readonly id: EffectId; readonly effect: Reply<Types["message"]> },
  ): void {
    const { id, effect } = named;
    const { to, channel, inReplyTo, body } = effect;
    const envelope = { id: messageId(id), from: sender.id, to, channel, inReplyTo, body };
    const flight = channel === "durable" ? this.#flightOf(to, inReplyTo) : null;
    if (flight !== null) flight.open += 1;
    this.#route(sender, envelope, flight);
  }

  /** Takes note that a durable message, or a durable answer to one, is committed. */
  landed(flight: Flight): void {
    flight.open -= 1;
    if (flight.open > 0) return;
    const sender = this.#host.slots.get(flight.sender);
    if (sender === undefined || !sender.flights.delete(flight.id)) return;
    if (flight.isOld) this.#oldFlights -= 1;
    sender.runner.acknowledge(flight.id);
  }

  /** Moves what waited for room at `receiver` into its mailbox. */
  admitWaiting(receiver: ActorSlot<Types>): void {
    for (const waiter of receiver.waiters) {
      if (!receiver.inbox.hasRoom) return;
      this.#pump(waiter);
    }
  }

  /** Whether `slot` has to wait until what it sent has found room. */
  isHeldBack(slot: ActorSlot<Types>): boolean {
    if (slot.blocked === null) return false;
    // Actors that wait for each other in a circle would wait for ever: the one that is asked goes
    // on, and so makes room in its own mailbox.
    const seen = new Set([slot]);
    let at = slot.blocked.to;
    while (!seen.has(at)) {
      if (at.blocked === null) return true;
      seen.add(at);
      at = at.blocked.to;
    }
    return at !== slot;
  }

  #route(
    sender: ActorSlot<Types>,
    envelope: Envelope<Types["message"]>,
    flight: Flight | null,
  ): void {
    const to = this.#host.slots.get(envelope.to);
    if (to === undefined) return this.#leave(envelope, flight);
    const item: Item<Types> = {
      kind: "message",
      delivery: { incoming: { kind: "message", envelope }, effectId: null },
      flight,
      command: null,
      timer: null,
    };
    if (envelope.channel === "remote") {
      if (to.inbox.offer(item) === "full") this.#host.lost();
      else this.#host.wake(to);
      return;
    }
    sender.outgoing.offer({ to, item });
    this.#pump(sender);
  }

  #leave(envelope: Envelope<Types["message"]>, flight: Flight | null): void {
    invariant(
      envelope.channel !== "local",
      "LOCAL_ACROSS_PROCESSES",
      `"${envelope.to}" does not run here and cannot be reached on a local channel`,
    );
    this.#host.leave(envelope, () => {
      if (flight !== null) this.landed(flight);
    });
  }

  /** Sends on what waits at `sender`, in order, as far as there is room. */
  #pump(sender: ActorSlot<Types>): void {
    let next: HeldBack<Types> | undefined | null = sender.blocked ?? sender.outgoing.take();
    while (next) {
      const { to, item } = next;
      if (to.inbox.offer(item) === "full") {
        sender.blocked = next;
        to.waiters.add(sender);
        // The receiver may have been waiting for this one: then it goes on, see `isHeldBack`.
        this.#host.wake(to);
        return;
      }
      to.waiters.delete(sender);
      this.#host.wake(to);
      next = sender.outgoing.take();
    }
    if (sender.blocked === null) return;
    sender.blocked = null;
    this.#host.wake(sender);
  }

  /** The durable send that an answer belongs to, while its sender still waits. */
  #flightOf(requester: ActorId, request: MessageId): Flight | null {
    return this.#host.slots.get(requester)?.flights.get(request as string as EffectId) ?? null;
  }
}

/** The name of a send or reply is the name of its message, the same in every redelivery. */
function messageId(id: EffectId): MessageId {
  return id as string as MessageId;
}
