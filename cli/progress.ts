import type { ReadingProgress } from "@scenekeep/engine/host";
import type { Terminal } from "./terminal.ts";
import { count, durationText, grouped } from "./wording.ts";

/** How often a line is written where it cannot be overwritten. */
const LINE_EVERY_MS = 5_000;

/** How often a line on a terminal is overwritten. */
const REWRITE_EVERY_MS = 200;

/** The rate needs this long to mean something. */
const RATE_AFTER_MS = 1_000;

/** Where progress goes. */
export interface ProgressOutput {
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
  readonly nowMs: () => number;
}

/** Tells on standard error how far a scan is, how fast it is, and how long it will take. */
export class ProgressLine {
  readonly #output: ProgressOutput;
  readonly #startMs: number;
  #lastMs: number;
  #isShown = false;

  constructor(output: ProgressOutput) {
    this.#output = output;
    this.#startMs = output.nowMs();
    this.#lastMs = output.isTerminal ? Number.NEGATIVE_INFINITY : this.#startMs;
  }

  /** Progress of a command that talks through `terminal`. */
  static on(terminal: Pick<Terminal, "error" | "isTerminal">): ProgressLine {
    const { error, isTerminal } = terminal;
    return new ProgressLine({ isTerminal, write: error, nowMs: () => performance.now() });
  }

  /** Shows how far it is, unless that was shown a moment ago. */
  show(progress: ReadingProgress): void {
    const { isTerminal, nowMs, write } = this.#output;
    const now = nowMs();
    if (now - this.#lastMs < (isTerminal ? REWRITE_EVERY_MS : LINE_EVERY_MS)) return;
    this.#lastMs = now;
    const line = progressText(progress, now - this.#startMs);
    write(isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
    this.#isShown = true;
  }

  /** Writes a line of its own. */
  note(line: string): void {
    this.clear();
    this.#output.write(`${line}\n`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isShown && this.#output.isTerminal) this.#output.write("\r\x1b[K");
    this.#isShown = false;
  }
}

/**
 * One line about how far a scan is. Files are read and pictures looked at side by side, so the time
 * left is that of the slower of the two at its rate so far: a little too long where there are exact
 * copies, since a content is looked at once.
 */
export function progressText(progress: ReadingProgress, elapsedMs: number): string {
  const { filesTotal, filesLeft, picturesTotal, picturesDone, pairsDone, pairsTotal } = progress;
  if (pairsTotal !== undefined) {
    return `${grouped(pairsDone ?? 0)} of ${count(pairsTotal, "pair")} of pictures compared`;
  }
  const read = filesTotal - filesLeft;
  const parts = [`${grouped(read)} of ${count(filesTotal, "file")} read`];
  if (picturesDone > 0) {
    parts.push(`${grouped(picturesDone)} of ${count(picturesTotal, "picture")} looked at`);
  }
  const files = { done: read, left: filesLeft };
  const pictures = {
    done: picturesDone,
    left: picturesDone === 0 ? 0 : Math.max(0, picturesTotal - picturesDone),
  };
  const slower = timeLeftMs(pictures, elapsedMs) >= timeLeftMs(files, elapsedMs) ? pictures : files;
  if (elapsedMs >= RATE_AFTER_MS && slower.left > 0 && slower.done > 0) {
    const subject = slower === pictures ? "pictures" : "files";
    parts.push(`${grouped(Math.round(slower.done * 1000 / elapsedMs))} ${subject}/s`);
    parts.push(`about ${durationText(timeLeftMs(slower, elapsedMs))} left`);
  }
  return parts.join(", ");
}

function timeLeftMs(
  work: { readonly done: number; readonly left: number },
  elapsedMs: number,
): number {
  if (work.left === 0) return 0;
  return work.done === 0 ? Number.POSITIVE_INFINITY : elapsedMs * work.left / work.done;
}
