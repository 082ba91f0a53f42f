/** What is known of one name in a folder without opening it. */
export interface FolderEntry {
  /** Path below the root with `/` between names, for instance `2024/beach/IMG_1.jpg`. */
  readonly path: string;
  readonly kind: "file" | "link";
  readonly sizeBytes: number;
  /** Device and inode: two names with the same pair are one file. */
  readonly device: number;
  readonly inode: number;
  /** How many names the inode has, here and elsewhere. */
  readonly linkCount: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
  /** For links: what the link says, as it says it. */
  readonly target: string | null;
}

/** Names files that are one: by inode where the system tells it. */
export function inodeKey({ device, inode, path }: FolderEntry): string {
  return inode === 0 ? path : `${device}:${inode}`;
}

/** A name that could not be looked at, and why. Nothing is done with it. */
export interface UnreadableEntry {
  readonly path: string;
  readonly reason: string;
  /** For links to no file of the folder: what the link says. */
  readonly target?: string;
}

/** The directory for the program's own files in a library; never looked at. */
export const OWN_DIRECTORY = ".scenekeep";

/** The journal of a folder that was cleaned up, below the root. */
export const JOURNAL_FILE: string = `${OWN_DIRECTORY}/library.sqlite`;

/** Where it is written which names are reflinks, below the root. */
export const REFLINKS_FILE: string = `${OWN_DIRECTORY}/reflinks.jsonl`;

/** True for a path with a part whose name begins with a dot; `.`, the folder itself, is none. */
export function isHiddenPath(path: string): boolean {
  return path.split("/").some((name) => name.length > 1 && name.startsWith("."));
}

/** Orders paths by code unit, the same on every machine. */
export function comparePaths(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
