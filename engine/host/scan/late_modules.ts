/** What a scan for copies loads only when it needs it. */
interface LateModules {
  readonly copiesReport: () => Promise<typeof import("./copies_report.ts")>;
  readonly lostLinks: () => Promise<typeof import("../links/look_for_lost_links.ts")>;
  readonly readFolder: () => Promise<typeof import("./read_folder.ts")>;
  readonly reflinks: () => Promise<typeof import("../folder/reflinks.ts")>;
}

/**
 * Resolved first, as the runtime reads all modules that an import names by a literal before the
 * first line runs, also where the import is dynamic.
 */
export const late: LateModules = {
  copiesReport: () => import(import.meta.resolve("./copies_report.ts")),
  lostLinks: () => import(import.meta.resolve("../links/look_for_lost_links.ts")),
  readFolder: () => import(import.meta.resolve("./read_folder.ts")),
  reflinks: () => import(import.meta.resolve("../folder/reflinks.ts")),
};
