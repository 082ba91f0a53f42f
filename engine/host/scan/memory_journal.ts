import {
  type ActorId,
  type ActorTypes,
  type DurableStore,
  invariant,
  MemoryStore,
} from "@scenekeep/engine/core";
import type { Journal } from "../runtime/journal.ts";

/**
 * A journal that is gone with the process: for a library that is looked at and not kept. It keeps
 * no events, so an actor that crashes ends the runtime: whoever looks looks again.
 */
export class MemoryJournal<Types extends ActorTypes> implements Journal {
  readonly libraryId: string;
  readonly warnings: readonly string[] = [];
  readonly #lives = new Map<ActorId, number>();
  readonly #taken = new Set<ActorId>();

  constructor(libraryId: string) {
    this.libraryId = libraryId;
  }

  storeFor<Asked extends ActorTypes>(actor: ActorId): DurableStore<Asked> {
    invariant(!this.#taken.has(actor), "STORE_TAKEN", `${actor} has a store already`);
    const store = new MemoryStore<Types>({ isReopened: false });
    this.#taken.add(actor);
    // All actors of one runtime share their types, see `Runtime`.
    return store as unknown as DurableStore<Asked>;
  }

  beginLife(actor: ActorId): number {
    const life = (this.#lives.get(actor) ?? 0) + 1;
    this.#lives.set(actor, life);
    return life;
  }

  close(): void {}
}
