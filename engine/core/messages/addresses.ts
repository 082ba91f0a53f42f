import type { ChannelContract } from "../protocol/effect.ts";
import { type ActorId, identifier } from "../protocol/ids.ts";
import type { DeviceId } from "../library/ids.ts";

/** The one writer of a library's state. */
export const LIBRARIAN: ActorId = identifier("librarian");
/** Drafts plans. Runs in the librarian's process. */
export const ALBUM_RECONCILER: ActorId = identifier("album_reconciler");
/** Reads stored bytes back and hashes them. */
export const HASHING: ActorId = identifier("hashing");
/** Turns pictures into vectors. */
export const EMBEDDING: ActorId = identifier("embedding");
/** Keeps scenes. */
export const GROUPING: ActorId = identifier("grouping");

/** The device keeper that runs on `device`. */
export function deviceKeeper(device: DeviceId): ActorId {
  return identifier(`device_keeper/${device}`);
}

/**
 * The channel between librarian and reconciler: one process.
 *
 * All other pairs may be on different machines, so they speak `remote` and expect loss, delay,
 * reordering and doubling.
 */
export const WITHIN_PROCESS: ChannelContract = "local";
/** The channel between processes. */
export const BETWEEN_PROCESSES: ChannelContract = "remote";
