import type { z } from "@hono/zod-openapi";
import type { ScanState } from "@scenekeep/engine/host";
import type { ScanSchema } from "./schemas/library.ts";

/** Names that are shown of those that take no part. */
const UNREADABLE_SHOWN_MAX = 100;

/** A scan as the API tells of it. */
export function scanView(scan: ScanState): z.infer<typeof ScanSchema> {
  const { phase, progress, unreadable, note, problem } = scan;
  return {
    phase,
    filesTotal: progress?.filesTotal ?? null,
    filesLeft: progress?.filesLeft ?? null,
    picturesTotal: progress?.picturesTotal ?? null,
    picturesDone: progress?.picturesDone ?? null,
    unreadableCount: unreadable.length,
    unreadable: unreadable.slice(0, UNREADABLE_SHOWN_MAX).map(({ path, reason }) => ({
      path,
      reason,
    })),
    note,
    problem,
  };
}
