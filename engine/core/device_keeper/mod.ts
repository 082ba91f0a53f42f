/**
 * The device keeper: backs up what a device holds, frees its space, and brings items back.
 *
 * **Promises** that every item of a chosen device album ends backed up or left out with a reason;
 * that content which is stored already is linked and not sent again; that no local item is removed
 * but one that the user confirmed, on a receipt for exactly its current bytes and before the
 * receipt's deadline (INV-DEVICE-1); and that what was removed stays known: it can be brought back,
 * and is not taken for new.
 *
 * **Takes** `KeeperCommand` from the device's scanner and its user, the librarian's answers to what
 * it asked, answers of its ports, and its own timers. **Sends** the librarian `registerDevice`,
 * `offerUpload`, `commitUpload`, `abandonUpload`, `requestReceipts`, `reportRemovals` and
 * `readFile`; asks its ports to read, write and remove objects; answers each command: a free-up and
 * a download when they are through.
 *
 * **Keeps** in its journal of `KeeperEvent` all that it knows, and all that is under way.
 *
 * **Survives** a crash at any point; messages that are lost, late, double or reordered; ports that
 * fail, end late or end twice; a full library; items that change or go while something is done with
 * them; a clock that starts anew.
 *
 * **Does not handle** an item that the scanner never tells of; thumbnails; an album of the library
 * that is deleted (its items are left out until other albums are chosen).
 *
 * **Needs of its ports** that a removal with a deadline is not begun after it, nor in another boot;
 * that a write with an expected hash leaves those bytes or none; that a removed name is never
 * written again.
 *
 * @module
 */

export * from "./device_keeper_actor.ts";
export * from "./keeper_events.ts";
export * from "./keeper_limits.ts";
export * from "./keeper_state.ts";
