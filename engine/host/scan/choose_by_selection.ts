import {
  type FileId,
  pathOfEntry,
  type RecordedFile,
  type ReviewedScene,
} from "@scenekeep/engine/core";
import type { FileSelection } from "../folder/file_selection.ts";

/** What a selection says of the files of a library. */
export interface SelectedFiles {
  /** Never removed or replaced. */
  readonly protected: ReadonlySet<FileId>;
  /** Of those: in a reference folder. */
  readonly reference: ReadonlySet<FileId>;
}

/** A file is protected, or of a reference folder, by any of its names. Linear. */
export function selectedFiles(
  files: readonly RecordedFile[],
  selection: FileSelection,
): SelectedFiles {
  const found = { protected: new Set<FileId>(), reference: new Set<FileId>() };
  if (selection.isFree) return found;
  for (const { file, entries } of files) {
    const paths = entries.map(({ album, name }) => pathOfEntry(album, name ?? ""));
    paths.push(file);
    if (paths.some((path) => selection.isProtected(path))) found.protected.add(file);
    if (paths.some((path) => selection.isReference(path))) found.reference.add(file);
  }
  return found;
}

/**
 * The scenes with the choices that a selection makes: what is protected stays. Where a reference
 * folder has the scene, everything else of it goes; so do other exact copies of what is protected.
 * Of similar pictures the one that was to stay does so too, beside a protected one. Scenes of which
 * nothing would go are left out.
 */
export function chooseBySelection(
  scenes: readonly ReviewedScene[],
  selected: SelectedFiles,
): readonly ReviewedScene[] {
  if (selected.protected.size === 0) return scenes;
  return scenes.flatMap((scene) => {
    const members = scene.members.map((member) => ({
      ...member,
      isProtected: selected.protected.has(member.file),
    }));
    if (!members.some(({ isProtected }) => isProtected)) return [scene];
    const speaks = scene.tier === "exact" ? selected.protected : selected.reference;
    const isSpokenFor = members.some(({ file }) => speaks.has(file));
    const chosen = members.map(({ isProtected, ...member }) => ({
      ...member,
      choice: isProtected ? "keep" as const : isSpokenFor ? "delete" as const : member.choice,
    }));
    const goes = chosen.some(({ choice }) => choice === "delete");
    return goes ? [{ ...scene, members: chosen }] : [];
  });
}
