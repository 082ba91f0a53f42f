import { invariant } from "./invariant.ts";

/** A bounded first-in first-out queue. Plain data apart from its methods. */
export class Mailbox<Item> {
  readonly #capacity: number;
  #items: (Item | undefined)[] = [];
  #head = 0;

  /** @throws {InvariantError} When `capacity` is not a positive integer. */
  constructor(capacity: number) {
    invariant(Number.isInteger(capacity) && capacity > 0, "MAILBOX_CAPACITY", `${capacity}`);
    this.#capacity = capacity;
  }

  /** How many items wait. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /** Adds an item; `full` when there is no room, and nothing changes. Amortised constant time. */
  offer(item: Item): "accepted" | "full" {
    if (this.size >= this.#capacity) return "full";
    this.#items.push(item);
    return "accepted";
  }

  /** Takes the oldest item, or undefined when none waits. */
  take(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#head];
    // Or a large item would stay in memory until the queue is moved up.
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Drops everything, as the end of a process does. Returns how many were dropped. */
  clear(): number {
    const dropped = this.size;
    this.#items = [];
    this.#head = 0;
    return dropped;
  }
}
