/**
 * The album reconciler: drafts clean-up plans.
 *
 * **Promises.** A draft depends on its request and facts alone, in any order, on any machine. After
 * each item of it every album still holds the scene; nothing hidden comes into the open; nothing is
 * published without consent; no scene is deleted as a whole.
 *
 * **Takes** `draftPlan` from the librarian. **Sends** `planDrafted` back.
 *
 * **Keeps over a crash** nothing: a draft that got lost is asked for again.
 *
 * **Does not handle** the passing of time: what changes between draft and apply is found by the
 * librarian, item by item.
 *
 * @module
 */

export { ALBUM_RECONCILER_ACTOR, type ReconcilerState } from "./album_reconciler.ts";
export * from "./planning.ts";
