import type { ActorId, ActorTypes, DurableStore, MemoryStoreOptions } from "@scenekeep/engine/core";
import { MemoryStore } from "@scenekeep/engine/core";
import type { Journal } from "../runtime/journal.ts";

/** A journal in memory: a test closes it and goes on with `reopen`, as after a restart. */
export class MemoryJournal implements Journal {
  readonly libraryId = "memory";
  readonly warnings: readonly string[] = [];
  readonly #options: MemoryStoreOptions;
  #records = new Map<ActorId, MemoryStore<ActorTypes>>();
  #lives = new Map<ActorId, number>();
  /** Whether it was closed. */
  isClosed = false;

  constructor(options: MemoryStoreOptions = {}) {
    this.#options = options;
  }

  storeFor<Types extends ActorTypes>(actor: ActorId): DurableStore<Types> {
    const known = this.#records.get(actor);
    const store = known === undefined
      ? new MemoryStore<ActorTypes>(this.#options)
      : known.nextLife();
    this.#records.set(actor, store);
    // The caller says which types this actor has, as with any store.
    return store as unknown as DurableStore<Types>;
  }

  beginLife(actor: ActorId): number {
    const life = (this.#lives.get(actor) ?? 0) + 1;
    this.#lives.set(actor, life);
    return life;
  }

  close(): void {
    this.isClosed = true;
  }

  /** The same records, for the next runtime. */
  reopen(): MemoryJournal {
    const next = new MemoryJournal(this.#options);
    next.#records = this.#records;
    next.#lives = this.#lives;
    return next;
  }
}
