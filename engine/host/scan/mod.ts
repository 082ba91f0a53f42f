/**
 * Scanning a folder: a library that lives as long as the scan, run by the same actors as every
 * other.
 *
 * **Promises** that nothing in the folder changes; that the same folder gives the same report; that
 * a file which cannot be read is reported and stops nothing; and that every plan it shows has been
 * verified by the independent checker.
 *
 * **Does not handle** changes of the folder after the scan has looked at it for the last time: a
 * plan is checked again, item by item, when it is applied.
 *
 * @module
 */

export { FileSelection, type SelectionPatterns } from "../folder/file_selection.ts";
export { PatternError } from "../folder/path_pattern.ts";
export { type ReadOptions } from "./read_library.ts";
export * from "./folder_storage.ts";
export * from "./get_model.ts";
export * from "./record_folder.ts";
export * from "./review_folder.ts";
export * from "./scan_error.ts";
export * from "./scan_folder.ts";
export * from "./scan_report.ts";
export * from "./selected_plan.ts";
export * from "./scan_thumbnails.ts";
export { ScanWorkers } from "./scan_workers.ts";
export { type ReadingProgress } from "./wait_until_read.ts";
