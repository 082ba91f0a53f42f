/** More threads than this wait for one disk, or for memory. */
export const READING_THREADS_MAX = 4;

/** How many processors there are, at least 1. */
export function coreCount(): number {
  return Math.max(1, navigator.hardwareConcurrency);
}
