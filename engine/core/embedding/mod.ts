/**
 * Embedding: turns pictures into recorded vectors.
 *
 * **Promises** that every content that the librarian lists ends with a vector that is recorded
 * before it is reported, or is reported as not embeddable, with the reason; that no vector of
 * another size or length than the model's is ever recorded; and that at most `windowSize` contents
 * are in hand.
 *
 * **Takes** `embedWork` and `workAvailable` from the librarian, answers of `embed` and
 * `storeVector`, and its own timers. **Sends** `takeWork` and `contentsEmbedded` to the librarian,
 * and those two jobs to the port.
 *
 * **Keeps nothing** across a crash: the librarian lists all contents that have no outcome. A vector
 * that was recorded first stays, so that making it twice changes nothing.
 *
 * **Survives** messages that are lost, late, double or reordered; jobs that fail, time out, end
 * late or twice, or bring a vector of the wrong size; timers that fire early.
 *
 * **Does not handle** vectors that are lost later: grouping finds out and tells the librarian.
 *
 * @module
 */

export * from "./embedding_actor.ts";
export * from "./unit_length.ts";
