import type { FileSelection } from "@scenekeep/engine/host";
import { late } from "./late_modules.ts";
import { type Terminal, wrongUsage } from "./terminal.ts";

/** The options that say which files take part. */
export const SELECTION_LISTS = ["include", "exclude", "protect", "reference"] as const;

/** What they mean, for `--help`. */
export const SELECTION_HELP =
  `  --include PATTERN    only files that fit take part; may be there more than once, as all four
  --exclude PATTERN    files that fit take no part
  --protect PATTERN    files that fit are never removed or replaced
  --reference PATTERN  what is in a folder that fits stays, and copies of it elsewhere go

A PATTERN is compared with the whole path below DIR: * and ? stay within a name, ** stands for any
number of folders, [a-z], {jpg,png}, and \\ before a sign that means itself. One that fits a folder
holds for everything in it. A file with several names, or links to it, is what any of them is.
`;

/**
 * What was selected; undefined where nothing was, null when it was wrong, which has been said.
 */
export async function selectionOf(
  given: ReadonlyMap<string, readonly string[]>,
  terminal: Pick<Terminal, "error">,
): Promise<FileSelection | undefined | null> {
  const lists = SELECTION_LISTS.flatMap((name) => {
    const patterns = given.get(name);
    return patterns === undefined ? [] : [[name, patterns] as const];
  });
  if (lists.length === 0) return undefined;
  const { FileSelection, PatternError } = await late.copies();
  try {
    return new FileSelection(Object.fromEntries(lists));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    wrongUsage(terminal, error.message);
    return null;
  }
}
