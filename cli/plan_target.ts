import type { Plan } from "@scenekeep/engine/core";
import { readPlanFile } from "@scenekeep/engine/host";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import type { Terminal } from "./terminal.ts";
import { userPath } from "./user_path.ts";

/** A plan and the folder that it is for. */
export interface PlanTarget {
  readonly plan: Plan;
  readonly root: string;
}

/** Reads a plan; its folder is the one that it was made for, or that the user names. */
export async function planTarget(
  terminal: Pick<Terminal, "error">,
  file: string,
  folder: string | undefined,
): Promise<PlanTarget | ExitCode> {
  const plan = await readPlanFile(userPath(file));
  if (folder !== undefined) return { plan, root: userPath(folder) };
  if (plan.library.startsWith("/")) return { plan, root: plan.library };
  terminal.error(`The plan does not say which folder it is for: name it with --folder DIR\n`);
  return EXIT.usage;
}
