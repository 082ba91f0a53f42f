/**
 * Backs a device up, frees it, or brings its items back, in a process that may be killed.
 *
 * `device_program.ts ACTION DEVICE LIBRARY CACHE KILL_AT`: ACTION is `backup`, `free`, `return` or
 * `settle` (what was begun before is ended, no more). With KILL_AT above 0 it kills itself before
 * that call of the system. Writes a `DeviceReport` as a line of JSON.
 */

import { backUp } from "../devices/back_up.ts";
import { download, listFreed } from "../devices/download.ts";
import { freeUp, reviewFreeUp } from "../devices/free_up.ts";
import { openSystemNames } from "../folder/system_names.ts";
import { watchedSystem } from "./broken_system.ts";
import { leftBehind } from "./device_tree.ts";

/** What it does. */
export type DeviceAction = "backup" | "free" | "return" | "settle";

/** What it says at the end. */
export interface DeviceReport {
  /** Calls of the system that change or sync names. */
  readonly points: number;
  /** Files that were to go somewhere and did not, and why. */
  readonly left: readonly { readonly file: string; readonly reason: string }[];
  /** What lies aside in the library. */
  readonly aside: readonly string[];
}

if (import.meta.main) await main(Deno.args);

async function main([action = "", device = "", library = "", cache = "", killAt = "0"]: string[]) {
  let points = 0;
  const reach = (): void => {
    points += 1;
    if (points === Number(killAt)) Deno.kill(Deno.pid, "SIGKILL");
  };
  const system = watchedSystem(openSystemNames(), reach);
  const options = { device, root: library, cache, system };
  let left: DeviceReport["left"] = [];
  if (action === "backup") left = (await backUp(options)).leftOut;
  else if (action === "free") {
    left = (await freeUp(options, (await reviewFreeUp(options)).files)).stays;
  } else if (action === "return") left = (await download(options, "all")).stays;
  else await listFreed(options);
  const report: DeviceReport = { points, left, aside: leftBehind(library) };
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(report)}\n`));
}
