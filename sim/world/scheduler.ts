import { EventHeap, type Scheduled } from "./event_heap.ts";

/** An entry of the schedule: what is due, and when. */
export interface ScheduleEntry<Payload> extends Scheduled {
  readonly payload: Payload;
  /** True for work that must end before the world is at rest; false for background timers. */
  readonly isWork: boolean;
}

/** Orders entries of the same instant: smaller keys go first. Null keeps the order of adding. */
export type OrderingStrategy<Payload> = ((payload: Payload, sequence: number) => number) | null;

/** Virtual time and all that is due in it. */
export interface Schedule<Payload> {
  readonly nowMs: number;
  /** Entries of work that wait. */
  readonly workCount: number;
  /** How many entries wait. */
  readonly size: number;
  /** Adds something that is due after `delayMs`. */
  add(payload: Payload, delayMs: number): void;
  /** Adds something that may wait for ever without keeping the world from being at rest. */
  addBackground(payload: Payload, delayMs: number): void;
  /** Takes what comes next and moves time to it; undefined when nothing does. */
  next(): ScheduleEntry<Payload> | undefined;
  /** The time of what comes next, or null when nothing waits. */
  nextMs(): number | null;
  /** Everything that waits, in no particular order. For reports. */
  waiting(): ScheduleEntry<Payload>[];
}

/**
 * Virtual time and all that is due in it, in the total order (time, key, sequence).
 *
 * What is due at once, under an ordering without keys, waits in a plain queue beside the heap; the
 * order is the same.
 */
export class Scheduler<Payload> implements Schedule<Payload> {
  nowMs = 0;
  workCount = 0;
  readonly #heap = new EventHeap<ScheduleEntry<Payload>>();
  readonly #keyOf: OrderingStrategy<Payload>;
  #instant: ScheduleEntry<Payload>[] = [];
  #instantHead = 0;
  #sequence = 0;

  constructor(ordering: OrderingStrategy<Payload>) {
    this.#keyOf = ordering;
  }

  get size(): number {
    return this.#heap.size + this.#instant.length - this.#instantHead;
  }

  add(payload: Payload, delayMs: number): void {
    this.#add(payload, delayMs, true);
  }

  addBackground(payload: Payload, delayMs: number): void {
    this.#add(payload, delayMs, false);
  }

  next(): ScheduleEntry<Payload> | undefined {
    const first = this.#take();
    if (first === undefined) return undefined;
    this.nowMs = first.atMs;
    if (first.isWork) this.workCount -= 1;
    return first;
  }

  nextMs(): number | null {
    if (this.#instantHead < this.#instant.length) return this.nowMs;
    return this.#heap.peek()?.atMs ?? null;
  }

  waiting(): ScheduleEntry<Payload>[] {
    return [...this.#instant.slice(this.#instantHead), ...this.#heap.entries()];
  }

  #add(payload: Payload, delayMs: number, isWork: boolean): void {
    const sequence = this.#sequence++;
    if (isWork) this.workCount += 1;
    const atMs = this.nowMs + delayMs;
    if (this.#keyOf === null) {
      const entry = { atMs, key: 0, sequence, payload, isWork };
      if (delayMs === 0) this.#instant.push(entry);
      else this.#heap.push(entry);
      return;
    }
    this.#heap.push({ atMs, key: this.#keyOf(payload, sequence), sequence, payload, isWork });
  }

  #take(): ScheduleEntry<Payload> | undefined {
    const queued = this.#instant[this.#instantHead];
    if (queued === undefined) return this.#heap.pop();
    const top = this.#heap.peek();
    // What the heap holds for this instant was added before time came here, so it goes first.
    if (top !== undefined && top.atMs === queued.atMs && top.sequence < queued.sequence) {
      return this.#heap.pop();
    }
    this.#instantHead += 1;
    if (this.#instantHead === this.#instant.length) {
      this.#instant.length = 0;
      this.#instantHead = 0;
    } else if (this.#instantHead > 4096 && this.#instantHead * 2 > this.#instant.length) {
      this.#instant = this.#instant.slice(this.#instantHead);
      this.#instantHead = 0;
    }
    return queued;
  }
}
