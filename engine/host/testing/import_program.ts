/**
 * Imports an export, in a process that may be killed.
 *
 * `import_program.ts SOURCE LIBRARY CACHE KILL_AT`: with KILL_AT above 0 it kills itself before
 * that call of the system, or after that event: both are counted together. Writes an `ImportReport`
 * as a line of JSON.
 */

import { openSystemNames } from "../folder/system_names.ts";
import { importExport } from "../imports/import_export.ts";
import { watchedSystem } from "./broken_system.ts";

/** What it says at the end. */
export interface ImportReport {
  /** Calls of the system that change or sync names, and events. */
  readonly points: number;
  /** Files that were to go somewhere and did not, and why. */
  readonly left: readonly { readonly file: string; readonly reason: string }[];
  readonly stored: number;
  readonly linked: number;
  readonly described: number;
}

if (import.meta.main) await main(Deno.args);

async function main([source = "", root = "", cache = "", killAt = "0"]: string[]): Promise<void> {
  let points = 0;
  const reach = (): void => {
    points += 1;
    if (points === Number(killAt)) Deno.kill(Deno.pid, "SIGKILL");
  };
  const system = watchedSystem(openSystemNames(), reach);
  const { described, leftOut, linked, stored } = await importExport({
    source,
    root,
    cache,
    system,
    heard: reach,
  });
  const report: ImportReport = { points, left: leftOut, stored, linked, described };
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(report)}\n`));
}
