/** What a scan loads only when it needs it. */
interface LateModules {
  readonly host: () => Promise<typeof import("@scenekeep/engine/host")>;
  readonly copies: () => Promise<typeof import("@scenekeep/engine/host/copies")>;
  readonly contactSheet: () => Promise<typeof import("./contact_sheet.ts")>;
  readonly modelFile: () => Promise<typeof import("./model_file.ts")>;
}

/**
 * The runtime reads all modules that an import names by a literal before the first line runs, also
 * where the import is dynamic. A name that is resolved first is found when it is asked for: a scan
 * of a known folder is over before the others would be read.
 */
export const late: LateModules = {
  host: () => import(import.meta.resolve("@scenekeep/engine/host")),
  copies: () => import(import.meta.resolve("@scenekeep/engine/host/copies")),
  contactSheet: () => import(import.meta.resolve("./contact_sheet.ts")),
  modelFile: () => import(import.meta.resolve("./model_file.ts")),
};
