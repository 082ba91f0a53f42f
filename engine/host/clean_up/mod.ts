/**
 * Cleaning up a real folder: applying a plan, undoing it, and the trash.
 *
 * **Promises** that no name of the folder is without its content at any moment but those that the
 * plan takes away; that nothing goes whose bytes were not compared a moment before; that what was
 * begun is finished or taken back at the next start; and that an undo gives the folder back as it
 * was, until the trash is emptied.
 *
 * **Does not handle** a folder whose file system has no links: each item is refused and reported.
 *
 * @module
 */

export * from "./album_dependencies.ts";
export * from "./apply_plan.ts";
export * from "./clean_up_error.ts";
export * from "./folder_trash.ts";
export { type KeptLibraryOptions } from "./kept_library.ts";
export * from "./plan_file.ts";
export * from "./repair_links.ts";
export * from "./undo_plan.ts";
export { type LostLink, type Mend } from "../links/lost_link.ts";
export { type StandInKind } from "../folder/swap_names.ts";
