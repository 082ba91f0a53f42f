import type { Plan } from "@scenekeep/engine/core";
import { type CleanUpProgress, latestRound } from "./apply_plan.ts";
import { CleanUpError } from "./clean_up_error.ts";
import { KeptLibrary, type KeptLibraryOptions } from "./kept_library.ts";
import { planKey } from "./plan_file.ts";
import { syncWithFolder } from "./sync_with_folder.ts";

/** What to undo, where, and who watches. */
export interface UndoOptions extends KeptLibraryOptions {
  readonly plan: Plan;
  readonly onProgress?: ((progress: CleanUpProgress) => void) | undefined;
}

/** What became of an undo. */
export interface UndoResult {
  /** Items of the plan that were taken back. */
  readonly undone: number;
  /** What stays as it is because somebody changed it since, or because it was purged. */
  readonly stays: readonly string[];
}

/**
 * Undoes a plan: every file that it removed and that is still in the trash comes back under all its
 * names, and what stood in for it goes. A plan that was undone before is left as it is.
 *
 * @throws {CleanUpError} `PLAN_NOT_APPLIED`, `NOTHING_APPLIED`, or why it was stopped.
 */
export async function undoPlan(options: UndoOptions): Promise<UndoResult> {
  const { onProgress, plan } = options;
  await using kept = await KeptLibrary.open({ ...options, makes: false });
  const found = latestRound(kept, planKey(plan));
  if (found === null || found.phase === "proposed") {
    const message = `Cannot undo the plan: it was never applied to "${kept.root}"`;
    throw new CleanUpError("PLAN_NOT_APPLIED", message);
  }
  const { id } = found;
  const record = kept.state.plans.get(id);
  if (found.phase !== "undone") {
    await syncWithFolder(kept, () => null);
    await kept.ask({ kind: "undoPlan", plan: id }, "accepted");
    const total = record?.appliedOrder.length ?? 0;
    await kept.until(() => {
      onProgress?.({ done: countUndone(kept, id), total });
      return kept.state.plans.get(id)?.phase === "undone";
    });
    await kept.settled();
  }
  const stays = (kept.state.plans.get(id)?.items ?? []).flatMap((item) =>
    item.kind === "undone" ? item.stays : []
  );
  return { undone: countUndone(kept, id), stays };
}

function countUndone(kept: KeptLibrary, id: Plan["id"]): number {
  let undone = 0;
  for (const { kind } of kept.state.plans.get(id)?.items ?? []) if (kind === "undone") undone += 1;
  return undone;
}
