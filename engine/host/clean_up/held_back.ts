import { type FileId, pathOfEntry } from "@scenekeep/engine/core";
import { FileSelection } from "../folder/file_selection.ts";
import type { ReadFolder } from "../scan/read_folder.ts";
import type { FolderPlan } from "../scan/selected_plan.ts";

/**
 * Files that a plan would remove and that its own patterns say must stay, by each name that they
 * have in the folder now, and why. A plan that was made here has none but for names that came
 * later; one that was written by another hand may.
 */
export function heldBack(plan: FolderPlan, folder: ReadFolder): Map<FileId, string> {
  const held = new Map<FileId, string>();
  if (plan.selection === undefined) return held;
  const selection = new FileSelection(plan.selection);
  const namesOf = new Map<string, readonly string[]>();
  for (const { file, entries } of folder.library.files) {
    const names = entries.map(({ album, name }) => pathOfEntry(album, name ?? ""));
    const all = [...new Set([String(file), ...names])];
    for (const name of all) namesOf.set(name, all);
  }
  for (const { file } of plan.items) {
    const names = namesOf.get(file) ?? [file];
    const safe = names.find((name) => selection.isProtected(name));
    const out = names.find((name) => !selection.takesPart(name));
    if (safe !== undefined) held.set(file, `the plan protects "${safe}"`);
    else if (out !== undefined) held.set(file, `the plan leaves "${out}" out`);
  }
  return held;
}
