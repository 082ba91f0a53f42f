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
import { messageIdOf } from "./actor_runner.ts";
import { type FaultKind, touchedBy } from "./faults/fault_plan.ts";
import type { InboxItem, ItemSource } from "./inbox.ts";
import type { WorldKernel } from "./kernel.ts";
import type { ActorRecord, Flight } from "./records.ts";

/** Keeps apart what is drawn for the attempts of one life of a sender and those of the next. */
const OCCURRENCES_PER_LIFE = 2048;

/**
 * The channels between actors, each with what its contract allows and nothing else.
 *
 * - `local`: straight into the receiver's mailbox, in order; a full one holds the sender back.
 * - `durable`: sent again, with growing waits, until the receiver has committed.
 * - `remote`: once, unless a fault drops or doubles it.
 */
export class Channels<Types extends ActorTypes> {
  readonly #kernel: WorldKernel<Types>;
  readonly #delay: FaultKind;
  readonly #reorder: FaultKind;
  readonly #duplicate: FaultKind;
  readonly #drop: FaultKind;
  readonly #localDrop: FaultKind;

  constructor(kernel: WorldKernel<Types>) {
    this.#kernel = kernel;
    this.#delay = kernel.plan.kind("messageDelay");
    this.#reorder = kernel.plan.kind("messageReorder");
    this.#duplicate = kernel.plan.kind("messageDuplicate");
    this.#drop = kernel.plan.kind("messageDrop");
    this.#localDrop = kernel.plan.kind("localDrop");
  }

  /** Sends what a turn asked to send; the occurrence is 0, or the life that sends it again. */
  send(
    sender: ActorRecord<Types>,
    named: { id: EffectId; effect: Send<Types["message"]>; occurrence: number },
  ): void {
    const { id, effect, occurrence } = named;
    const envelope: Envelope<Types["message"]> = {
      id: messageIdOf(id),
      from: sender.id,
      to: effect.to,
      channel: effect.channel,
      inReplyTo: null,
      body: effect.body,
    };
    this.#kernel.counts.messagesSent += 1;
    if (effect.channel === "durable") this.#launch(sender, { id, envelope, occurrence });
    else if (effect.channel === "local") this.#sendLocal(sender, envelope);
    else this.sendRemote({ envelope, occurrence: 0, touched: null, flight: null });
  }

  /** Answers a message; `occurrence` is that of the copy that is answered. */
  reply(
    sender: ActorRecord<Types>,
    answer: { id: EffectId; effect: Reply<Types["message"]>; occurrence: number },
  ): void {
    const { id, effect, occurrence } = answer;
    const envelope: Envelope<Types["message"]> = {
      id: messageIdOf(id),
      from: sender.id,
      to: effect.to,
      channel: effect.channel,
      inReplyTo: effect.inReplyTo,
      body: effect.body,
    };
    this.#kernel.counts.messagesSent += 1;
    if (effect.channel === "local") return this.#sendLocal(sender, envelope);
    const flight = effect.channel === "durable"
      ? this.#flightOf(effect.to, effect.inReplyTo)
      : null;
    this.sendRemote({ envelope, occurrence, touched: null, flight });
  }

  /** Puts a durable or remote message, or an answer, on its way. */
  sendRemote(
    message: {
      envelope: Envelope<Types["message"]>;
      occurrence: number;
      touched: readonly FaultKind[] | null;
      flight: Flight<Types> | null;
    },
  ): void {
    const { envelope, occurrence, flight } = message;
    const { plan, subject, options } = this.#kernel;
    const latencyMs = envelope.channel === "durable"
      ? options.timing.durableLatencyMs
      : options.timing.remoteLatencyMs;
    subject.named(envelope.id, occurrence);
    const gapMs = plan.strike(this.#duplicate, subject);
    if (flight !== null) flight.copies += gapMs === null ? 1 : 2;
    const sentSequence = ++this.#kernel.sentSequence;
    if (plan.strike(this.#drop, subject) !== null) {
      this.#dropped(envelope, flight, this.#drop);
    } else {
      let delayMs = latencyMs;
      let touched = message.touched;
      const longerMs = plan.strike(this.#delay, subject);
      if (longerMs !== null) {
        delayMs += longerMs;
        touched = touchedBy(touched, this.#delay);
      }
      const heldMs = plan.strikeUncounted(this.#reorder, subject);
      if (heldMs !== null) delayMs += heldMs;
      const reorder = heldMs === null ? null : this.#reorder;
      this.#depart({ envelope, occurrence, touched, flight, sentSequence, reorder }, delayMs);
    }
    if (gapMs === null) return;
    const touched = touchedBy(message.touched, this.#duplicate);
    const copy = { envelope, occurrence: occurrence + 1, touched, flight, sentSequence };
    this.#depart({ ...copy, reorder: null }, latencyMs + gapMs);
  }

  /** Puts an item that arrives into its receiver's mailbox, or loses it. */
  arrive(item: InboxItem<Types>): void {
    const { to } = item;
    const kernel = this.#kernel;
    if (!to.isUp) return this.lose(item, null);
    if (item.sentSequence > to.youngestArrived) to.youngestArrived = item.sentSequence;
    else if (item.reorder !== null) {
      item.reorder.delivered += 1;
      item.touched = touchedBy(item.touched, item.reorder);
    }
    if (to.inbox.offer(item) === "full") {
      kernel.counts.mailboxesFull += 1;
      return this.lose(item, null);
    }
    kernel.inboxItems += 1;
    kernel.turns.runOrWake(to);
  }

  /** Lets go of an item that its receiver will not take: a durable one is sent again. */
  lose(item: InboxItem<Types>, because: FaultKind | null): void {
    const { incoming } = item.delivery;
    if (incoming.kind !== "message") return;
    if (item.source === "local") {
      this.#kernel.counts.messagesLost += 1;
      return;
    }
    this.#dropped(incoming.envelope, item.flight, because);
  }

  /** Takes note that the receiver committed a durable message, or its sender an answer to it. */
  landed(item: InboxItem<Types>, awaitsAnswer: boolean): void {
    const { flight } = item;
    if (flight === null) return;
    flight.copies -= 1;
    const { incoming } = item.delivery;
    const isAnswer = incoming.kind === "message" && incoming.envelope.inReplyTo !== null;
    if (isAnswer || awaitsAnswer) {
      if (flight.copies > 0) return;
      if (flight.isLossy) return this.#redeliverLater(flight);
    }
    this.#acknowledge(flight);
  }

  /** Sends a durable message once more, if it still has to be. */
  redeliver(flight: Flight<Types>): void {
    if (flight.sender.flights.get(flight.id) !== flight) return;
    flight.copies = 0;
    flight.isLossy = false;
    this.#attempt(flight);
  }

  /**
   * Whether an actor has to wait until what it sent has found room. Actors that wait for each other
   * in a circle would wait for ever: they go on, and so make room.
   */
  isHeldBack(actor: ActorRecord<Types>): boolean {
    if (actor.heldBack === 0) return false;
    const seen = new Set<ActorRecord<Types>>();
    const ahead = [actor];
    for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
      for (const other of actor.process.actors) {
        const isFull = other !== at && other.waiting.some((held) => held.sender === at);
        if (isFull && other === actor) return false;
        if (!isFull || seen.has(other)) continue;
        seen.add(other);
        ahead.push(other);
      }
    }
    return true;
  }

  /** Moves local messages that waited for room into the mailbox of an actor that has some. */
  admitWaiting(actor: ActorRecord<Types>): void {
    while (actor.waiting.length > 0) {
      const held = actor.waiting[0]!;
      if (actor.inbox.offer(held.item) === "full") return;
      actor.waiting.shift();
      this.#release(held.sender, held.senderLife, actor);
    }
  }

  /** Drops what waited for room at an actor that died, and lets the senders go on. */
  dropWaiting(actor: ActorRecord<Types>): void {
    for (const held of actor.waiting.splice(0)) {
      this.#kernel.inboxItems -= 1;
      this.lose(held.item, null);
      this.#release(held.sender, held.senderLife, actor);
    }
  }

  #release(sender: ActorRecord<Types>, senderLife: number, receiver: ActorRecord<Types>): void {
    if (sender === receiver || sender.runner.life !== senderLife) return;
    sender.heldBack -= 1;
    if (sender.heldBack === 0 && sender.inbox.size > 0) this.#kernel.wake(sender);
  }

  #sendLocal(sender: ActorRecord<Types>, envelope: Envelope<Types["message"]>): void {
    const kernel = this.#kernel;
    const to = kernel.actor(envelope.to);
    invariant(
      to.process === sender.process,
      "LOCAL_ACROSS_PROCESSES",
      `"${sender.id}" cannot send to "${to.id}" on a local channel: they are in two processes`,
    );
    const item = this.#item({
      envelope,
      source: "local",
      occurrence: 0,
      sentSequence: ++kernel.sentSequence,
      flight: null,
      touched: null,
      reorder: null,
    });
    if (kernel.plan.strike(this.#localDrop, kernel.subject.named(envelope.id, 0)) !== null) {
      return this.lose(item, this.#localDrop);
    }
    if (!to.isUp) return this.lose(item, null);
    kernel.inboxItems += 1;
    if (to.waiting.length === 0 && to.inbox.offer(item) === "accepted") return kernel.wake(to);
    kernel.counts.mailboxesFull += 1;
    to.waiting.push({ sender, senderLife: sender.runner.life, item });
    if (sender !== to) sender.heldBack += 1;
    // The receiver may wait for the sender: then it goes on, see `isHeldBack`.
    kernel.wake(to);
  }

  #launch(
    sender: ActorRecord<Types>,
    message: { id: EffectId; envelope: Envelope<Types["message"]>; occurrence: number },
  ): void {
    const { id, envelope, occurrence } = message;
    invariant(
      sender.runner.isDurable,
      "DURABLE_FROM_VOLATILE",
      `"${sender.id}" has no journal and cannot send on a durable channel`,
    );
    const flight: Flight<Types> = {
      kind: "flight",
      id,
      sender,
      envelope,
      firstOccurrence: occurrence * OCCURRENCES_PER_LIFE,
      attempts: 0,
      copies: 0,
      isLossy: false,
      touched: null,
    };
    sender.flights.set(id, flight);
    this.#attempt(flight);
  }

  #attempt(flight: Flight<Types>): void {
    const occurrence = flight.firstOccurrence + flight.attempts * 2;
    flight.attempts += 1;
    const { envelope, touched } = flight;
    flight.touched = null;
    this.sendRemote({ envelope, occurrence, touched, flight });
  }

  #depart(
    message: {
      envelope: Envelope<Types["message"]>;
      occurrence: number;
      touched: readonly FaultKind[] | null;
      flight: Flight<Types> | null;
      sentSequence: number;
      reorder: FaultKind | null;
    },
    delayMs: number,
  ): void {
    const { envelope } = message;
    const kernel = this.#kernel;
    if (kernel.actors.has(envelope.to)) {
      kernel.scheduler.add(this.#item({ ...message, source: envelope.channel }), delayMs);
    } else kernel.clients.expect(envelope, message.touched, delayMs);
  }

  #item(
    message: {
      envelope: Envelope<Types["message"]>;
      source: ItemSource;
      occurrence: number;
      touched: readonly FaultKind[] | null;
      flight: Flight<Types> | null;
      sentSequence: number;
      reorder: FaultKind | null;
    },
  ): InboxItem<Types> {
    return {
      kind: "item",
      to: this.#kernel.actor(message.envelope.to),
      source: message.source,
      delivery: { incoming: { kind: "message", envelope: message.envelope }, effectId: null },
      occurrence: message.occurrence,
      sentSequence: message.sentSequence,
      life: 0,
      flight: message.flight,
      touched: message.touched,
      reorder: message.reorder,
      arrivedSequence: 0,
    };
  }

  #dropped(
    envelope: Envelope<Types["message"]>,
    flight: Flight<Types> | null,
    because: FaultKind | null,
  ): void {
    this.#kernel.counts.messagesLost += 1;
    if (flight === null) {
      if (because !== null) this.#kernel.clients.touch(envelope, because);
      return;
    }
    if (because !== null) flight.touched = touchedBy(flight.touched, because);
    flight.copies -= 1;
    flight.isLossy = true;
    if (flight.copies <= 0) this.#redeliverLater(flight);
  }

  #redeliverLater(flight: Flight<Types>): void {
    if (flight.sender.flights.get(flight.id) !== flight) return;
    const { redeliverFirstMs, redeliverLastMs } = this.#kernel.options.timing;
    const waitMs = redeliverFirstMs * (1 << Math.min(flight.attempts, 20));
    flight.copies = 1;
    this.#kernel.scheduler.add(flight, Math.min(waitMs, redeliverLastMs));
  }

  #acknowledge(flight: Flight<Types>): void {
    const { sender, id } = flight;
    if (!sender.isUp || !sender.flights.delete(id)) return;
    sender.runner.acknowledge(id);
  }

  /** The durable request that an answer belongs to, when its sender still waits for it. */
  #flightOf(requester: ActorId, request: MessageId): Flight<Types> | null {
    const actor = this.#kernel.actors.get(requester);
    return actor?.flights.get(request as string as EffectId) ?? null;
  }
}
