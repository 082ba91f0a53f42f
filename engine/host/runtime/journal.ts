import type { ActorId, ActorTypes, DurableStore } from "@scenekeep/engine/core";
import type { RecordFormat } from "../journal/record_format.ts";

/**
 * Where the actors of one library keep their records. Whoever holds a journal is the only one who
 * does, until `close`.
 */
export interface Journal {
  /** Names the library. */
  readonly libraryId: string;
  /** What was damaged and got over. */
  readonly warnings: readonly string[];
  /** The record of a durable actor; not opened. */
  storeFor<Types extends ActorTypes>(
    actor: ActorId,
    format?: RecordFormat<Types>,
  ): DurableStore<Types>;
  /**
   * Counts a life of a volatile actor, durably: the names of its effects must never come twice,
   * and it has no record of its own to count in.
   */
  beginLife(actor: ActorId): number;
  /** Releases the library. */
  close(): void;
}
