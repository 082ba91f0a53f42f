import type { ByteSample } from "../trace/byte_history.ts";
import type { CausalStep } from "../trace/causal_log.ts";

/** What a page shows of a run. */
export interface ShownRun {
  readonly title: string;
  readonly why: string;
  /** How it ended, one thing a line. */
  readonly ending: readonly string[];
  readonly isClean: boolean;
  /** The command that does the same again. */
  readonly command: string;
  readonly steps: readonly CausalStep[];
  /** Steps that came after those. */
  readonly stepsLeftOut: number;
  readonly bytes: readonly ByteSample[];
  readonly faults: Readonly<Record<string, number>>;
  readonly checks: Readonly<Record<string, number>>;
}

/** Characters of the details of a step: a page of a long run would not open otherwise. */
const DETAIL_LENGTH_MAX = 600;

/** Where the data goes in the page. */
const DATA_PLACE = />\s*\{\}\s*<\/script>/;

/**
 * The page of a run: `template` with the data in it, one file that needs nothing else.
 *
 * @throws {TypeError} When the template has no place for the data.
 */
export function runPage(template: string, run: ShownRun): string {
  if (!DATA_PLACE.test(template)) throw new TypeError("Cannot find where the data goes");
  const { steps, ...rest } = run;
  const lanes = new Map<string, number>();
  const rows = steps.map(({ cause, detail, did, kind, virtualMs, who, woken }) => {
    const lane = laneOf(kind, who);
    if (!lanes.has(lane)) lanes.set(lane, lanes.size);
    const details = detail === "[]" ? "" : detail.slice(0, DETAIL_LENGTH_MAX);
    return [virtualMs, lanes.get(lane), kind, who, woken, did, details, cause];
  });
  // In a script a text must not hold its end tag, or the start of a comment.
  const data = JSON.stringify({ ...rest, lanes: [...lanes.keys()], rows })
    .replaceAll("<", "\\u003c");
  return template.replace(DATA_PLACE, () => `>${data}</script>`);
}

/** Faults stand with the actor that they struck, objects and processes have a lane together. */
function laneOf(kind: CausalStep["kind"], who: string): string {
  if (kind === "object") return "objects";
  if (kind === "process") return "processes";
  if (kind !== "fault") return who;
  const slash = who.indexOf("/");
  return slash < 0 ? who : who.slice(0, slash);
}
