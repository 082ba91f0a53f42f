import { lstatSync, readlinkSync } from "node:fs";
import { codeOf, NameFailure, nameFailure } from "./name_failure.ts";

/** What stands under a name, as far as it tells one state of it from another. */
export interface NameNode {
  readonly kind: "file" | "link";
  readonly device: bigint;
  readonly inode: bigint;
  readonly linkCount: bigint;
  readonly sizeBytes: bigint;
  /**
   * Nanoseconds since 1970, of which the runtime knows whole milliseconds: enough to tell that
   * something changed. A time that is to be kept comes from `SystemNames.modifiedNs`.
   */
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
  readonly userId: number;
  readonly groupId: number;
  /** For links: what the link says. */
  readonly target: string | null;
}

/**
 * What stands at `full`, links not followed; null when nothing does.
 *
 * @param path The same below the root, for messages.
 * @throws {NameFailure} `changed` when a directory or a device stands there.
 */
export function nodeAt(full: string, path: string): NameNode | null {
  try {
    const facts = lstatSync(full, { bigint: true });
    const kind = facts.isFile() ? "file" : facts.isSymbolicLink() ? "link" : null;
    if (kind === null) throw new NameFailure("changed", path, "it is no file any more");
    return {
      kind,
      device: facts.dev,
      inode: facts.ino,
      linkCount: facts.nlink,
      sizeBytes: facts.size,
      modifiedNs: facts.mtimeNs,
      changedNs: facts.ctimeNs,
      userId: Number(facts.uid),
      groupId: Number(facts.gid),
      target: kind === "link" ? readlinkSync(full) : null,
    };
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    throw nameFailure(error, path);
  }
}

/** True for two names of one inode. */
export function isSameInode(left: NameNode, right: NameNode): boolean {
  return left.device === right.device && left.inode === right.inode;
}

/** True when neither bytes nor anything else of it has changed. */
export function isUnchanged(before: NameNode, after: NameNode | null): boolean {
  return after !== null && hasSameBytes(before, after) && before.changedNs === after.changedNs;
}

/** The same, but for its names: giving a file another name changes when it was changed. */
export function hasSameBytes(before: NameNode, after: NameNode): boolean {
  return isSameInode(before, after) && before.kind === after.kind &&
    before.sizeBytes === after.sizeBytes && before.modifiedNs === after.modifiedNs;
}
