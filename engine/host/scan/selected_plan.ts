import type { Plan } from "@scenekeep/engine/core";
import type { FileSelection, SelectionPatterns } from "../folder/file_selection.ts";

/** A plan for a folder, which says under which patterns it was made, where there were any. */
export interface FolderPlan extends Plan {
  /** Whoever applies the plan holds to them once more. */
  readonly selection?: SelectionPatterns;
}

/** The plan with what was selected. */
export function selectedPlan(plan: Plan, selection: FileSelection): FolderPlan {
  if (selection.isWhole && selection.isFree) return plan;
  return { ...plan, selection: selection.patterns };
}
