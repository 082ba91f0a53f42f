import type { ContentHash } from "./ids.ts";

/** What a link in a folder library held until the file that it led to was found gone. */
export interface LostName {
  readonly contentHash: ContentHash;
  readonly sizeBytes: number;
  /** The path that it led to, below the root: a link that leads elsewhere is another one. */
  readonly target: string;
}

/**
 * So many are remembered, the oldest go first: a million directories of photos have fewer links,
 * and each takes some 300 bytes.
 */
export const LOST_NAMES_MAX = 100_000;
