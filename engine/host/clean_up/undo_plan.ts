import {
  identifier,
  NAMES_NOT_PUT_BACK,
  type Plan,
  type TrashRecord,
} from "@scenekeep/engine/core";
import { folderPath } from "../folder/folder_path.ts";
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
  /** Items of the plan that were taken back, and are out of the trash. */
  readonly undone: number;
  /** What stays as it is because somebody changed it since, or because it was purged. */
  readonly stays: readonly string[];
}

/**
 * Undoes a plan: every file that it removed and that is still in the trash comes back under all its
 * names, and what stood in for it goes. Of a plan that was undone before, what could not come back
 * then is tried once more.
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
  await syncWithFolder(kept, () => null);
  if (found.phase === "undone") await restoreLeft(kept, id);
  else {
    await kept.ask({ kind: "undoPlan", plan: id }, "accepted");
    const total = kept.state.plans.get(id)?.appliedOrder.length ?? 0;
    // Items are undone in the reverse of the order in which they were applied.
    let left = total;
    await kept.until(() => {
      const record = kept.state.plans.get(id);
      while (left > 0 && record?.items[record.appliedOrder[left - 1]!]?.kind === "undone") {
        left -= 1;
      }
      onProgress?.({ done: total - left, total });
      return record?.phase === "undone";
    });
    await kept.settled();
  }
  return resultOf(kept, id);
}

/** What the plan removed and is in the trash. */
function leftOf(kept: KeptLibrary, id: Plan["id"]): TrashRecord[] {
  return [...kept.state.trash.values()].filter(({ cause }) =>
    cause.kind === "plan" && cause.plan === id
  );
}

/** One after the other: one whose name is taken keeps no other back. */
async function restoreLeft(kept: KeptLibrary, id: Plan["id"]): Promise<void> {
  for (const { sequence } of leftOf(kept, id)) {
    try {
      // deno-lint-ignore no-await-in-loop -- in a folder one thing at a time moves names
      await kept.ask({ kind: "restore", sequences: [sequence] }, "accepted");
    } catch (error) {
      if (error instanceof CleanUpError && error.code === "REFUSED") continue;
      throw error;
    }
    // deno-lint-ignore no-await-in-loop -- as above
    await kept.settled();
  }
}

function resultOf(kept: KeptLibrary, id: Plan["id"]): UndoResult {
  const left = new Set<number>();
  const stays = leftOf(kept, id).map(({ cause, sequence, homeObjects }) => {
    if (cause.kind === "plan") left.add(cause.itemIndex);
    const path = folderPath(homeObjects?.[0]?.name ?? identifier("")) ?? "a file";
    const reason = kept.refusals.get(path) ?? "its names are not free";
    return `${path}: number ${sequence} in the trash: ${reason}`;
  });
  let undone = 0;
  for (const [index, item] of (kept.state.plans.get(id)?.items ?? []).entries()) {
    if (item.kind !== "undone" || left.has(index)) continue;
    undone += 1;
    // Of one that came back in the end, why it could not at first is no news.
    stays.push(...item.stays.filter((line) => !line.includes(NAMES_NOT_PUT_BACK)));
  }
  return { undone, stays };
}
