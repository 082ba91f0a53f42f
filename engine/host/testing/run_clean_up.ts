import type { StandInKind } from "../folder/swap_names.ts";
import type { CleanUpAction } from "./clean_up_program.ts";
import type { CleanUpTree } from "./clean_up_tree.ts";
import { startProgram } from "./program.ts";

/** The exit code after SIGKILL. */
export const KILLED: number = 128 + 9;

/** Runs an action in a process of its own. Returns its exit code: 0, or that of a kill. */
export async function runAction(
  tree: Pick<CleanUpTree, "root" | "plan" | "cache">,
  action: CleanUpAction,
  options: {
    readonly waitMs?: number | null;
    readonly killAt?: number;
    readonly mayFail?: boolean;
    readonly standIns?: StandInKind;
  },
): Promise<number> {
  const { killAt = 0, mayFail = false, standIns = "symbolic", waitMs = null } = options;
  const program = startProgram({
    file: "clean_up_program.ts",
    args: [action, tree.root, tree.plan, tree.cache, `${killAt}`, standIns],
    flags: ["--allow-all"],
    quiet: mayFail,
  });
  const timer = waitMs === null ? undefined : setTimeout(() => program.kill(), waitMs);
  try {
    for (let line = await program.nextLine(); line !== null;) {
      // deno-lint-ignore no-await-in-loop -- until it has ended
      line = await program.nextLine();
    }
  } finally {
    clearTimeout(timer);
  }
  const code = await program.ended();
  const isUnasked = code !== 0 && code !== KILLED && !mayFail;
  if (isUnasked) throw new Error(`${action} ended with exit code ${code}`);
  return code;
}
