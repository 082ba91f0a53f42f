import type { ComputePort } from "../runtime/ports.ts";
import type { LedgerJob } from "./ledger_types.ts";

/** Stands before the line of a request that had been carried out before. */
export const AGAIN = "again ";

/** The effect ids that a record holds. */
export function recordedEffects(path: string): Set<string> {
  return new Set(linesOf(path).map((line) => line.split(" ")[0] ?? ""));
}

/**
 * Carries out jobs as lines of a file, `EFFECT COMMAND`, once for each effect id: what is known
 * already is not done again.
 */
export function recordPort(
  path: string,
  known: Set<string>,
): ComputePort<LedgerJob, "recorded"> {
  const file = Deno.openSync(path, { append: true, create: true });
  const encoder = new TextEncoder();
  return {
    compute: async ({ job }, { effectId }) => {
      // Lets the event loop go on between request and effect, as a real port does.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const isKnown = known.has(effectId);
      known.add(effectId);
      const line = `${isKnown ? AGAIN : ""}${effectId} ${job.command}\n`;
      // One write to a file opened for appending: a kill leaves all of it or nothing.
      await file.write(encoder.encode(line));
      return { kind: "done", result: "recorded" };
    },
  };
}

/** The lines of a record, without the last line break. */
export function linesOf(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).split("\n").filter((line) => line !== "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
