import type { Terminal } from "./terminal.ts";
import { grouped } from "./wording.ts";

/** How often a line on a terminal is overwritten, and written where it cannot be. */
const REWRITE_EVERY_MS = 200;
const LINE_EVERY_MS = 5_000;

/** Tells on standard error how many of how many are done. */
export interface CountLine {
  readonly show: (progress: { readonly done: number; readonly total: number }) => void;
  /** Takes the line away. */
  readonly clear: () => void;
}

/** A line that counts `noun`. */
export function countLine(
  { error, isTerminal }: Pick<Terminal, "error" | "isTerminal">,
  noun: string,
): CountLine {
  let lastMs = isTerminal ? Number.NEGATIVE_INFINITY : performance.now();
  let isShown = false;
  return {
    show: ({ done, total }) => {
      const nowMs = performance.now();
      if (nowMs - lastMs < (isTerminal ? REWRITE_EVERY_MS : LINE_EVERY_MS)) return;
      lastMs = nowMs;
      isShown = true;
      const line = `${grouped(done)} of ${grouped(total)} ${noun}`;
      error(isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
    },
    clear: () => {
      if (isShown && isTerminal) error("\r\x1b[K");
      isShown = false;
    },
  };
}
