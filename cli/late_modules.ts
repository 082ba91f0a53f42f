/** What a scan loads only when it needs it. */
interface LateModules {
  readonly host: () => Promise<typeof import("@scenekeep/engine/host")>;
  readonly copies: () => Promise<typeof import("@scenekeep/engine/host/copies")>;
  readonly contactSheet: () => Promise<typeof import("./contact_sheet.ts")>;
  readonly modelFile: () => Promise<typeof import("./model_file.ts")>;
}

/** Resolved first, so that they are read when they are asked for: see [Note: Late modules]. */
export const late: LateModules = {
  host: () => import(import.meta.resolve("@scenekeep/engine/host")),
  copies: () => import(import.meta.resolve("@scenekeep/engine/host/copies")),
  contactSheet: () => import(import.meta.resolve("./contact_sheet.ts")),
  modelFile: () => import(import.meta.resolve("./model_file.ts")),
};
