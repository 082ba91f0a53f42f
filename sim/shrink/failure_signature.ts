import type { Violation } from "../world/checker.ts";
import type { Verdict } from "../world/run_report.ts";

/** A failure, and what makes it the same as another one. */
export interface Failure {
  /** Equal for failures of one cause, as far as can be told: what broke, for what kind of thing. */
  readonly signature: string;
  /** What broke, with all names and numbers. */
  readonly text: string;
}

/**
 * What failed, or null for a run that ended well or was stopped.
 *
 * Names and numbers are left out of the signature, so that the same bug in a smaller world has the
 * same one.
 */
export function failureOf(verdict: Verdict): Failure | null {
  switch (verdict.kind) {
    case "clean":
    case "paused":
      return null;
    case "violation": {
      const first = verdict.violations[0];
      return first === undefined ? null : violationFailure(first);
    }
    case "noProgress": {
      const kinds = new Set(verdict.outstanding.map((line) => withoutNames(line)));
      return {
        signature: `noProgress: ${[...kinds].sort().slice(0, 3).join("; ")}`,
        text: verdict.outstanding.slice(0, 5).join("; "),
      };
    }
    case "crash": {
      const { code, message, where } = verdict;
      const kind = where.split("/")[0] ?? where;
      return { signature: `crash ${code} in ${withoutNames(kind)}`, text: `${where}: ${message}` };
    }
  }
}

/** The failure that one violation is. */
export function violationFailure(violation: Violation): Failure {
  const { checker, entity, message } = violation;
  const unnamed = entity === "" ? message : message.replaceAll(entity, "…");
  return { signature: `${checker}: ${withoutNames(unnamed)}`, text: `${checker}: ${message}` };
}

/** A text without what names single things: quoted words, words with a digit, a slash or a dash. */
export function withoutNames(text: string): string {
  return text
    .replace(/"[^"]*"/g, "…")
    .replace(/[^\s,;:()]*[0-9/~-][^\s,;:()]*/g, "…")
    .replace(/…([\s,]+(and )?…)+/g, "…");
}
