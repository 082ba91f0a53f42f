import {
  type ActorId,
  type ActorTypes,
  type DurableRecord,
  type DurableStore,
  invariant,
  MemoryStore,
} from "@scenekeep/engine/core";
import type { Journal } from "../runtime/journal.ts";

/** A journal that is gone with the process: for a library that is looked at and not kept. */
export class MemoryJournal<Types extends ActorTypes> implements Journal {
  readonly libraryId: string;
  readonly warnings: readonly string[] = [];
  readonly #lives = new Map<ActorId, number>();
  readonly #stores = new Map<ActorId, MemoryStore<Types>>();

  constructor(libraryId: string) {
    this.libraryId = libraryId;
  }

  storeFor<Asked extends ActorTypes>(actor: ActorId): DurableStore<Asked> {
    invariant(!this.#stores.has(actor), "STORE_TAKEN", `${actor} has a store already`);
    const store = new MemoryStore<Types>();
    this.#stores.set(actor, store);
    // All actors of one runtime share their types, see `Runtime`.
    return store as unknown as DurableStore<Asked>;
  }

  beginLife(actor: ActorId): number {
    const life = (this.#lives.get(actor) ?? 0) + 1;
    this.#lives.set(actor, life);
    return life;
  }

  /** What an actor has recorded. Whoever wrote it cannot go on: this is another life. */
  recordOf(actor: ActorId): DurableRecord<Types["event"]> {
    const store = this.#stores.get(actor);
    invariant(store !== undefined, "STORE_UNKNOWN", `${actor} has recorded nothing`);
    return store.nextLife().open();
  }

  close(): void {}
}
