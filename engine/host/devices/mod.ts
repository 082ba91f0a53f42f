/**
 * Devices, which are folders too: a mounted phone, a memory card. Backing one up into a folder
 * library, freeing it of what is safely there, and bringing items back.
 *
 * **Promises** that nothing is written to a device by a backup; that what has a name in the library
 * was read again after it was written; that an item leaves a device only when its bytes, read at
 * that moment, are those that the library holds, read at that moment, on a receipt of the
 * librarian; and that what is backed up, or freed and brought back, is not stored again.
 *
 * **Does not handle** a device that is no folder.
 *
 * @module
 */

export * from "./back_up.ts";
export * from "./download.ts";
export * from "./free_up.ts";
export type { LeftOutItem } from "./device_units.ts";
export type { FreeableFile } from "./remove_shot.ts";
export type { DeviceOptions } from "./open_device.ts";
export type { TransferOptions, TransferProgress } from "./library_session.ts";
