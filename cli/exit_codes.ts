/**
 * What the commands return to the shell. Stable: scripts rely on it.
 *
 * | code | meaning |
 * | --- | --- |
 * | 0 | It was done; `scan` says so whether it found anything or not |
 * | 1 | A mistake of this program, or of the machine |
 * | 2 | The command line is wrong; nothing was done |
 * | 3 | The folder, or the plan, is not there, is none, or may not be used |
 * | 4 | The cache or the embedding model cannot be had |
 * | 5 | The result cannot be written |
 * | 6 | Nobody confirmed it; nothing was done |
 * | 7 | It was done, but for what is named one by one |
 * | 130 | Stopped by Ctrl-C; what was read so far is remembered |
 */
export const EXIT = {
  done: 0,
  mistake: 1,
  usage: 2,
  folder: 3,
  environment: 4,
  output: 5,
  notConfirmed: 6,
  partly: 7,
  stopped: 130,
} as const;

/** One of the codes above. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
