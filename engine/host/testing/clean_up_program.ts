/**
 * Cleans up a folder, in a process of its own that may be killed at any moment.
 *
 * `clean_up_program.ts ACTION ROOT PLAN CACHE KILL_AT STAND_INS`: ACTION is `apply`, `undo`,
 * `repair`, or `sweep` (when a month has gone by), or `settle` (what was begun before is finished,
 * no more).
 * With KILL_AT above 0 it kills itself before that call of the system, or after that event: both
 * are counted together. Writes how many there were.
 */

import type { ClockReading } from "@scenekeep/engine/core";
import { applyPlan } from "../clean_up/apply_plan.ts";
import { listTrash, sweepFolder } from "../clean_up/folder_trash.ts";
import type { KeptLibraryOptions } from "../clean_up/kept_library.ts";
import { readPlanFile } from "../clean_up/plan_file.ts";
import { repairLinks } from "../clean_up/repair_links.ts";
import { undoPlan } from "../clean_up/undo_plan.ts";
import { openSystemNames } from "../folder/system_names.ts";
import type { ClockPort } from "../runtime/ports.ts";
import { SYSTEM_CLOCK } from "../runtime/system_clock.ts";
import { watchedSystem } from "./broken_system.ts";

/** What it does. */
export type CleanUpAction = "apply" | "undo" | "repair" | "sweep" | "settle";

/** Longer than anything stays in the trash: 31 days. */
const MONTH_MS = 31 * 24 * 60 * 60 * 1000;

if (import.meta.main) await main(Deno.args);

async function main(words: readonly string[]): Promise<void> {
  const [action = "", root = "", plan = "", cache = "", killAt = "0", kind = ""] = words;
  let points = 0;
  const reach = (): void => {
    points += 1;
    if (points === Number(killAt)) Deno.kill(Deno.pid, "SIGKILL");
  };
  const system = watchedSystem(openSystemNames(), reach);
  const standIns = kind === "reflink" ? "reflink" : "symbolic";
  const options: KeptLibraryOptions = { root, system, standIns, heard: reach };
  switch (action) {
    case "apply":
      await applyPlan({ ...options, plan: await readPlanFile(plan), cache });
      break;
    case "undo":
      await undoPlan({ ...options, plan: await readPlanFile(plan) });
      break;
    case "repair":
      await repairLinks({ ...options, cache });
      break;
    case "sweep":
      await sweepFolder({ ...options, clock: monthLater() }, false);
      break;
    default:
      await listTrash(options);
  }
  await Deno.stdout.write(new TextEncoder().encode(`${points}\n`));
}

/** A clock by which a month goes by while the program runs. */
function monthLater(): ClockPort {
  let readings = 0;
  const read = (): ClockReading => {
    const { bootId, monotonicMs, wallMs } = SYSTEM_CLOCK.read();
    readings += 1;
    const laterMs = readings > 2 ? MONTH_MS : 0;
    return { bootId, monotonicMs: monotonicMs + laterMs, wallMs: wallMs + laterMs };
  };
  return { read, after: SYSTEM_CLOCK.after };
}
