/**
 * The libraries of a data directory: each in a folder of its own, opened when it is used, with its
 * actors, ports and files.
 *
 * @module
 */

export { catalogObject, parseCatalogObject } from "./catalog_ports.ts";
export { type FolderScan, type ScanState } from "./folder_scan.ts";
export {
  type CatalogModel,
  DescriptionError,
  LIBRARY_ID_PATTERN,
  type LibraryDescription,
} from "./library_description.ts";
export { LibraryRegistry, type RegistryOptions } from "./library_registry.ts";
export { OpenLibrary } from "./open_library.ts";
export { RegistryError } from "./registry_error.ts";
export { type AwaitedRemoval, ServiceFileError, vectorOf } from "./service_file.ts";
export {
  type ExactReview,
  type OpenReview,
  REVIEWS_MAX,
  type SimilarReview,
} from "./review_desk.ts";
export { type Winnable } from "./winnable.ts";
