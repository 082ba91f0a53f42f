import type { MessageId } from "@scenekeep/engine/core";
import type { CommandOutcome } from "./library_bus.ts";
import type { ClockPort } from "./ports.ts";

interface Waiting<Message> {
  readonly resolve: (outcome: CommandOutcome<Message>) => void;
  readonly cancelTimeout: () => void;
}

/** Commands from outside that wait for their answer. */
export class ClientDesk<Message> {
  readonly #clock: ClockPort;
  readonly #waiting = new Map<MessageId, Set<Waiting<Message>>>();

  constructor(clock: ClockPort) {
    this.#clock = clock;
  }

  /** How many commands wait for an answer. */
  get size(): number {
    return this.#waiting.size;
  }

  /** The outcome of command `id`, which is `timeout` after so long. */
  wait(id: MessageId, timeoutMs: number): Promise<CommandOutcome<Message>> {
    return new Promise((resolve) => {
      const waiting: Waiting<Message> = {
        resolve,
        cancelTimeout: this.#clock.after(timeoutMs, () => {
          this.#forget(id, waiting);
          resolve({ kind: "timeout" });
        }),
      };
      const others = this.#waiting.get(id) ?? new Set();
      others.add(waiting);
      this.#waiting.set(id, others);
    });
  }

  /** Tells all who wait for command `id`. False when nobody does. */
  settle(id: MessageId, outcome: CommandOutcome<Message>): boolean {
    const all = this.#waiting.get(id);
    if (all === undefined) return false;
    this.#waiting.delete(id);
    for (const { resolve, cancelTimeout } of all) {
      cancelTimeout();
      resolve(outcome);
    }
    return true;
  }

  /** Tells everybody that the bus closes. */
  close(): void {
    for (const id of [...this.#waiting.keys()]) this.settle(id, { kind: "closed" });
  }

  #forget(id: MessageId, waiting: Waiting<Message>): void {
    const all = this.#waiting.get(id);
    all?.delete(waiting);
    if (all?.size === 0) this.#waiting.delete(id);
  }
}
