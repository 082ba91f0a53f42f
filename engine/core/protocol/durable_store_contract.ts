/**
 * What every {@linkcode DurableStore} promises, as a suite that each implementation runs.
 *
 * Pure: the caller says how a test is registered and how a store is made, so the same cases run
 * for a store in memory and for one on a disk.
 *
 * @module
 */

import type { DurableStore } from "./durable_store.ts";
import { APPLIED_CASES } from "./durable_store_contract_applied.ts";
import { EVENT_CASES } from "./durable_store_contract_events.ts";
import { LIFE_CASES } from "./durable_store_contract_lives.ts";
import { OUTBOX_CASES } from "./durable_store_contract_outbox.ts";

/** What the contract's turns carry: any JSON value as event and message. */
export interface ContractTypes {
  readonly message: unknown;
  readonly event: unknown;
  readonly job: string;
  readonly result: string;
}

/** One record under test, and what can happen to it. */
export interface DurableStoreSubject {
  /** Another life on the record, not opened; the lives before it remain as objects. */
  life(): DurableStore<ContractTypes>;
  /** Ends all lives as the end of the process does; gives one on what was kept, not opened. */
  restart(): DurableStore<ContractTypes>;
  /**
   * While set, a commit of 1 MiB or more is refused with `diskFull`; a smaller one may go through.
   */
  refuseLargeCommits(refuse: "refuse" | "accept"): void;
  /** Frees what the subject holds. Called once, at the end. */
  dispose(): void;
}

/** One case of the contract; throws when the promise is broken. */
export interface DurableStoreCase {
  readonly name: string;
  run(subject: DurableStoreSubject): void;
}

/** Where the cases run. */
export interface DurableStoreContract {
  /** Registers one test, as `Deno.test` does. */
  readonly register: (name: string, body: () => void) => void;
  /** Makes a fresh, empty record. */
  readonly make: () => DurableStoreSubject;
}

/**
 * Registers every case of the contract for the store called `name`.
 *
 * @example A store in memory
 * ```ts ignore
 * runDurableStoreContract("MemoryStore", { register: Deno.test, make: () => memorySubject() });
 * ```
 */
export function runDurableStoreContract(name: string, contract: DurableStoreContract): void {
  for (const one of [...LIFE_CASES, ...EVENT_CASES, ...APPLIED_CASES, ...OUTBOX_CASES]) {
    contract.register(`${name} ${one.name}`, () => {
      const subject = contract.make();
      try {
        one.run(subject);
      } finally {
        subject.dispose();
      }
    });
  }
}
