import { exactScenes, type LibraryState, totalBytes } from "@scenekeep/engine/core";

/** What a clean-up could win. */
export interface Winnable {
  /** Files of which another copy stays. */
  readonly files: number;
  /** All their objects. */
  readonly bytes: number;
}

/**
 * What removing all exact copies would free after the purge, at most: a plan may keep some instead.
 * O(n log n) in the files that have a copy.
 */
export function winnableByExactCopies(state: Readonly<LibraryState>): Winnable {
  let files = 0;
  let bytes = 0;
  for (const scene of exactScenes(state, { scope: { kind: "library" }, keepRules: [] })) {
    for (const { file, choice } of scene.members) {
      if (choice === "keep") continue;
      files += 1;
      bytes += totalBytes(state.files.get(file)?.objects ?? []);
    }
  }
  return { files, bytes };
}
