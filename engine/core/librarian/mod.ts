/**
 * The librarian: the one writer of a library's state.
 *
 * **Promises.** Each command is decided on the state as it is and happens wholly or not at all.
 * Usage equals the sum of stored objects after every turn. A live file is always in an album of its
 * owner. An applied clean-up leaves each album with the scene. Nothing leaves the trash early.
 *
 * **Takes** `LibrarianCommand` from clients, devices and importers, `LibrarianReport` from workers,
 * grouping and the reconciler. **Sends** `LibrarianReply` and `LibrarianRequest`, and asks the
 * object port to read keepers and to remove what was purged.
 *
 * **Keeps over a crash** everything: its state is the fold of its journal.
 *
 * **Survives** lost, doubled, late and reordered messages, crashes between any two effects, full
 * disks (a turn that cannot be written never happened), clock jumps (see [Note: Witnessed time]).
 *
 * **Does not handle** a journal that lies (bit rot in committed rows): the store reports it and
 * refuses to open.
 *
 * @module
 */

export { evolve } from "./evolve.ts";
export { isOnItsWay, TRASH_PLACE } from "./folder_names.ts";
export { LIBRARIAN_ACTOR } from "./librarian.ts";
export { LIBRARIAN_INVARIANTS } from "./invariants.ts";
export { SWEEP_INTERVAL_MS } from "./purge.ts";
export { decodeLibrary, encodeLibrary, SNAPSHOT_FORMAT } from "./state_codec.ts";
export { NAMES_NOT_PUT_BACK } from "./undo_plan.ts";
