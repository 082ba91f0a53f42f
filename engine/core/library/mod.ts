/**
 * The domain: files, albums, trash, quota, plans and devices, and the events that change them.
 *
 * @module
 */

export * from "./album.ts";
export * from "./clock_trust.ts";
export * from "./device.ts";
export * from "./entry_path.ts";
export * from "./events.ts";
export * from "./file.ts";
export * from "./folded_name.ts";
export * from "./ids.ts";
export * from "./keeper_order.ts";
export * from "./lost_name.ts";
export * from "./metadata_merge.ts";
export * from "./name_move.ts";
export * from "./obligation.ts";
export * from "./plan.ts";
export * from "./printable.ts";
export * from "./same_picture.ts";
export * from "./small_set.ts";
export * from "./state.ts";
export * from "./trash.ts";
export * from "./upload.ts";
export * from "./visibility.ts";
