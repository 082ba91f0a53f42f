/**
 * Work that an actor pulls from the librarian, a bounded window at a time: what hashing and
 * embedding have in common.
 *
 * **Promises** that work listed by the librarian is done or given up within a bounded time while
 * the actor runs, that at most `windowSize` tasks are in hand, and that a result is repeated until
 * the librarian no longer lists its work.
 *
 * **Keeps nothing** across a crash: the librarian lists all that is not done.
 *
 * **Survives** lost, late, double and reordered messages, late and double completions, timers that
 * fire early, and ports that fail for a while. The librarian must ignore a result that it has
 * already, or that is for a version which is no longer there.
 *
 * @module
 */

export * from "./pulled_work.ts";
export * from "./pulled_work_turn.ts";
