import { Mailbox } from "@scenekeep/engine/core";

/** What an inbox must know of its items. */
export interface InboxItem {
  /** Messages are bounded; completions and timers answer what the actor itself asked for. */
  readonly kind: "message" | "completion" | "timer";
}

/**
 * What waits at one actor, first come first served. Messages are bounded by the mailbox's capacity;
 * completions and timers always have room, since their number is bounded by the actor's own
 * requests.
 */
export class Inbox<Item extends InboxItem> {
  readonly #capacity: number;
  #queue = new Mailbox<Item>(Number.MAX_SAFE_INTEGER);
  #putBack: Item[] = [];
  #messages = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many items wait. */
  get size(): number {
    return this.#queue.size + this.#putBack.length;
  }

  /** Whether another message fits. */
  get hasRoom(): boolean {
    return this.#messages < this.#capacity;
  }

  /** Adds an item at the end; a message only while there is room. */
  offer(item: Item): "accepted" | "full" {
    if (item.kind === "message") {
      if (!this.hasRoom) return "full";
      this.#messages += 1;
    }
    this.#queue.offer(item);
    return "accepted";
  }

  /** Takes the item that came first, or undefined when none waits. */
  take(): Item | undefined {
    const item = this.#putBack.pop() ?? this.#queue.take();
    if (item?.kind === "message") this.#messages -= 1;
    return item;
  }

  /** Puts the item that was taken last back to the front, even where there is no room by now. */
  putBack(item: Item): void {
    this.#putBack.push(item);
    if (item.kind === "message") this.#messages += 1;
  }

  /** Takes out every item that `keep` says no to. Linear in the number of items. */
  retain(keep: (item: Item) => boolean): void {
    const items: Item[] = [];
    for (let item = this.take(); item !== undefined; item = this.take()) items.push(item);
    for (const item of items) {
      if (!keep(item)) continue;
      if (item.kind === "message") this.#messages += 1;
      this.#queue.offer(item);
    }
  }
}
