import type { KeepRule } from "@scenekeep/engine/core";

/** The option that says what makes a file the one that stays. */
export const KEEP_LISTS = ["keep"] as const;

/** What it means, for `--help`. */
export const KEEP_HELP =
  `  --keep RULES   what makes a file of a group the one that stays, strongest first, as in
                 --keep 'favorite, raw, folder:Originals, oldest'; the usual order follows

Rules are favorite, raw (has its RAW file), pixels (more of them), sharpness, compression (fewer
traces of it), oldest (by the date it was taken), largest (more bytes), and folder:PATH (lies in
that folder of DIR or below it; write \\, for a comma in PATH).
`;

/** Rules that are said by their name alone. */
const NAMED = [
  "favorite",
  "raw",
  "pixels",
  "sharpness",
  "compression",
  "oldest",
  "largest",
] as const satisfies readonly KeepRule["kind"][];

const FOLDER = "folder:";

/**
 * Reads rules as a user writes them, strongest first, each text one or several with commas between.
 * What is wrong with them comes back as a text.
 *
 * @example
 * ```ts ignore
 * keepRulesOf(["raw, folder:Originals/2020"]);
 * // [{ kind: "raw" }, { kind: "folder", folder: "Originals/2020" }]
 * ```
 */
export function keepRulesOf(texts: readonly string[]): readonly KeepRule[] | string {
  const rules: KeepRule[] = [];
  for (const text of texts) {
    for (const word of wordsOf(text)) {
      const rule = ruleOf(word);
      if (rule === null) {
        const known = [...NAMED, `${FOLDER}PATH`].join(", ");
        return `Unknown rule "${word}" for --keep: known are ${known}`;
      }
      rules.push(rule);
    }
  }
  return rules;
}

/** What stands between commas, without spaces around it; a comma after a backslash is one. */
function wordsOf(text: string): string[] {
  return (text.match(/(?:\\,|[^,])+|(?<=^|,)(?=,|$)/g) ?? [])
    .map((word) => word.replaceAll("\\,", ",").trim());
}

function ruleOf(word: string): KeepRule | null {
  const kind = NAMED.find((known) => known === word);
  if (kind !== undefined) return { kind };
  if (!word.startsWith(FOLDER)) return null;
  const parts = word.slice(FOLDER.length).split("/").filter((part) => part !== "" && part !== ".");
  return parts.length === 0 || parts.includes("..")
    ? null
    : { kind: "folder", folder: parts.join("/") };
}
