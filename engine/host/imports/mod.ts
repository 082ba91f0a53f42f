/**
 * Reading what other photo services export: albums stay albums, what is said of pictures finds its
 * picture, and copies become one file.
 *
 * **Promises** that every file of an export is an item, a part of one, or left over with a reason;
 * and that no album and no metadata of a copy is lost when copies are folded.
 *
 * **Does not handle** archives that are still packed.
 *
 * @module
 */

export * from "./exported_item.ts";
export * from "./fold_copies.ts";
export * from "./import_export.ts";
export * from "./read_export.ts";
