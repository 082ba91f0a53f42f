/**
 * Hashing: reads stored bytes back and tells the librarian what they are.
 *
 * **Promises** that every file that the librarian lists is reported with the hash of the bytes that
 * are stored now, or with the reason why they cannot be read; and that at most `windowSize` files
 * are read at a time. A live photo is `image:video`.
 *
 * **Takes** `hashWork` and `workAvailable` from the librarian, answers of `readObject`, and its own
 * timers. **Sends** `takeWork` and `filesHashed` to the librarian, and `readObject` to the port.
 *
 * **Keeps nothing** across a crash: the librarian lists all files that are not verified.
 *
 * **Survives** messages that are lost, late, double or reordered; reads that fail for a while, end
 * late or end twice; timers that fire early.
 *
 * **Does not handle** deciding what a wrong or missing hash means: that is the librarian's.
 *
 * @module
 */

export * from "./content_objects.ts";
export * from "./hashing_actor.ts";
