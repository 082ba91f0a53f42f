import type { Terminal } from "./terminal.ts";
import { durationText, grouped } from "./wording.ts";

/** How often a line on a terminal is overwritten, and written where it cannot be. */
const REWRITE_EVERY_MS = 200;
const LINE_EVERY_MS = 5_000;

/** A rate says nothing before so long: the first files wait for threads to start. */
const RATE_AFTER_MS = 2_000;

/** Tells on standard error how many of how many are done, how fast, and how long it takes. */
export interface CountLine {
  readonly show: (progress: { readonly done: number; readonly total: number }) => void;
  /** Takes the line away. */
  readonly clear: () => void;
}

/**
 * A line that counts `noun`.
 *
 * @param now Milliseconds from any start. @default {performance.now}
 */
export function countLine(
  { error, isTerminal }: Pick<Terminal, "error" | "isTerminal">,
  noun: string,
  now: () => number = () => performance.now(),
): CountLine {
  let lastMs = isTerminal ? Number.NEGATIVE_INFINITY : now();
  let first: { readonly atMs: number; readonly done: number } | null = null;
  let isShown = false;
  return {
    show: ({ done, total }) => {
      const nowMs = now();
      first ??= { atMs: nowMs, done };
      if (nowMs - lastMs < (isTerminal ? REWRITE_EVERY_MS : LINE_EVERY_MS)) return;
      lastMs = nowMs;
      isShown = true;
      const since = { elapsedMs: nowMs - first.atMs, done: done - first.done, left: total - done };
      const line = `${grouped(done)} of ${grouped(total)} ${noun}${rateText(since, noun)}`;
      error(isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
    },
    clear: () => {
      if (isShown && isTerminal) error("\r\x1b[K");
      isShown = false;
    },
  };
}

/** How fast it goes and how long it takes at that rate; empty while nobody knows. */
function rateText(
  { done, elapsedMs, left }: { done: number; elapsedMs: number; left: number },
  noun: string,
): string {
  if (elapsedMs < RATE_AFTER_MS || done === 0 || left <= 0) return "";
  const perSecond = done * 1000 / elapsedMs;
  const rate = perSecond < 10 ? perSecond.toFixed(1) : grouped(Math.round(perSecond));
  return `, ${rate} ${noun}/s, about ${durationText(elapsedMs * left / done)} left`;
}
