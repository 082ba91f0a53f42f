import {
  type ActorTypes,
  type ChannelContract,
  type Delivery,
  Mailbox,
} from "@scenekeep/engine/core";
import type { FaultKind } from "./faults/fault_plan.ts";
import type { ActorRecord, Flight } from "./records.ts";

/** Where an item came from, and so what may be done to it. */
export type ItemSource = ChannelContract | "port" | "timer";

/** One thing on its way to an actor, or waiting at it. */
export interface InboxItem<Types extends ActorTypes> {
  readonly kind: "item";
  readonly to: ActorRecord<Types>;
  readonly source: ItemSource;
  readonly delivery: Delivery<Types>;
  /** How often this message was sent before: names the draws of this copy. */
  readonly occurrence: number;
  /** Orders all that was ever sent. */
  readonly sentSequence: number;
  /** The life of the receiver that may take it; 0 for any. */
  readonly life: number;
  /** For a durable message: what the sender still has to forget. */
  readonly flight: Flight<Types> | null;
  /** The faults that shaped this item, to be counted as noticed when it is taken. */
  touched: readonly FaultKind[] | null;
  /** Set when the item is held so that a later one may overtake it. */
  reorder: FaultKind | null;
  /** Set on arrival: orders messages and completions at one actor. */
  arrivedSequence: number;
}

/** A mailbox with room for port traffic: completions and timers are never refused. */
export class Inbox<Types extends ActorTypes> {
  readonly #messages: Mailbox<InboxItem<Types>>;
  readonly #others = new Mailbox<InboxItem<Types>>(Number.MAX_SAFE_INTEGER);
  #firstMessage: InboxItem<Types> | undefined;
  #firstOther: InboxItem<Types> | undefined;
  #putBack: InboxItem<Types> | undefined;
  #arrivals = 0;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#messages = new Mailbox(capacity);
  }

  /** How many items wait. */
  get size(): number {
    return this.#messages.size + this.#others.size + (this.#firstMessage === undefined ? 0 : 1) +
      (this.#firstOther === undefined ? 0 : 1) + (this.#putBack === undefined ? 0 : 1);
  }

  /** Adds an item at the end; messages only while there is room. */
  offer(item: InboxItem<Types>): "accepted" | "full" {
    const isMessage = item.source !== "port" && item.source !== "timer";
    if (isMessage) {
      const peeked = this.#firstMessage === undefined ? 0 : 1;
      if (this.#messages.size + peeked >= this.#capacity) return "full";
      this.#messages.offer(item);
    } else this.#others.offer(item);
    item.arrivedSequence = ++this.#arrivals;
    return "accepted";
  }

  /** Takes the item that came first. */
  take(): InboxItem<Types> | undefined {
    const again = this.#putBack;
    if (again !== undefined) {
      this.#putBack = undefined;
      return again;
    }
    const message = this.#firstMessage ??= this.#messages.take();
    const other = this.#firstOther ??= this.#others.take();
    if (
      message !== undefined &&
      (other === undefined || message.arrivedSequence < other.arrivedSequence)
    ) {
      this.#firstMessage = undefined;
      return message;
    }
    this.#firstOther = undefined;
    return other;
  }

  /** What waits, in the order in which it came, for those who watch. Linear. */
  waiting(): InboxItem<Types>[] {
    const items = [this.#firstMessage, this.#firstOther, ...rotated(this.#messages)];
    const came = [...items, ...rotated(this.#others)].filter((item) => item !== undefined)
      .sort((left, right) => left.arrivedSequence - right.arrivedSequence);
    return this.#putBack === undefined ? came : [this.#putBack, ...came];
  }

  /** Puts the item that was taken last back to the front. */
  putBack(item: InboxItem<Types>): void {
    this.#putBack = item;
  }

  /** Takes everything out, as a crash does. */
  drain(): InboxItem<Types>[] {
    const items: InboxItem<Types>[] = [];
    for (let item = this.take(); item !== undefined; item = this.take()) items.push(item);
    return items;
  }
}

/** The items of a mailbox, which holds the same as before. */
function rotated<Item>(mailbox: Mailbox<Item>): Item[] {
  const items: Item[] = [];
  for (let item = mailbox.take(); item !== undefined; item = mailbox.take()) items.push(item);
  for (const item of items) mailbox.offer(item);
  return items;
}
