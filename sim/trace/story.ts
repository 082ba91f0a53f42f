import type { CausalStep } from "./causal_log.ts";

/** Steps that a story tells at most; the first and last are told, the middle is counted. */
const STORY_STEPS_MAX = 60;

/** Columns of a story: when, who, what woke it, what it did. */
const WIDTHS = { time: 14, who: 18, woken: 34 } as const;

/**
 * Tells steps in order, one line each with fixed columns: virtual time, who, what woke it, what it
 * did. Faults stand out by `!`.
 */
export function storyOf(steps: readonly CausalStep[]): string {
  const half = STORY_STEPS_MAX >> 1;
  const lines = steps.map((step) => lineOf(step));
  if (lines.length <= STORY_STEPS_MAX) return lines.join("\n");
  const left = lines.length - 2 * half;
  return [...lines.slice(0, half), `  … ${left} more steps …`, ...lines.slice(-half)].join("\n");
}

function lineOf({ did, kind, virtualMs, who, woken }: CausalStep): string {
  const mark = kind === "fault" ? "!" : " ";
  const columns = [
    `${mark} ${clockText(virtualMs)}`.padEnd(WIDTHS.time),
    who.padEnd(WIDTHS.who),
    woken.padEnd(WIDTHS.woken),
    did,
  ];
  return columns.join(" ").trimEnd();
}

/** Virtual time as days, hours, minutes, seconds and thousandths, as far as they matter. */
export function clockText(virtualMs: number): string {
  const two = (value: number): string => `${value}`.padStart(2, "0");
  const seconds = Math.floor(virtualMs / 1000);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  const clock = `${two(hours)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const part = `${virtualMs % 1000}`.padStart(3, "0");
  return `${days > 0 ? `${days}d ` : ""}${clock}.${part}`;
}
